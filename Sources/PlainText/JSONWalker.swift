import Foundation

/// Walks once over the bytes of one JSON value.
///
/// Of our own, because predictions of 43,000 records are 130 MB, and their measurements twice that, which Foundation's decoder takes ten seconds and more for.
public struct JSONWalker {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  /// Deeper nesting than this is refused, so that no line of brackets exhausts the stack.
  private static let deepest = 64

  /// A walk over the bytes of a value.
  public init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
    skipBlanks()
  }

  /// Whether only blanks are left.
  public var isAtEnd: Bool { position == bytes.endIndex }

  /// The byte with which the next value begins; nil at the end.
  public var next: UInt8? { isAtEnd ? nil : bytes[position] }

  /// Walks over an object, `member` over each value; false where it is none.
  public mutating func object(_ member: (inout JSONWalker, String) -> Bool) -> Bool {
    sequence(open: UInt8(ascii: "{"), close: UInt8(ascii: "}")) { walker in
      guard let key = walker.string(), walker.take(UInt8(ascii: ":")) else { return false }
      return member(&walker, key)
    }
  }

  /// Walks over an array, `element` over each value; false where it is none.
  public mutating func array(_ element: (inout JSONWalker) -> Bool) -> Bool {
    sequence(open: UInt8(ascii: "["), close: UInt8(ascii: "]"), element)
  }

  private mutating func sequence(open: UInt8, close: UInt8, _ element: (inout JSONWalker) -> Bool) -> Bool {
    guard take(open) else { return false }
    if take(close) { return true }
    repeat {
      guard element(&self) else { return false }
    } while take(UInt8(ascii: ","))
    return take(close)
  }

  /// A string, its escapes resolved; nil where there is none.
  public mutating func string() -> String? {
    guard take(UInt8(ascii: "\""), skippingBlanks: false) else { return nil }
    let start = position
    var hasEscapes = false
    while position < bytes.endIndex, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") {
        hasEscapes = true
        position += 1
      }
      position += 1
    }
    guard position < bytes.endIndex else { return nil }
    let content = bytes[start..<position]
    position += 1
    skipBlanks()
    return hasEscapes ? Self.unescaped(content) : String(decoding: content, as: UTF8.self)
  }

  /// A number, true, false or null as it is written; nil where there is none.
  public mutating func scalar() -> ArraySlice<UInt8>? {
    let start = position
    while position < bytes.endIndex {
      switch bytes[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"), UInt8(ascii: "+"),
        UInt8(ascii: "-"), UInt8(ascii: "."):
        position += 1
        continue
      default: break
      }
      break
    }
    guard position > start else { return nil }
    let scalar = bytes[start..<position]
    skipBlanks()
    return scalar
  }

  /// A number; nil where there is something else.
  public mutating func number() -> Double? {
    guard let scalar = scalar(), let first = scalar.first, first == UInt8(ascii: "-") || (48...57).contains(first) else { return nil }
    // No "0x1p3", "-inf" and "-nan", which a Double may be written as elsewhere.
    guard scalar.allSatisfy({ (43...57).contains($0) || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) else { return nil }
    return Double(String(decoding: scalar, as: UTF8.self))
  }

  /// Walks over any value.
  public mutating func skipValue(depth: Int = 0) -> Bool {
    guard position < bytes.endIndex, depth < Self.deepest else { return false }
    switch bytes[position] {
    case UInt8(ascii: "\""): return string() != nil
    case UInt8(ascii: "{"): return object { walker, _ in walker.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["): return array { $0.skipValue(depth: depth + 1) }
    default: return scalar() != nil
    }
  }

  private mutating func take(_ byte: UInt8, skippingBlanks: Bool = true) -> Bool {
    guard position < bytes.endIndex, bytes[position] == byte else { return false }
    position += 1
    if skippingBlanks { skipBlanks() }
    return true
  }

  private mutating func skipBlanks() {
    while position < bytes.endIndex, bytes[position] == 32 || (9...13).contains(bytes[position]) { position += 1 }
  }

  private static func unescaped(_ content: ArraySlice<UInt8>) -> String? {
    try? JSONDecoder().decode(String.self, from: Data([UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")]))
  }
}
