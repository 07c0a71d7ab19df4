/// A text that equals another only byte by byte.
///
/// What is one text to Unicode, and equal as a `String`, may be two files or two records: "é" in one piece and with a combining accent.
public struct ExactText: Sendable, Hashable {
  /// The text.
  public let text: String

  /// The bytes of a text, without copying them.
  public init(_ text: String) { self.text = text }

  /// Whether two texts have the same bytes.
  public static func == (left: ExactText, right: ExactText) -> Bool { left.text.isExactly(right.text) }

  /// Takes in the bytes in one piece.
  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension String {
  /// Whether another text has the same bytes.
  public func isExactly(_ other: String) -> Bool {
    var (mine, theirs) = (self, other)
    return mine.withUTF8 { bytes in theirs.withUTF8 { bytes.count == $0.count && bytes.elementsEqual($0) } }
  }
}
