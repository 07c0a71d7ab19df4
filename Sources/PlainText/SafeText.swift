extension StringProtocol {
  /// The text with every control character (C0, DEL, C1), bidirectional override and line separator replaced by U+FFFD.
  ///
  /// Text that came from a file passes here before it reaches a terminal, so that no header can move a cursor or retitle a window.
  public var withoutControlCharacters: String { String(self).safe }
}

extension String {
  fileprivate var safe: String {
    if isPlainASCII || !unicodeScalars.contains(where: { $0.isUnsafeOnTerminal }) { return self }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars { result.append(scalar.isUnsafeOnTerminal ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  /// Whether all of the text is printable ASCII, as nearly all text is: one look at its bytes.
  var isPlainASCII: Bool {
    var text = self
    return text.withUTF8 { bytes in bytes.allSatisfy { (0x20...0x7E).contains($0) } }
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
