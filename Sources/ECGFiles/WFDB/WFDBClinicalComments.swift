import ECG

/// What a header's comments say about the patient and the diagnoses.
///
/// Read are the forms in use: `Age: 81`, `Sex: Female`, `Dx: 426783006,39732003` and `Patient: 17` (PhysioNet/CinC Challenge);
/// `<age>: 25  <sex>: M  <diagnoses>: (none)`, several fields on a line; LUDB's `<diagnoses>:` with one statement on each line that follows;
/// and PTB's `Reason for admission: …` with the infarction and additional diagnoses below it. What cannot be read is unknown, never an error.
struct WFDBClinicalComments {
  private(set) var patient = Patient()
  private(set) var diagnoses: [String] = []
  /// The comments that say nothing of either.
  private(set) var otherComments: [String] = []

  /// Reads comments without their `#`, in the header's order.
  ///
  /// Of fields that are repeated the first that can be read counts.
  init(_ comments: [String]) {
    var isInDiagnosisBlock = false
    for comment in comments {
      let fields = Self.bracketedFields(of: comment)
      let before = (patient, diagnoses.count)
      defer { if before == (patient, diagnoses.count), !isInDiagnosisBlock { otherComments.append(comment) } }
      if isInDiagnosisBlock, fields.isEmpty {
        diagnoses += Self.statements(in: [comment])
        continue
      }
      isInDiagnosisBlock = false
      for field in fields {
        if field.key == "diagnoses" || field.key == "diagnosis" {
          isInDiagnosisBlock = field.value.isEmpty
          diagnoses += Self.statements(in: [field.value])
        } else {
          takePatientField(field)
        }
      }
      if fields.isEmpty, let field = Self.plainField(of: comment) { take(field) }
    }
  }

  private typealias Field = (key: String, value: String)

  private mutating func take(_ field: Field) {
    switch field.key {
    case "dx":
      diagnoses += Self.statements(in: field.value.utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) })
    case "reason for admission", "additional diagnoses", "diagnose", "diagnosis", "diagnoses":
      diagnoses += Self.statements(in: [field.value])
    case "acute infarction (localization)", "former infarction (localization)":
      let kind = field.key.hasPrefix("acute") ? "Acute" : "Former"
      diagnoses += Self.statements(in: [field.value]).map { "\(kind) infarction (localization): \($0)" }
    default:
      takePatientField(field)
    }
  }

  private mutating func takePatientField(_ field: Field) {
    switch field.key {
    case "age": patient.ageYears = patient.ageYears ?? Patient.parseAge(field.value)
    case "sex", "gender": patient.sex = patient.sex ?? Patient.parseSex(field.value)
    case "patient", "patient id", "patient_id": patient.identifier = patient.identifier ?? Self.statements(in: [field.value]).first
    default: break
    }
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
    if stated.patient == record.patient, stated.diagnoses == record.diagnoses { return record.comments }
    var lines: [String] = []
    if let age = record.patient.ageYears { lines.append("Age: \(age)") }
    if let sex = record.patient.sex { lines.append("Sex: \(sex == .female ? "Female" : "Male")") }
    if let identifier = record.patient.identifier { lines.append("Patient: \(identifier)") }
    if record.diagnoses.isEmpty { return lines + stated.otherComments }
    // Statements with commas would fall apart in a #Dx line; LUDB's block keeps them whole, and must come last.
    if record.diagnoses.contains(where: { $0.contains(",") }) {
      return lines + stated.otherComments + ["<diagnoses>:"] + record.diagnoses
    }
    return lines + ["Dx: " + record.diagnoses.joined(separator: ",")] + stated.otherComments
  }
}
