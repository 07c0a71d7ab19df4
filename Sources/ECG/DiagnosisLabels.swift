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
/// counts; that holds for codes outside the 24 too, and where a stray word stands among the codes. A label in words names what somebody wrote
/// down: a diagnosis is absent only where the words speak of the same thing (``DiagnosisWords``), as LUDB's "Electric axis of the heart: normal"
/// does of axis deviation. What is named with a doubt, or denied in words that are in no table, is unknown, among codes too. All else is unknown.
public struct DiagnosisLabels: Sendable, Hashable {
  private var presentBits: UInt32 = 0
  private var absentBits: UInt32 = 0
  /// Whether the label holds SNOMED CT codes, so that every diagnosis is known that no statement doubts.
  public let isCoded: Bool

  private static let allBits: UInt32 = 1 << UInt32(Diagnosis.all.count) - 1

  /// Reads a label's statements, as ``Recording/diagnoses`` holds them.
  public init(_ statements: [String]) {
    var isCoded = false
    var unread: [String] = []
    for statement in statements {
      let said = DiagnosisStatement(statement)
      presentBits |= said.present
      absentBits |= said.absent
      if !said.codes.isEmpty { isCoded = true }
      if !said.isRead { unread.append(statement) }
    }
    self.isCoded = isCoded
    if isCoded { absentBits |= Self.allBits & ~unread.reduce(0) { $0 | Self.mentioned(in: $1) } }
    absentBits &= ~presentBits
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

  /// The SNOMED CT codes that a text consists of, whatever separates them; nil where it holds anything else.
  public static func codeList(_ text: String) -> [String]? { DiagnosisStatement.codeList(text) }

  /// The SNOMED CT codes that a statement states, and those in it that something qualifies: `39732003?`.
  public static func codes(in statement: String) -> (stated: [String], doubted: [String]) {
    let said = DiagnosisStatement(statement)
    return (said.codes, said.doubtedCodes)
  }

  /// Whether a text says nothing by itself but may doubt or deny what stands before it: `ruled out`, `?`.
  public static func isQualifier(_ text: String) -> Bool { DiagnosisWords.isQualifier(text) }

  /// Whether a statement that cannot be read is of a diagnosis and nothing else, with a doubt: `left axis deviation?`.
  public static func doubts(_ diagnosis: Diagnosis, in statement: String) -> Bool {
    let said = DiagnosisStatement(statement)
    guard !said.isRead else { return false }
    if !said.doubtedCodes.isEmpty { return said.doubtedCodes.allSatisfy { Diagnosis.with(code: $0) == diagnosis } }
    let mentioned = DiagnosisWords.mentions(in: statement)
    return mentioned.diagnoses.contains(diagnosis) && !mentioned.speaksOfMore
  }

  /// The diagnoses that a statement names, whatever it says of them.
  private static func mentioned(in statement: String) -> UInt32 {
    let codes = DiagnosisStatement(statement).doubtedCodes.compactMap { Diagnosis.with(code: $0) }
    return DiagnosisStatement.bits(codes + DiagnosisWords.mentions(in: statement).diagnoses)
  }

  // MARK: Writing

  /// The statement that none of the 24 diagnoses is there, for a label whose codes are all gone.
  public static let noneOfAll = DiagnosisWords.noneOfAll

  /// The words that say a diagnosis is there or is not, and of no other diagnosis more than is known.
  ///
  /// - Parameter known: Diagnoses that may be said to be absent.
  public static func words(for diagnosis: Diagnosis, isPresent: Bool, denyingAtMost known: Set<Diagnosis> = []) -> String {
    guard isPresent else { return "no \(diagnosis.name)" }
    // "Left axis deviation" denies right axis deviation; the abbreviation says nothing of it.
    let denied = DiagnosisWords.read(diagnosis.name).absent
    return known.isSuperset(of: denied) ? diagnosis.name : diagnosis.abbreviation
  }
}
