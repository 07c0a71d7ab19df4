extension StringProtocol {
  /// The text with every control character (C0, DEL, C1), bidirectional override and line separator replaced by U+FFFD.
  ///
  /// Text that came from a file passes here before it reaches a terminal, so that no header can move a cursor or retitle a window.
  public var withoutControlCharacters: String { String(self).safe }

  /// The text with `\xNN` in place of each byte (UTF-8) of a character that ``withoutControlCharacters`` would replace, so that nothing is lost.
  ///
  /// A backslash that an `x` follows is written `\x5c`; all other text stays as it is. ``withControlCharactersRead`` undoes it.
  public var withControlCharactersWritten: String { String(self).written }

  /// The text of which ``withControlCharactersWritten`` was made.
  ///
  /// A `\xNN` that stands for no such character, as in a path of Windows, is text like any other.
  public var withControlCharactersRead: String { String(self).read }
}

extension String {
  fileprivate var safe: String {
    if isPlainASCII || !unicodeScalars.contains(where: { $0.isUnsafeOnTerminal }) { return self }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars { result.append(scalar.isUnsafeOnTerminal ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  fileprivate var written: String {
    // A scalar at a time: a line end in Windows' way is one Character.
    if isPlainASCII, !utf8.contains(UInt8(ascii: "\\")) { return self }
    var result = String.UnicodeScalarView()
    var rest = unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar.isUnsafeOnTerminal || (scalar == "\\" && rest.first == "x") else {
        result.append(scalar)
        continue
      }
      for byte in UTF8.encode(scalar) ?? .init() {
        result.append(contentsOf: "\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".unicodeScalars)
      }
    }
    return String(result)
  }

  fileprivate var read: String {
    let bytes = Array(utf8)
    guard bytes.contains(UInt8(ascii: "\\")) else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      if let (scalar, length) = Self.writtenScalar(at: position, in: bytes) {
        result += scalar
        position += length
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The bytes of the character that is written as `\xNN` from a position on, and how long that is.
  private static func writtenScalar(at position: Int, in bytes: [UInt8]) -> (bytes: [UInt8], length: Int)? {
    var scalar: [UInt8] = []
    // Characters that a terminal may act on have at most three bytes.
    for start in stride(from: position, to: Swift.min(position + 12, bytes.count - 3), by: 4) {
      guard bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "x"), bytes[start + 2] >= UInt8(ascii: "0"),
        let byte = UInt8(String(decoding: bytes[start + 2...start + 3], as: UTF8.self), radix: 16)
      else { return nil }
      scalar.append(byte)
      guard let text = String(validating: scalar, as: UTF8.self), let read = text.unicodeScalars.first else { continue }
      return read.isUnsafeOnTerminal || read == "\\" ? (scalar, start + 4 - position) : nil
    }
    return nil
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
