import ECG

/// What a header's comments say about the patient and the diagnoses.
///
/// Read are the forms in use: `Age: 81`, `Sex: Female`, `Dx: 426783006,39732003` and `Patient: 17` (PhysioNet/CinC Challenge);
/// `<age>: 25  <sex>: M  <diagnoses>: (none)`, several fields on a line; LUDB's `<diagnoses>:` with one statement on each line that follows;
/// and PTB's `Reason for admission: …` with the infarction and additional diagnoses below it. What cannot be read is unknown, never an error.
struct WFDBClinicalComments {
  /// Patient, diagnoses, and the fold.
  private(set) var statements = RecordStatements()
  /// The comments that say nothing of either.
  private(set) var otherComments: [String] = []

  /// Whether the next comment may be a statement of a block.
  private(set) var isInDiagnosisBlock = false

  /// Nothing read yet.
  init() {}

  /// Reads comments without their `#`, in the header's order.
  ///
  /// Of fields that are repeated the first that can be read counts.
  init(_ comments: [String]) { for comment in comments { read(comment) } }

  /// Reads the next comment.
  mutating func read(_ comment: String) {
    let fields = Self.bracketedFields(of: comment)
    let before = (statements.patient, statements.diagnoses.count)
    defer { if before == (statements.patient, statements.diagnoses.count), !isInDiagnosisBlock { otherComments.append(comment) } }
    if isInDiagnosisBlock, fields.isEmpty {
      statements.diagnoses += Self.statements(in: [comment])
      return
    }
    isInDiagnosisBlock = false
    for field in fields {
      if field.key == "diagnoses" || field.key == "diagnosis" {
        isInDiagnosisBlock = field.value.isEmpty
        statements.diagnoses += Self.statements(in: [field.value])
      } else {
        takePatientField(field)
      }
    }
    if fields.isEmpty, let field = Self.plainField(of: comment) { take(field) }
  }

  /// Whether a comment begins a block of statements.
  static func beginsBlock(_ comment: String) -> Bool {
    bracketedFields(of: comment).last { $0.key == "diagnoses" || $0.key == "diagnosis" }?.value.isEmpty ?? false
  }

  /// Whether a comment is a `Dx` line.
  static func isList(_ comment: String) -> Bool { bracketedFields(of: comment).isEmpty && plainField(of: comment)?.key == "dx" }

  private typealias Field = (key: String, value: String)

  private mutating func take(_ field: Field) {
    switch field.key {
    case "dx":
      statements.diagnoses += Self.statements(in: Self.parts(ofList: field.value))
    case "reason for admission", "additional diagnoses", "diagnose", "diagnosis", "diagnoses":
      statements.diagnoses += Self.statements(in: [field.value])
    case "acute infarction (localization)", "former infarction (localization)":
      let kind = field.key.hasPrefix("acute") ? "Acute" : "Former"
      statements.diagnoses += Self.statements(in: [field.value]).map { "\(kind) infarction (localization): \($0)" }
    default:
      takePatientField(field)
    }
  }

  private mutating func takePatientField(_ field: Field) {
    switch field.key {
    case "age": statements.patient.ageYears = statements.patient.ageYears ?? Patient.parseAge(field.value)
    case "sex", "gender": statements.patient.sex = statements.patient.sex ?? Patient.parseSex(field.value)
    case "patient", "patient id", "patient_id":
      statements.patient.identifier = statements.patient.identifier ?? Self.statements(in: [field.value]).first
    case "fold": statements.fold = statements.fold ?? Int(field.value)
    default: break
    }
  }

  /// The members of a `Dx` line: codes with anything between them, else statements between commas and semicolons.
  ///
  /// What only qualifies, as in `atrial fibrillation, ruled out`, belongs to the statement before it.
  private static func parts(ofList list: String) -> [String] {
    if let codes = DiagnosisLabels.codeList(list) { return codes }
    var parts: [Substring] = []
    for part in list.utf8.split(whereSeparator: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }) {
      let part = Substring(part)
      if let last = parts.last, DiagnosisLabels.isQualifier(String(part).trimmingWhitespace()) {
        parts[parts.count - 1] = list[last.startIndex..<part.endIndex]
      } else {
        parts.append(part)
      }
    }
    return parts.map { String($0) }
  }

  /// The texts without those that only say that nothing is known.
  private static func statements(in texts: [String]) -> [String] {
    let nothing: Set = ["", "unknown", "none", "(none)", "no", "n/a", "nan"]
    return texts.map { $0.trimmingWhitespace() }.filter { !nothing.contains($0.lowercased()) }
  }

  /// The fields of a line of the form `<key>: value  <key>: value`; empty where it has none.
  private static func bracketedFields(of comment: String) -> [Field] {
    guard comment.utf8.contains(UInt8(ascii: "<")) else { return [] }
    var fields: [Field] = []
    var rest = comment[...]
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
      let afterKey = rest.index(after: close)
      guard afterKey < rest.endIndex, rest[afterKey] == ":" else {
        rest = rest[afterKey...]
        continue
      }
      let key = rest[rest.index(after: open)..<close].trimmingWhitespace().lowercased()
      let valueStart = rest.index(after: afterKey)
      let valueEnd = rest[valueStart...].firstIndex(of: "<") ?? rest.endIndex
      fields.append((key, rest[valueStart..<valueEnd].trimmingWhitespace()))
      rest = rest[valueEnd...]
    }
    return fields
  }

  /// The field of a line of the form `key: value`.
  private static func plainField(of comment: String) -> Field? {
    guard let colon = comment.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    return (comment[..<colon].trimmingWhitespace().lowercased(), comment[comment.index(after: colon)...].trimmingWhitespace())
  }
}

extension WFDBClinicalComments {
  /// Comments that state a record's patient and diagnoses, and hold its other comments.
  ///
  /// Where the record's own comments state just that they are returned unchanged.
  static func lines(for record: SignalRecord) -> [String] {
    let stated = WFDBClinicalComments(record.comments)
    if stated.statements.patient == record.patient, stated.statements.diagnoses == record.diagnoses { return record.comments }
    var lines: [String] = []
    if let age = record.patient.ageYears { lines.append("Age: \(age)") }
    if let sex = record.patient.sex { lines.append("Sex: \(sex == .female ? "Female" : "Male")") }
    if let identifier = record.patient.identifier { lines.append("Patient: \(identifier)") }
    if record.diagnoses.isEmpty { return lines + stated.otherComments }
    // Statements with commas would fall apart in a #Dx line; LUDB's block keeps them whole, and must come last.
    if record.diagnoses.contains(where: { $0.contains(",") || $0.contains(";") }) {
      return lines + stated.otherComments + ["<diagnoses>:"] + record.diagnoses
    }
    return lines + ["Dx: " + record.diagnoses.joined(separator: ",")] + stated.otherComments
  }
}
