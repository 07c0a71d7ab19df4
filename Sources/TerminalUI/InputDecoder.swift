/// What a terminal sent, one piece at a time, before Alt is told from Escape and keys from pasted text.
public enum RawInput: Equatable, Sendable {
  /// A Unicode scalar, controls included.
  case character(UInt32)
  /// A key that sends no character.
  case key(KeyStroke.Key)
  /// Pasted text begins.
  case pasteStart
  /// Pasted text has ended.
  case pasteEnd
}

/// Makes key strokes and pasted texts of raw input.
///
/// A terminal sends Alt-x as an escape and an x; they are joined when they arrive together. What is pasted never becomes keys, so that no
/// pasted text gives a verdict.
public struct InputDecoder: Sendable {
  /// A key or a pasted text.
  public enum Input: Equatable, Sendable {
    case key(KeyStroke)
    case paste(String)
  }

  /// The longest pasted text in scalars; the rest is dropped.
  public static let longestPaste = 65_536

  private var pasted: [Unicode.Scalar]?

  /// A decoder that has seen nothing.
  public init() {}

  /// Whether pasted text has begun and not ended.
  public var isPasting: Bool { pasted != nil }

  /// Decodes what arrived together.
  public mutating func decode(_ arrived: [RawInput]) -> [Input] {
    var inputs: [Input] = []
    var hasEscape = false
    for raw in arrived {
      if pasted != nil {
        if let finished = paste(raw) { inputs.append(.paste(finished)) }
        continue
      }
      if raw == .pasteStart {
        if hasEscape { inputs.append(.key(KeyStroke(.escape))) }
        hasEscape = false
        pasted = []
        continue
      }
      if raw == .character(0x1B) {
        if hasEscape { inputs.append(.key(KeyStroke(.escape))) }
        hasEscape = true
        continue
      }
      if let stroke = Self.stroke(of: raw, alt: hasEscape) { inputs.append(.key(stroke)) }
      hasEscape = false
    }
    if hasEscape { inputs.append(.key(KeyStroke(.escape))) }
    return inputs
  }

  /// Ends a paste whose end never came, so that the keyboard is not dead for ever.
  public mutating func abandonPaste() -> Input? {
    defer { pasted = nil }
    return pasted.map { .paste(Self.text(of: $0)) }
  }

  private mutating func paste(_ raw: RawInput) -> String? {
    switch raw {
    case .pasteEnd:
      defer { pasted = nil }
      return pasted.map(Self.text(of:))
    case .character(let value):
      guard let scalar = Unicode.Scalar(value), (pasted?.count ?? 0) < Self.longestPaste else { return nil }
      if scalar == "\r" || scalar == "\n" {
        pasted?.append("\n")
      } else if scalar == "\t" || scalar.cellWidth != .undefined {
        pasted?.append(scalar)
      }
      return nil
    case .key, .pasteStart:
      return nil
    }
  }

  private static func text(of scalars: [Unicode.Scalar]) -> String { String(String.UnicodeScalarView(scalars)) }

  private static func stroke(of raw: RawInput, alt: Bool) -> KeyStroke? {
    switch raw {
    case .key(let key): return KeyStroke(key, alt: alt)
    case .character(let value) where value < 0x20 || value == 0x7F: return KeyStroke(controlCharacter: UInt8(value), alt: alt)
    case .character(0x80...0x9F): return nil
    case .character(let value): return Unicode.Scalar(value).map { .character($0, alt: alt) }
    case .pasteStart, .pasteEnd: return nil
    }
  }
}
