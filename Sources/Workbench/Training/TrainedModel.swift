import ECG
import Evaluation
import Foundation
import SEResNet
import Training

/// Makes the model file of a training: its metadata, thresholds and measured scores.
public struct TrainedModel {
  /// How the weights are stored.
  public var storage = TrainedWeights.Storage.single
  /// Whether thresholds are tuned on the recordings kept for validation; else they are 0.5.
  public var isTuned = false
  /// Licence of the weights.
  public var licence = ""
  /// The data in words.
  public var trainedOn = ""
  /// How the weights came to be.
  public var provenance = ""

  private let outcome: TrainingRun.Outcome
  private let examples: [TrainingExample]
  private let validation: [TrainingExample]
  private let settings: TrainingSettings
  private let threads: Int

  /// A model of a training's outcome.
  public init(
    _ outcome: TrainingRun.Outcome, examples: [TrainingExample], validation: [TrainingExample], settings: TrainingSettings, threads: Int
  ) {
    self.outcome = outcome
    self.examples = examples
    self.validation = validation
    self.settings = settings
    self.threads = threads
  }

  /// Training recordings with each diagnosis, in output order.
  public static func positives(_ examples: [TrainingExample]) -> [Int] {
    Diagnosis.all.map { diagnosis in examples.count { $0.diagnoses.contains(diagnosis) } }
  }

  /// Writes the model, and returns what was measured on it, a line each.
  ///
  /// Scores and thresholds are those of the weights as they are stored.
  ///
  /// - Parameter fingerprint: That of the run.
  /// - Throws: ``SEResNet/ModelError``.
  public func write(to file: URL, _ fingerprint: String) throws -> [String] {
    var metadata = ModelMetadata(
      preprocessing: settings.preprocessing, ageKnownSlot: .flag, trainingPositives: Self.positives(examples),
      seen: SeenRecordings(examples.map(\.recordingDigest)), provenance: provenance,
      licence: licence, trainedOn: trainedOn)
    metadata.measurements = outcome.measuredInputs
    var lines = ["model  \(file.relativePath)", "epoch  \(outcome.epoch) of \(outcome.history.count)"]
    if !validation.isEmpty {
      let stored = try outcome.weights.model(metadata, storage: storage)
      var records = try ExamplePredictor(stored, threads: threads).records(validation)
      if isTuned {
        metadata.thresholds = ThresholdTuner(records).thresholds(for: .challenge)
        records = records.decided(by: metadata.thresholds)
      }
      metadata.scores = scores(records)
      lines += metadata.scores.sorted { $0.key < $1.key }.map { "\($0.key)  \(String(format: "%.4f", $0.value))" }
      if storage == .half { lines.append("decisions that half precision changed  \(try flips(records, metadata))") }
    }
    try outcome.weights.write(to: file, metadata, storage: storage, fingerprint: fingerprint)
    return lines
  }

  private func scores(_ records: ScoredRecords) -> [String: Double] {
    let figures = ValidationFigures(records)
    let decided = Figures(records)
    let scores: [(String, Double?)] = [
      ("validation loss", figures.loss), ("validation macro AUROC", figures.auroc), ("validation LAD AUROC", figures.axisAUROC),
      ("validation LAD F", decided.classes[Diagnosis.leftAxisDeviation.index].counts.fMeasure),
      ("validation s_normalized", decided.challengeMetric),
    ]
    return Dictionary(uniqueKeysWithValues: scores.compactMap { name, value in value.map { (name, $0) } })
  }

  /// Decisions on the recordings kept for validation that differ from those of the weights before they were rounded.
  private func flips(_ records: ScoredRecords, _ metadata: ModelMetadata) throws -> Int {
    let exact = try ExamplePredictor(outcome.weights.model(metadata), threads: threads).records(validation)
    return zip(exact.decisions, records.decisions).reduce(0) { $0 + $1.0.symmetricDifference($1.1).count }
  }
}

extension Validation {
  /// Recordings on which a network is measured as the challenge measures, by a number of threads.
  public static func scored(_ examples: [TrainingExample], threads: Int) -> Validation {
    Validation(examples) { model, examples in
      let figures = ValidationFigures(try ExamplePredictor(model, threads: threads).records(examples))
      return Figures(loss: figures.loss, auroc: figures.auroc, axisAUROC: figures.axisAUROC)
    }
  }
}

extension ExamplePredictor {
  /// The model's outputs beside the recordings' labels, decided by its thresholds.
  public func records(_ examples: [TrainingExample]) -> ScoredRecords {
    ScoredRecords(labels: examples.map { DiagnosisSet($0.diagnoses) }, outputs: outputs(examples)).decided(by: model.metadata.thresholds)
  }

  /// The model's scores, one output a recording in their order, nothing decided.
  public func outputs(_ examples: [TrainingExample]) -> [RecordOutput] {
    probabilities(examples).map { RecordOutput(scores: $0) }
  }
}
