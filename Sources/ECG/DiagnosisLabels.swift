/// What a label says of a diagnosis.
public enum LabelState: String, Sendable, Hashable, CaseIterable {
  /// The recording is said to show it.
  case present
  /// The recording is said not to show it.
  case absent
  /// Nothing that can be read is said of it.
  case unknown
}

/// What a recording's label says of each of the 24 diagnoses: present, absent, or unknown.
///
/// Unknown is never absent. A label of SNOMED CT codes names all that its maker looked for, so what it does not name is absent, as the challenge
/// counts; that holds for codes outside the 24 too. A label in words names what somebody wrote down: a diagnosis is absent only where the words
/// speak of the same thing (``DiagnosisWords``), as LUDB's "Electric axis of the heart: normal" does of axis deviation. All else is unknown.
public struct DiagnosisLabels: Sendable, Hashable {
  private var presentBits: UInt32 = 0
  private var absentBits: UInt32 = 0
  /// Whether all of the label is SNOMED CT codes, so that every diagnosis is known.
  public let isCoded: Bool

  private static let allBits: UInt32 = 1 << UInt32(Diagnosis.all.count) - 1

  /// Reads a label's statements, as ``Recording/diagnoses`` holds them.
  public init(_ statements: [String]) {
    var isCoded = !statements.isEmpty
    for statement in statements {
      if let codes = Self.codes(in: statement) {
        for code in codes { if let diagnosis = Diagnosis.with(code: code) { presentBits |= 1 << UInt32(diagnosis.index) } }
      } else {
        isCoded = false
        let said = DiagnosisWords.read(statement)
        for diagnosis in said.present { presentBits |= 1 << UInt32(diagnosis.index) }
        for diagnosis in said.absent { absentBits |= 1 << UInt32(diagnosis.index) }
      }
    }
    self.isCoded = isCoded
    absentBits = (isCoded ? Self.allBits : absentBits) & ~presentBits
  }

  /// What is said of a diagnosis.
  public subscript(_ diagnosis: Diagnosis) -> LabelState {
    let bit: UInt32 = 1 << UInt32(diagnosis.index)
    return presentBits & bit != 0 ? .present : absentBits & bit != 0 ? .absent : .unknown
  }

  /// The diagnoses said to be there, in output order.
  public var present: [Diagnosis] { Diagnosis.all.filter { self[$0] == .present } }

  /// Whether anything is said of any of the 24.
  public var saysAnything: Bool { presentBits | absentBits != 0 }

  /// The SNOMED CT codes that a statement consists of, separated by commas, semicolons, bars, slashes or blanks; nil where it holds anything else.
  public static func codes(in statement: String) -> [String]? {
    let parts = statement.utf8.split { byte in separators.contains(byte) }
    // A SNOMED CT identifier has 6 to 18 digits.
    guard !parts.isEmpty, parts.allSatisfy({ (6...18).contains($0.count) && $0.allSatisfy { (48...57).contains($0) } }) else { return nil }
    return parts.map { String(Substring($0)) }
  }

  private static let separators = Set(" \t,;|/+".utf8)
}
