/// What a file's signal name says: one of the twelve leads, as it is or with the opposite sign.
public struct LeadName: Sendable, Hashable {
  /// The lead.
  public let lead: Lead
  /// Whether the signal is the lead with the opposite sign: `-aVR` of the Cabrera sequence.
  public let isInverted: Bool

  /// Reads a signal's name; nil for any other signal.
  ///
  /// Letter case, surrounding white space, separators, and leading words for the kind of signal do not count: `AVR`, `Lead I`, `lead_ii`,
  /// `ECG V1` and `EKG Lead I` are leads, and so are the codes of ISO/IEEE 11073-10101 such as `MDC_ECG_LEAD_I`. A minus is a sign where it stands
  /// first, last, or before a word without a blank between, not where it joins or parts two words as in `ECG-V1` and `ECG - V1`. Modified leads are no
  /// leads: `MLII` is not II, `MCL1` is not V1; and neither is what says minus twice, or the difference of two as in `I-II`.
  public init?(_ signalName: String) {
    if let lead = Self.byName[signalName] {
      self.lead = lead
      isInverted = false
      return
    }
    // No name of a lead is long, but a file's may be.
    guard signalName.utf8.count <= 64 else { return nil }
    var key = ""
    var signCount = 0
    let lowercase = signalName.lowercased()
    let characters = Array(lowercase)
    for (index, character) in characters.enumerated() {
      if Self.dashes.contains(character) {
        let isBetween = characters[..<index].contains(where: Self.isWord) && characters[(index + 1)...].contains(where: Self.isWord)
        let isSign = !isBetween || (!Self.isWord(characters[index - 1]) && Self.isWord(characters[index + 1]))
        if isSign || character == Self.trueMinus { signCount += 1 }
      } else if character != "_", character != ":", !character.isWhitespace {
        key.append(character)
      }
    }
    for prefix in Self.kinds where key.hasPrefix(prefix) { key.removeFirst(prefix.count) }
    // The strokes of a Roman numeral stand together: "I-II" is no lead III.
    guard signCount <= 1, let lead = Self.byKey[key], !key.hasPrefix("i") || lowercase.contains(key) else { return nil }
    self.lead = lead
    isInverted = signCount == 1
  }

  private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  private static let trueMinus: Character = "\u{2212}"
  /// Hyphens, dashes and minus signs.
  private static let dashes: Set<Character> = [
    "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", trueMinus, "\u{FE58}", "\u{FE63}", "\u{FF0D}",
  ]
  /// Words before a lead's name, in the order in which they come.
  private static let kinds = ["mdc", "ecg", "ekg", "lead"]
  private static let byName = Dictionary(uniqueKeysWithValues: Lead.allCases.map { ($0.name, $0) })
  private static let byKey = Dictionary(uniqueKeysWithValues: Lead.allCases.map { ($0.name.lowercased(), $0) })
}
