import Dispatch
import ECG
import Foundation
import SEResNet
import Synchronization

/// What a network says about recordings that it does not learn from.
public struct TrainingFigures: Sendable {
  /// The recordings with the network's outputs, decided by its thresholds.
  public let records: ScoredRecords
  /// Mean binary cross-entropy of the probabilities over recordings and classes.
  public let loss: Double

  /// Recordings with a diagnosis that its AUROC needs to count in ``auroc``: fewer say next to nothing.
  public static let fewestPositives = 5

  /// Macro AUROC over the classes with at least five positive recordings, or over all classes where none has so many.
  public let auroc: Double?
  /// AUROC of left axis deviation.
  public let axisAUROC: Double?

  /// The figures of outputs.
  public init(_ records: ScoredRecords) {
    self.records = records
    let classes = Figures(records).classes
    let defined = classes.filter { $0.auroc != nil }
    let counted = defined.filter { $0.counts.truePositives + $0.counts.falseNegatives >= Double(Self.fewestPositives) }
    let areas = (counted.isEmpty ? defined : counted).compactMap(\.auroc)
    auroc = areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
    axisAUROC = classes[Diagnosis.leftAxisDeviation.index].auroc
    loss = Self.crossEntropy(records)
  }

  private static func crossEntropy(_ records: ScoredRecords) -> Double {
    let smallest = 1e-7
    var sum = 0.0
    for index in Diagnosis.all.indices {
      for (labels, score) in zip(records.labels, records.scores(of: index)) {
        sum -= log(max(smallest, labels[index] ? score : 1 - score))
      }
    }
    return sum / Double(max(1, records.count * Diagnosis.all.count))
  }
}

/// Predicts recordings that are in memory already.
public struct ExamplePredictor: Sendable {
  private let predictors: [Predictor]

  /// Loads a model for some threads.
  ///
  /// - Throws: what ``SEResNet/Predictor`` throws.
  public init(_ model: Model, threads: Int) throws {
    let first = try Predictor(model: model, threads: 1)
    predictors = [first] + (1..<max(1, threads)).map { _ in Predictor(sharing: first, threads: 1) }
  }

  /// The model's outputs, one a recording in their order, decided by its thresholds.
  public func outputs(_ examples: [TrainingExample]) -> [RecordOutput] {
    let results = Mutex([RecordOutput](repeating: RecordOutput(), count: examples.count))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: predictors.count) { thread in
      let predictor = predictors[thread]
      let rule = DecisionRule(thresholds: predictor.model.metadata.thresholds)
      while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < examples.count {
        guard let scores = predictor.predict(examples[index].recording)?.mean.map(Double.init) else { continue }
        let decisions = zip(Diagnosis.all, rule.decide(scores)).filter(\.1).map(\.0)
        results.withLock { $0[index] = RecordOutput(decisions: DiagnosisSet(decisions), scores: scores) }
      }
    }
    return results.withLock { $0 }
  }

  /// The model's outputs beside the recordings' labels.
  public func records(_ examples: [TrainingExample]) -> ScoredRecords {
    ScoredRecords(labels: examples.map { DiagnosisSet($0.diagnoses) }, outputs: outputs(examples))
  }
}
