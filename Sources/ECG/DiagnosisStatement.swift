/// What one statement of a label says of the 24 diagnoses, in SNOMED CT codes, in words, or both.
///
/// It says a diagnosis only where nothing stands beside it that could qualify it: a mark, a number or a word that is in none of the tables may doubt or
/// deny, and leaves the diagnosis unknown.
struct DiagnosisStatement {
  /// The diagnoses that it says are there, each a bit at its place.
  private(set) var present: UInt32 = 0
  /// Those that it says are not there.
  private(set) var absent: UInt32 = 0
  /// The SNOMED CT codes that it states, those of concepts outside the 24 too.
  private(set) var codes: [String] = []
  /// The codes in it that it does not state, since something qualifies them.
  private(set) var doubtedCodes: [String] = []

  /// Whether it says anything that can be read.
  var isRead: Bool { present | absent != 0 || !codes.isEmpty }

  init(_ text: String) {
    let codes = Self.words(of: text).filter(\.isConcept).map(\.text)
    guard !codes.isEmpty else {
      take(DiagnosisWords.read(text))
      return
    }
    // Another number of that length, such as a date, says nothing of a code.
    let others = Self.words(of: Self.withoutTerms(text)).filter { !$0.isLongNumber && !Self.neutralWords.contains($0.text.lowercased()) }
    let described = DiagnosisWords.read(others.map(\.text).joined(separator: " "))
    guard !Self.hasDoubtfulMark(text), others.isEmpty || !described.present.isEmpty else {
      doubtedCodes = codes
      return
    }
    self.codes = codes
    present = Self.bits(codes.compactMap { Diagnosis.with(code: $0) })
    take(described)
  }

  private mutating func take(_ said: DiagnosisWords.Reading) {
    present |= Self.bits(said.present)
    absent |= Self.bits(said.absent)
  }

  /// Diagnoses as bits at their places.
  static func bits(_ diagnoses: [Diagnosis]) -> UInt32 { diagnoses.reduce(0) { $0 | 1 << UInt32($1.index) } }

  // MARK: Codes

  /// The codes that a text consists of, whatever separates them; nil where it holds anything else.
  static func codeList(_ text: String) -> [String]? {
    let words = words(of: text)
    return words.isEmpty || !words.allSatisfy(\.isConcept) || hasDoubtfulMark(text) ? nil : words.map(\.text)
  }

  private struct Word {
    let text: String
    /// Whether it has as many digits as a SNOMED CT identifier, 6 to 18.
    let isLongNumber: Bool
    /// Whether it is the identifier of a concept: by the two digits before its check digit, and by that digit (SNOMED CT Release File
    /// Specifications, 6.5 and 6.6).
    var isConcept: Bool { isLongNumber && ["00", "10"].contains(text.dropLast().suffix(2)) && DiagnosisStatement.hasCheckDigit(text) }
  }

  private static func words(of text: String) -> [Word] {
    text.unicodeScalars.split { !isLetterOrDigit($0) }.map { word in
      Word(text: String(word), isLongNumber: (6...18).contains(word.count) && word.allSatisfy { (48...57).contains($0.value) })
    }
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 48...57, 65...90, 97...122: true
    case ..<0x80: false
    default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
  }

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

  // MARK: What stands beside codes

  /// Words beside a code that say what it is, not whether it holds.
  private static let neutralWords: Set = ["snomed", "sct", "ct", "code", "dx", "diagnosis", "finding", "disorder", "ecg", "ekg"]

  /// A text without the terms between upright strokes that describe its codes, as in `39732003 |Left axis deviation|`.
  private static func withoutTerms(_ text: String) -> String {
    let pieces = text.unicodeScalars.split(separator: "|", omittingEmptySubsequences: false).map { String($0) }
    guard pieces.count >= 3, pieces.count % 2 == 1 else { return text }
    return pieces.enumerated().filter { $0.offset % 2 == 0 || !isTerm($0.element) }.map(\.element).joined(separator: " ")
  }

  private static func isTerm(_ text: String) -> Bool {
    let words = words(of: text)
    return text.utf8.count >= 5 && !words.isEmpty && !words.contains { $0.isConcept || DiagnosisWords.qualifies($0.text) }
  }

  /// Whether a mark stands in a text that does more than separate or enclose: `?`, `≠`, a minus before or behind.
  private static func hasDoubtfulMark(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    guard let first = scalars.firstIndex(where: isLetterOrDigit), let last = scalars.lastIndex(where: isLetterOrDigit) else { return true }
    return scalars.indices.contains { index in
      let scalar = scalars[index]
      guard !isLetterOrDigit(scalar), !scalar.properties.isWhitespace, !separators.contains(scalar) else { return false }
      switch scalar.properties.generalCategory {
      case .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .connectorPunctuation, .control, .format:
        return false
      case .dashPunctuation:
        // A dash joins two words, or stands apart between them; else it is a minus.
        return index < first || index > last || (!isLetterOrDigit(scalars[index - 1]) && isLetterOrDigit(scalars[index + 1]))
      default: return true
      }
    }
  }

  private static let separators: Set<Unicode.Scalar> = [
    ",", ";", ".", ":", "|", "/", "&", "+", "\"", "'", "、", "，", "；", "。", "：", "·", "•",
  ]
}
