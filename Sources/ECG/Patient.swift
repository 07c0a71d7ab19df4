/// What a recording says about its patient; every field may be unknown.
public struct Patient: Sendable, Hashable {
  /// Recorded sex.
  public enum Sex: String, Sendable, Hashable {
    case female, male
  }

  /// Age in years, 0 to 150; nil where unknown or unparsable.
  public var ageYears: Int?
  /// Sex; nil where unknown or unparsable.
  public var sex: Sex?
  /// An identifier that groups recordings of one person, where the file gives one.
  public var identifier: String?

  /// A patient of whom nothing need be known.
  public init(ageYears: Int? = nil, sex: Sex? = nil, identifier: String? = nil) {
    self.ageYears = ageYears
    self.sex = sex
    self.identifier = identifier
  }

  /// Reads an age as headers write it (`56`, `56.0`, `056Y`); anything outside 0…150, or not a number, is unknown.
  public static func parseAge(_ text: String) -> Int? {
    var digits = text.trimmingWhitespace()
    if let last = digits.last, last == "Y" || last == "y" { digits.removeLast() }
    guard let value = Double(digits), value.isFinite, (0...150).contains(value) else { return nil }
    return Int(value)
  }

  /// Reads a sex as headers write it (`Male`, `M`, `F`, `female`); anything else is unknown.
  public static func parseSex(_ text: String) -> Sex? {
    switch text.trimmingWhitespace().lowercased() {
    case "f", "female", "woman": .female
    case "m", "male", "man": .male
    default: nil
    }
  }
}

extension StringProtocol {
  /// The text without white space and line ends at either side.
  package func trimmingWhitespace() -> String {
    String(self).withoutOuterWhitespace
  }
}

extension String {
  fileprivate var withoutOuterWhitespace: String {
    // Most text has none, and asking a character what it is takes long.
    let visible: ClosedRange<UInt8> = 0x21...0x7E
    if let first = utf8.first, let last = utf8.last, visible ~= first, visible ~= last { return self }
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
