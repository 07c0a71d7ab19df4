/// Which characters a terminal and its font can draw.
///
/// Screens are drawn once, in braille and line-drawing characters; where these cannot be shown, ``Grid/drawn(with:)`` exchanges each for its
/// twin, cell by cell, so that nothing moves.
public enum GlyphSet: String, CaseIterable, Sendable {
  /// Everything: traces in braille, two by four dots in a cell.
  case braille
  /// Fonts without braille: traces in quadrant blocks, two by two in a cell.
  case block
  /// Terminals without Unicode: 7-bit characters only.
  case ascii

  /// What a terminal can be trusted to draw: braille where its locale is UTF-8, else ASCII.
  ///
  /// The Linux console gets ASCII too: its fonts hold 512 characters at most, and of the 456 that Debian ships (console-setup-linux 1.221)
  /// none has braille or quadrants, 139 have half blocks.
  public static func automatic(isUTF8: Bool, terminalType: String) -> GlyphSet {
    isUTF8 && terminalType != "linux" ? .braille : .ascii
  }

  /// The character to draw in place of one of the full set.
  public func substitute(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch self {
    case .braille: return scalar
    case .block: return scalar.braillePattern.map { Self.quadrants(of: $0) } ?? scalar
    case .ascii:
      if scalar.isASCII { return scalar }
      if let pattern = scalar.braillePattern { return Self.asciiMark(of: pattern) }
      return Self.asciiTwins[scalar] ?? "?"
    }
  }

  /// Text with each character that cannot be shown exchanged for its twin, column by column.
  public func spelled(_ text: String) -> String {
    guard self != .braille else { return text }
    var result = String.UnicodeScalarView()
    // Of letters with marks over them 7-bit characters have only the letter.
    for scalar in text.unicodeScalars where self != .ascii || scalar.cellWidth != .zero { result.append(substitute(for: scalar)) }
    return String(result)
  }

  /// A horizontal bar in eighths of a column: `fraction` of `columns`, clamped to 0...1, padded with spaces to `columns`.
  public static func bar(fraction: Double, columns: Int) -> String {
    let columns = max(0, columns)
    let share = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let eighths = Int((share * Double(columns) * 8).rounded())
    let full = eighths / 8
    var text = String(repeating: "█", count: full)
    if eighths % 8 > 0 { text.unicodeScalars.append(barEighths[eighths % 8 - 1]) }
    return text + String(repeating: " ", count: columns - full - (eighths % 8 > 0 ? 1 : 0))
  }

  /// Bars of one to seven eighths of a column.
  public static let barEighths: [Unicode.Scalar] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// Every character that screens use beyond ASCII and braille, each above its 7-bit twin.
  private static let twins: [(full: String, ascii: String)] = [
    // Frames and rules.
    (
      full: "─│┌┐└┘├┤┬┴┼━┃╌╎┊═║╵",
      ascii: "-|+++++++++=!-::=|'"
    ),
    // Bars; less than half a column is left out.
    (
      full: "▏▎▍▌▋▊▉▁▂▃▄▅▆▇",
      ascii: "   ####___==##"
    ),
    // Shades.
    (
      full: "·░▒▓█",
      ascii: ".:+*#"
    ),
    // Marks.
    (
      full: "●○◆◇■□▶◀▲▼✓✗†‡•§›‹",
      ascii: "*o*o#o><^vvx!!*S><"
    ),
    // Arrows.
    (
      full: "→←↑↓↔↕↵⏎",
      ascii: "><^v-|<<"
    ),
    // Signs and units.
    (
      full: "≥≤≈≠±×÷−–—°µμΩκαΔ∞¹²³⁴⁵⁶⁷⁸⁹½…",
      ascii: "><~#~x/---ouuOkaD~123456789h~"
    ),
    // Quotation marks.
    (
      full: "‘’“”«»",
      ascii: "''\"\"\"\""
    ),
    // Letters of European names.
    (
      full: "ÄÖÜäöüßàáâãåæçèéêëìíîïñòóôõøùúûýÀÁÂÃÅÆÇÈÉÊËÍÎÑÓÔÕØÚÛÝ",
      ascii: "AOUaousaaaaaaceeeeiiiinooooouuuyAAAAAACEEEEIINOOOOUUY"
    ),
    // Spaces, and what stands for characters that cannot be drawn.
    (full: "\u{A0}\u{2007}\u{2009}\u{202F}\u{FFFD}", ascii: "    ?"),
  ]

  /// The 7-bit twin of every character that has one.
  public static let asciiTwins = Dictionary(
    twins.flatMap { zip($0.full.unicodeScalars, $0.ascii.unicodeScalars) },
    uniquingKeysWith: { first, _ in first }
  )

  /// Quadrant blocks by which of their quarters are full: 1 upper left, 2 upper right, 4 lower left, 8 lower right.
  package static let quadrantBlocks: [Unicode.Scalar] = [" ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█"]

  private static func quadrants(of pattern: UInt8) -> Unicode.Scalar {
    let dots = Int(pattern)
    let upper = (dots & 0x03 != 0 ? 1 : 0) | (dots & 0x18 != 0 ? 2 : 0)
    let lower = (dots & 0x44 != 0 ? 4 : 0) | (dots & 0xA0 != 0 ? 8 : 0)
    return quadrantBlocks[upper | lower]
  }

  /// The character whose strokes lie where the dots do: by the topmost and lowest row, 0 to 3, that has one.
  private static func asciiMark(of pattern: UInt8) -> Unicode.Scalar {
    let rows: [UInt8] = [0x09, 0x12, 0x24, 0xC0]
    guard let top = rows.firstIndex(where: { pattern & $0 != 0 }),
      let bottom = rows.lastIndex(where: { pattern & $0 != 0 })
    else { return " " }
    switch (top, bottom) {
    case (0, 0): return "\""
    case (0, 1): return "'"
    case (1, 1), (1, 2), (2, 2): return "-"
    case (2, 3): return ","
    case (3, 3): return "_"
    default: return "|"
    }
  }
}

extension Grid {
  /// The same screen in the characters of a glyph set, cell for cell.
  public func drawn(with glyphs: GlyphSet) -> Grid {
    glyphs == .braille ? self : mapScalars(keepsMarks: glyphs != .ascii, glyphs.substitute(for:))
  }
}
