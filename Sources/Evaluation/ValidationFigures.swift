import ECG
import Foundation

/// How well a network does on the recordings that a training keeps for validation.
public struct ValidationFigures: Sendable {
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
