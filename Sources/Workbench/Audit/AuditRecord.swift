import ECG
import ECGFiles
import ECGSignal
import PlainText

/// A record that is audited, and what is known of it.
public struct AuditRecord: Sendable {
  /// What a network says of it.
  public struct Prediction: Sendable {
    /// Probabilities in output order; NaN where none was told.
    public var probabilities = [Double](repeating: .nan, count: Diagnosis.all.count)
    /// What is decided on each diagnosis, a bit each; those without a probability count for nothing.
    public var positive: UInt32 = 0
    /// The network's deep features; empty where nobody took them.
    public var features: [Float] = []
    /// Which network, where there are several: features of two are not comparable.
    public var network = 0

    /// Nothing said yet.
    public init() {}

    /// The probability of a diagnosis; nil where none was told.
    public subscript(diagnosis: Diagnosis) -> Double? {
      let value = probabilities[diagnosis.index]
      return value.isNaN ? nil : value
    }

    /// The decision on a diagnosis.
    public func decision(_ diagnosis: Diagnosis) -> LabelState {
      self[diagnosis] == nil ? .unknown : positive & 1 << UInt32(diagnosis.index) != 0 ? .present : .absent
    }
  }

  /// The record.
  public let reference: RecordReference
  /// Who was recorded.
  public let patient: Patient
  /// What its header says.
  public let labels: DiagnosisLabels
  /// The data source it comes from.
  public let source: String
  /// What was measured; nil where nobody measured it.
  public var facts: MeasuredFacts?
  /// What a network says that did not learn from it; nil without one.
  public var prediction: Prediction?

  /// A record by its header; nil of what cannot be read is unknown.
  init(_ reference: RecordReference, _ statements: RecordStatements?, source: String) {
    self.reference = reference
    patient = statements?.patient ?? Patient()
    labels = statements?.labels ?? DiagnosisLabels([])
    self.source = source
  }
}

/// The records of an audit in order, with what numbers them.
public struct AuditRecords: Sendable {
  /// The records.
  public var records: [AuditRecord]
  /// Records whose header could not be read, with the reason.
  public let unreadable: [(path: String, problem: String)]
  /// A number for each patient of a source; a record without one is a patient of its own.
  public let patients: [Int]

  /// Reads the headers of records, on all processors.
  ///
  /// A record's source is told by the letters that its name begins with, as in the challenge (A, Q, I, S, HR, E, JS), where all records' names begin with some and
  /// there are few; else by the folder below the one that all share.
  public init(_ references: [RecordReference]) {
    let size = 256
    let chunks = Replicates.spread((references.count + size - 1) / size) { chunk in
      references[chunk * size..<min(references.count, (chunk + 1) * size)].map { reference in
        Result { try RecordFile.statements(reference) }
      }
    }
    let statements = chunks.flatMap { $0 }
    let sources = AuditSources(references)
    var records: [AuditRecord] = []
    var unreadable: [(path: String, problem: String)] = []
    records.reserveCapacity(references.count)
    for (index, reference) in references.enumerated() {
      var said: RecordStatements?
      do { said = try statements[index].get() } catch { unreadable.append((reference.path, "\(error)")) }
      records.append(AuditRecord(reference, said, source: sources[index]))
    }
    self.records = records
    self.unreadable = unreadable
    var numbers: [ExactText: Int] = [:]
    patients = records.enumerated().map { index, record in
      guard let identifier = record.patient.identifier else { return -1 - index }
      let key = ExactText(record.source + "\u{0}" + identifier)
      if let number = numbers[key] { return number }
      numbers[key] = numbers.count
      return numbers.count - 1
    }
  }
}

/// The data source of each record.
struct AuditSources {
  private let names: [String]

  /// More kinds of first letters than this are no sources.
  private static let mostPrefixes = 20

  init(_ references: [RecordReference]) {
    var cache: [Substring: String] = [:]
    let prefixes = references.map { reference -> String in
      let prefix = reference.name.prefix { $0.isLetter }
      if let known = cache[prefix] { return known }
      cache[prefix] = String(prefix)
      return String(prefix)
    }
    let kinds = Set(prefixes)
    if !kinds.contains(""), kinds.count <= Self.mostPrefixes, kinds.count * 2 <= references.count || kinds.count == 1 {
      names = prefixes
    } else {
      let paths = references.map { PlainStudy.casePath($0) }
      let folders = SourceFolders.names(of: paths)
      names = paths.map { folders[ExactText($0)] ?? "" }
    }
  }

  subscript(index: Int) -> String { names[index] }
}
