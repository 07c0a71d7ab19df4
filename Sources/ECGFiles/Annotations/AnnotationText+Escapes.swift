import ECG
import Files
import PlainText

extension AnnotationText {
  /// The text with `\xNN` for every byte of a character that a terminal may act on, and for every byte that is no UTF-8.
  ///
  /// It reads back to the same bytes; so a backslash that an `x` follows is written `\x5c`.
  public var escaped: String { escaped(keepingControls: false) }

  /// As ``escaped``, but control characters as they are: for JSON, which has escapes of its own for them.
  var escapedForJSON: String { escaped(keepingControls: true) }

  private func escaped(keepingControls: Bool) -> String {
    if bytes.allSatisfy({ (0x20...0x7E).contains($0) && $0 != Self.backslash }) { return String(decoding: bytes, as: UTF8.self) }
    var result = String.UnicodeScalarView()
    var position = 0
    while position < bytes.count {
      let (scalar, length) = Self.scalar(at: position, in: bytes)
      let isEscape = bytes[position] == Self.backslash && position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "x")
      if let scalar, !isEscape, keepingControls || !scalar.isUnsafeOnTerminal {
        result.append(scalar)
      } else {
        for byte in bytes[position..<position + length] {
          result.append(contentsOf: "\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".unicodeScalars)
        }
      }
      position += length
    }
    return String(result)
  }

  /// The character at a position and its length in bytes; nil, and one byte, where there is no UTF-8.
  private static func scalar(at position: Int, in bytes: [UInt8]) -> (Unicode.Scalar?, length: Int) {
    let first = bytes[position]
    let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    let part = bytes[position..<min(position + length, bytes.count)]
    guard part.count == length, let text = String(validating: part, as: UTF8.self), let scalar = text.unicodeScalars.first else {
      return (nil, 1)
    }
    return (scalar, length)
  }

  /// The bytes that ``escaped`` was made of.
  public init(escaped text: String) {
    let utf8 = Array(text.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    var position = 0
    while position < utf8.count {
      if utf8[position] == Self.backslash, position + 3 < utf8.count, utf8[position + 1] == UInt8(ascii: "x"),
        let byte = [UInt8](hexadecimal: utf8[(position + 2)...(position + 3)])?.first
      {
        bytes.append(byte)
        position += 4
      } else {
        bytes.append(utf8[position])
        position += 1
      }
    }
    self.init(bytes: bytes)
  }

  private static let backslash = UInt8(ascii: "\\")
}
