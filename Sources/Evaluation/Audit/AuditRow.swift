import ECG
import PlainText

/// One record's label of one diagnosis as an audit lists it.
public struct AuditRow: Sendable {
  /// The record's name, path and data source.
  public let record: String, path: String, source: String
  /// The diagnosis.
  public let diagnosis: Diagnosis
  /// What label, model and criterion say, and how far the label is doubted.
  public let said: AuditedLabel
  /// The criterion that was measured; nil for a diagnosis without one.
  public let criterion: String?
  /// Why, in words: what is wrong with the recording first.
  public let reasons: [String]

  /// A row.
  public init(
    record: String, path: String, source: String, diagnosis: Diagnosis, said: AuditedLabel, criterion: String?, reasons: [String]
  ) {
    (self.record, self.path, self.source) = (record, path, source)
    self.diagnosis = diagnosis
    self.said = said
    self.criterion = criterion
    self.reasons = reasons
  }

  /// The columns of ``csvFields``.
  public static let columns = [
    "record", "path", "source", "diagnosis", "label", "probability", "model", "measured", "criterion", "score", "doubted_by", "reasons",
  ]

  /// The fields under ``columns``; several values of one field are separated by semicolons.
  public var csvFields: [String] {
    func number(_ value: Double?) -> String { value.map { JSONValue($0).text } ?? "" }
    return [
      record.withControlCharactersWritten, path.withControlCharactersWritten, source, diagnosis.abbreviation, said.label.rawValue,
      number(said.probability), said.model.rawValue,
      said.measured.rawValue, criterion ?? "", number(said.score), said.doubts.map(\.rawValue).joined(separator: ";"),
      reasons.joined(separator: "; "),
    ]
  }

  /// The row as one object.
  public var json: JSONValue {
    .object([
      ("record", .string(record)), ("path", .string(path)), ("source", .string(source)), ("label", .string(said.label.rawValue)),
      ("probability", JSONValue(said.probability)), ("model", .string(said.model.rawValue)), ("measured", .string(said.measured.rawValue)),
      ("criterion", JSONValue(criterion)), ("score", JSONValue(said.score)), ("reasons", JSONValue(reasons)),
      ("diagnosis", .string(diagnosis.abbreviation)), ("doubted_by", JSONValue(said.doubts.map(\.rawValue))),
    ])
  }
}
