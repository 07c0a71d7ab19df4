/// What a file's signal name says: one of the twelve leads, as it is or with the opposite sign.
public struct LeadName: Sendable, Hashable {
  /// The lead.
  public let lead: Lead
  /// Whether the signal is the lead with the opposite sign: `-aVR` of the Cabrera sequence.
  public let isInverted: Bool

  /// Reads a signal's name; nil for any other signal.
  ///
  /// Letter case, surrounding white space, separators, and leading words for the kind of signal do not count: `AVR`, `Lead I`, `lead_ii`,
  /// `ECG V1` and `EKG Lead I` are leads, and so are the codes of ISO/IEEE 11073-10101 such as `MDC_ECG_LEAD_I`. A minus before the lead is a
  /// sign where it stands first or after a blank, not where it joins two words as in `ECG-V1`. Modified leads are no leads: `MLII` is not II,
  /// `MCL1` is not V1.
  public init?(_ signalName: String) {
    if let lead = Self.byName[signalName] {
      self.lead = lead
      isInverted = false
      return
    }
    // No name of a lead is long, but a file's may be.
    guard signalName.utf8.count <= 64 else { return nil }
    var key = ""
    var hasSign = false
    let characters = Array(signalName.lowercased())
    for (index, character) in characters.enumerated() {
      let isAtStart = index == 0 || characters[index - 1].isWhitespace || characters[index - 1] == "_"
      switch character {
      case Self.trueMinus: hasSign = true
      case "-" where isAtStart && index + 1 < characters.count && !characters[index + 1].isWhitespace: hasSign = true
      case "_", "-", ":": break
      default: if !character.isWhitespace { key.append(character) }
      }
    }
    for prefix in Self.kinds where key.hasPrefix(prefix) { key.removeFirst(prefix.count) }
    guard let lead = Self.byKey[key] else { return nil }
    self.lead = lead
    isInverted = hasSign
  }

  private static let trueMinus: Character = "\u{2212}"
  /// Words before a lead's name, in the order in which they come.
  private static let kinds = ["mdc", "ecg", "ekg", "lead"]
  private static let byName = Dictionary(uniqueKeysWithValues: Lead.allCases.map { ($0.name, $0) })
  private static let byKey = Dictionary(uniqueKeysWithValues: Lead.allCases.map { ($0.name.lowercased(), $0) })
}
