/// How many columns a terminal gives a scalar.
public enum CellWidth: Sendable {
  /// Drawn over the character before it, or not at all: combining marks and format characters.
  case zero
  /// One column.
  case one
  /// Two columns: East Asian wide and full-width forms, emoji.
  case two
  /// Unknown to terminals, or acted upon instead of drawn: controls, private use, unassigned.
  case undefined
}

extension Unicode.Scalar {
  /// How many columns a terminal gives this scalar, ambiguous widths taken as one (Unicode Standard Annex 11).
  public var cellWidth: CellWidth {
    switch value {
    case 0x20...0x7E: return .one
    case 0...0x9F: return .undefined
    case 0xAD: return .zero
    case 0xA0...0x2FF, 0x2500...0x25FC, 0x2800...0x28FF: return .one
    default: break
    }
    // Terminals act on these: marks of direction and separators of lines.
    if (0x200E...0x200F).contains(value) || (0x2028...0x202E).contains(value) || (0x2066...0x2069).contains(value) { return .undefined }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return .zero
    case .spacingMark, .control, .privateUse, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: return .undefined
    default: break
    }
    if Self.jamoThatCombine.contains(where: { $0.contains(value) }) { return .undefined }
    return properties.isEmojiPresentation || Self.wide.contains(where: { $0.contains(value) }) ? .two : .one
  }

  /// Vowels and final consonants of Hangul, which join the consonant before them.
  private static let jamoThatCombine: [ClosedRange<UInt32>] = [0x1160...0x11FF, 0xD7B0...0xD7FF]

  /// Wide and full-width blocks of EastAsianWidth.txt, besides what has emoji presentation; whole blocks where most of a block is wide.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x4DFF, 0x4E00...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D37F, 0x1F000...0x1FAFF, 0x20000...0x3FFFD,
  ]
}

extension Unicode.Scalar {
  /// Columns that a screen gives this scalar: what is drawn over another, none; what cannot be drawn, one for U+FFFD.
  var drawnWidth: Int {
    switch cellWidth {
    case .zero: 0
    case .one, .undefined: 1
    // Terminals differ on emoji, with what is joined to them.
    case .two: properties.isEmojiPresentation ? 1 : 2
    }
  }

  /// Whether this is drawn over the character before it; selectors of a variation and the like are not drawn at all.
  var isMark: Bool {
    let isCombining = properties.generalCategory == .nonspacingMark || properties.generalCategory == .enclosingMark
    return isCombining && !properties.isDefaultIgnorableCodePoint
  }
}

extension StringProtocol {
  /// Columns that a screen gives the text; a text to be drawn is as wide as this, and not as its characters are many.
  public var columnCount: Int {
    // Nearly all text; what cannot be drawn takes one too.
    if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
    return unicodeScalars.reduce(0) { $0 + $1.drawnWidth }
  }

  /// The beginning of the text that fits into so many columns, with the marks over its last character.
  public func prefix(columns: Int) -> SubSequence {
    var free = columns
    for (index, scalar) in zip(unicodeScalars.indices, unicodeScalars) {
      free -= scalar.drawnWidth
      if free < 0 { return self[..<index] }
    }
    return self[...]
  }

  /// The end of the text that fits into so many columns; it begins with no mark.
  public func suffix(columns: Int) -> SubSequence {
    var (free, start) = (columns, endIndex)
    for (index, scalar) in zip(unicodeScalars.indices.reversed(), unicodeScalars.reversed()) {
      free -= scalar.drawnWidth
      if free < 0 { break }
      if scalar.drawnWidth > 0 { start = index }
    }
    return self[start...]
  }
}
