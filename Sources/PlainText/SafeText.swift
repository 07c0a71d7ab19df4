extension StringProtocol {
  /// The text with every control character (C0, DEL, C1), bidirectional override and line separator replaced by U+FFFD.
  ///
  /// Text that came from a file passes here before it reaches a terminal, so that no header can move a cursor or retitle a window.
  public var withoutControlCharacters: String {
    guard unicodeScalars.contains(where: \.isUnsafeOnTerminal) else { return String(self) }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars { result.append(scalar.isUnsafeOnTerminal ? "\u{FFFD}" : scalar) }
    return String(result)
  }
}

extension Unicode.Scalar {
  /// Whether a terminal may act on this scalar instead of drawing it.
  public var isUnsafeOnTerminal: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F, 0xFEFF: true
    default: false
    }
  }
}
