import ECG
import ECGFiles
import PlainText

/// What a header says of a recording's labels, and of what splits of data need.
public struct LabelledRecord: Sendable, Hashable {
  /// The record's name.
  public let name: String
  /// The scored diagnoses of its label, merged.
  public var labels = DiagnosisSet()
  /// Its `#Patient`, where stated.
  public var patient: String?
  /// Its `#Fold`, where stated.
  public var fold: Int?

  /// A record of which nothing is stated.
  public init(name: String) { self.name = name }
}

/// The labels of recordings, as the challenge hands them out: headers that need hold nothing but comments.
///
/// Records are found as everywhere else: segments of a longer record are none, linked folders are entered, a list may name them.
public struct LabelFolder: Sendable {
  /// One entry a record whose label says of every diagnosis whether it is there, sorted by path.
  public private(set) var records: [LabelledRecord] = []
  /// Headers that could not be read: they are in no figure.
  public private(set) var failures: [String] = []
  /// Records whose label is unknown, in whole or for some diagnoses: none, or words.
  ///
  /// They are in no figure.
  public private(set) var unlabelled: [String] = []

  /// Reads the headers that a path means.
  ///
  /// - Throws: ``EvaluationError`` where the path means none, no record has a label, or two have one name.
  public init(path: String) throws(EvaluationError) {
    let references: [RecordReference]
    do throws(ECGFileError) { references = try RecordLocator.references(at: path) } catch {
      if case .noRecords = error { throw .noLabels(path: path) }
      throw .missing(path: path, reason: String("\(error)".dropFirst("\(path): ".count)))
    }
    var names: Set<ExactText> = []
    names.reserveCapacity(references.count)
    for reference in references {
      guard names.insert(ExactText(reference.name)).inserted else { throw .repeatedRecord(name: reference.name, path: reference.path) }
      do {
        let statements = try RecordFile.statements(reference)
        guard statements.labels.isCoded else {
          unlabelled.append(reference.name)
          continue
        }
        var record = LabelledRecord(name: reference.name)
        record.labels = DiagnosisSet(statements.labels.present)
        record.patient = statements.patient.identifier
        record.fold = statements.fold
        records.append(record)
      } catch {
        failures.append("\(error)")
      }
    }
    guard !records.isEmpty else { throw failures.first.map { .missing(path: path, reason: $0) } ?? .noLabels(path: path) }
  }

  /// Keeps only the records of one `#Fold`.
  ///
  /// - Throws: ``EvaluationError`` where there are none.
  public mutating func keep(fold: Int, path: String) throws(EvaluationError) {
    records.removeAll { $0.fold != fold }
    guard !records.isEmpty else { throw .malformed(path: path, line: nil, expected: "headers with a line #Fold: \(fold)") }
  }
}
