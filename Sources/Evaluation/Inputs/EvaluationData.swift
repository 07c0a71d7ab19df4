import ECG

/// Labels and a model's outputs for them, joined by the names of the records.
public struct EvaluationData: Sendable {
  /// The labels, in the order of the records.
  public let labels: [LabelledRecord]
  /// Labels, decisions and scores.
  public private(set) var records: ScoredRecords
  /// Headers that could not be read, whose records are left out.
  public let unreadable: [String]
  /// Outputs that are malformed, and so all negative.
  public private(set) var malformed: [EvaluationError]

  /// Reads a model's outputs for the records of a folder of headers.
  ///
  /// - Throws: ``EvaluationError`` where nothing can be made of them.
  public init(_ folder: LabelFolder, outputs: String) throws(EvaluationError) {
    labels = folder.records
    unreadable = folder.failures
    (records, malformed) = try Self.join(folder.records, outputs)
  }

  /// The outputs of a second model for the same records.
  ///
  /// - Throws: ``EvaluationError``.
  public mutating func other(_ path: String) throws(EvaluationError) -> (records: ScoredRecords, malformed: [EvaluationError]) {
    let joined = try Self.join(labels, path)
    malformed += joined.malformed
    return joined
  }

  /// Decides all records anew.
  public mutating func decide(by thresholds: [Double]) { records = records.decided(by: thresholds) }

  private static func join(
    _ labels: [LabelledRecord], _ path: String
  ) throws(EvaluationError) -> (records: ScoredRecords, malformed: [EvaluationError]) {
    let names = labels.map(\.name)
    let source = try OutputSource(path: path, records: names)
    let outputs = try source.outputs(of: names)
    return (ScoredRecords(labels: labels.map(\.labels), outputs: outputs, patients: patients(labels)), source.failures)
  }

  /// A number a patient; recordings without one are each their own.
  private static func patients(_ labels: [LabelledRecord]) -> [Int] {
    var numbers: [String: Int] = [:]
    return labels.enumerated().map { index, record in
      guard let patient = record.patient else { return index }
      let number = numbers[patient] ?? index
      numbers[patient] = number
      return number
    }
  }
}
