import ECG
import Files
import PlainText

/// Labels that a training takes from a file instead of the headers: a row a record, its name and its SNOMED CT codes.
///
/// `HR00024,426783006 39732003`; codes are separated as in `#Dx`. A first row `record,codes` is a header.
public struct TrainingLabels: Sendable {
  private let codes: [ExactText: [String]]

  private static let largestByteCount = 64 << 20

  /// Reads a file.
  ///
  /// - Throws: ``JobError/badData(_:)`` where a row is no record with codes, or a record has two; what reading throws.
  public init(contentsOf path: String) throws {
    let table: CSVTable
    do {
      table = try CSVTable(parsing: RegularFile.contents(of: path, limit: Self.largestByteCount))
    } catch let error as CSVError {
      throw JobError.badData("\(path): \(error); expected rows of a record's name and its codes")
    }
    guard table.header.count == 2 else {
      throw JobError.badData("\(path), line 1: \(table.header.count) columns; expected a record's name and its codes")
    }
    var codes: [ExactText: [String]] = [:]
    codes.reserveCapacity(table.rows.count)
    func take(_ name: String, _ list: String, line: Int) throws {
      guard let statements = DiagnosisLabels.codeList(list), !name.isEmpty else {
        throw JobError.badData("\(path), line \(line): expected a record's name and SNOMED CT codes")
      }
      guard codes.updateValue(statements, forKey: ExactText(name)) == nil else {
        throw JobError.badData("\(path), line \(line): \(name.withoutControlCharacters) has labels already; expected one row a record")
      }
    }
    if table.column("record") != 0 { try take(table.header[0], table.header[1], line: 1) }
    for row in table.rows { try take(row[0], row[1], line: row.line) }
    self.codes = codes
  }

  /// The codes of a record; nil where the file does not name it.
  subscript(record: String) -> [String]? { codes[ExactText(record)] }

  /// Codes that the challenge did not score and that a training takes for one of the 24: ventricular ectopics are PVC.
  static let alsoMeant = ["164884008": "427172004"]

  /// The diagnoses of a label's statements, those that only a training counts among them.
  static func diagnoses(in statements: [String]) -> [Diagnosis] {
    let codes = statements.flatMap { DiagnosisLabels.codeList($0) ?? [] }
    let meant = Set(Diagnosis.scored(in: statements) + codes.compactMap { alsoMeant[$0].flatMap { Diagnosis.with(code: $0) } })
    return Diagnosis.all.filter(meant.contains)
  }
}
