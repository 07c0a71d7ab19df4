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
/// does of axis deviation. All else is unknown.
public struct DiagnosisLabels: Sendable, Hashable {
  private var presentBits: UInt32 = 0
  private var absentBits: UInt32 = 0
  /// Whether the label holds SNOMED CT codes, so that every diagnosis is known.
  public let isCoded: Bool

  private static let allBits: UInt32 = 1 << UInt32(Diagnosis.all.count) - 1

  /// Reads a label's statements, as ``Recording/diagnoses`` holds them.
  public init(_ statements: [String]) {
    var isCoded = false
    for statement in statements {
      let codes = Self.codes(in: statement)
      if !codes.isEmpty {
        isCoded = true
        for code in codes { if let diagnosis = Diagnosis.with(code: code) { presentBits |= 1 << UInt32(diagnosis.index) } }
      } else {
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

  /// The SNOMED CT codes that a text consists of, whatever separates them; nil where it holds anything else.
  public static func codeList(_ text: String) -> [String]? {
    let words = words(of: text)
    return words.isEmpty || !words.allSatisfy(\.isCode) ? nil : words.map(\.text)
  }

  /// The SNOMED CT codes in a statement: those that it consists of, or those beside words that describe them, as in `39732003 |Left axis deviation|`.
  ///
  /// Another number among words, such as a date, is no code.
  public static func codes(in statement: String) -> [String] {
    let words = words(of: statement)
    let codes = words.filter(\.isCode).map(\.text)
    return codes.count == words.count ? codes : codes.filter(isConcept)
  }

  private static func words(of text: String) -> [(text: String, isCode: Bool)] {
    text.unicodeScalars.split(whereSeparator: isSeparator).map { word in
      // A SNOMED CT identifier has 6 to 18 digits.
      (String(word), (6...18).contains(word.count) && word.allSatisfy { (48...57).contains($0.value) })
    }
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 48...57, 65...90, 97...122: false
    case ..<0x80: true
    default: !scalar.properties.isAlphabetic && scalar.properties.numericType == nil
    }
  }

  /// Whether a number is the identifier of a concept: by the two digits before its check digit, and by that digit (SNOMED CT Release File
  /// Specifications, 6.5 and 6.6).
  private static func isConcept(_ code: String) -> Bool { ["00", "10"].contains(code.dropLast().suffix(2)) && hasCheckDigit(code) }

  /// Whether the last digit checks the others by Verhoeff's scheme: a product in the dihedral group of ten elements that comes to 0.
  private static func hasCheckDigit(_ code: String) -> Bool {
    let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    var product = 0
    for (place, digit) in code.utf8.reversed().enumerated() {
      var factor = Int(digit) - 48
      for _ in 0..<place % 8 { factor = permutation[factor] }
      // The first five elements turn, the others turn over.
      let isTurned = product >= 5
      let turn = isTurned ? product % 5 - factor % 5 + 5 : product + factor % 5
      product = turn % 5 + (isTurned == (factor >= 5) ? 0 : 5)
    }
    return product == 0
  }
}
