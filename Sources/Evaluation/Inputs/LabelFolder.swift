import ECG

/// What a header says of a recording's labels, and of what splits of data need.
public struct LabelledRecord: Sendable, Hashable {
  /// The record's name: that of its header file.
  public let name: String
  /// The scored diagnoses of its `#Dx` lines, merged.
  public var labels = DiagnosisSet()
  /// Its `#Patient`, where stated.
  public var patient: String?
  /// Its `#Fold`, where stated.
  public var fold: Int?

  /// A record of which nothing is stated.
  public init(name: String) { self.name = name }

  /// Reads a header's comment lines.
  ///
  /// Read are `#Dx: 426783006,39732003`, `#Patient: 17` and `#Fold: 9`. What cannot be read is not stated.
  init(name: String, header: [UInt8]) {
    self.name = name
    for line in header.split(whereSeparator: { $0 == 10 || $0 == 13 }) where line.first == UInt8(ascii: "#") {
      let comment = line.dropFirst()
      guard let colon = comment.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = comment[(colon + 1)...]
      func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes.trimmingBlanks(), as: UTF8.self) }
      switch text(comment[..<colon]).lowercased() {
      case "dx":
        for code in value.split(separator: UInt8(ascii: ",")) { Diagnosis.with(code: text(code)).map { labels.insert($0) } }
      case "patient", "patient id", "patient_id": if patient == nil, !text(value).isEmpty { patient = text(value) }
      case "fold": fold = fold ?? Int(text(value))
      default: break
      }
    }
  }
}

/// The labels of a folder of headers, as the challenge hands them out.
public struct LabelFolder: Sendable {
  /// One entry a header, sorted by path.
  public private(set) var records: [LabelledRecord] = []
  /// Headers that could not be read: they are in no figure.
  public private(set) var failures: [EvaluationError] = []

  private static let largestHeaderByteCount = 4 << 20

  /// Reads the headers in and below a folder; nothing but comments matters in them.
  ///
  /// - Throws: ``EvaluationError`` where the folder cannot be read, holds no header, or two of one name.
  public init(path: String) throws(EvaluationError) {
    let files = try InputBytes.files(in: path, endingIn: ".hea", isRecursive: true)
    var names: Set<String> = []
    names.reserveCapacity(files.count)
    for file in files {
      let name = InputBytes.recordName(file)
      guard names.insert(name).inserted else { throw .repeatedRecord(name: name, path: file) }
      do throws(EvaluationError) {
        records.append(LabelledRecord(name: name, header: try InputBytes.read(file, limit: Self.largestHeaderByteCount)))
      } catch {
        failures.append(error)
      }
    }
    guard !records.isEmpty else { throw failures.first ?? .noLabels(path: path) }
  }

  /// Keeps only the records of one `#Fold`.
  ///
  /// - Throws: ``EvaluationError`` where there are none.
  public mutating func keep(fold: Int, path: String) throws(EvaluationError) {
    records.removeAll { $0.fold != fold }
    guard !records.isEmpty else { throw .malformed(path: path, line: nil, expected: "headers with a line #Fold: \(fold)") }
  }
}
