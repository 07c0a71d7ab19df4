extension Grid {
  /// The screen as text with its colours, for a pipe that ends in a terminal: a line for each row, and no escape but SGR (ECMA-48, 8.3.117).
  ///
  /// Every row starts and ends in the terminal's own colours, so that rows can be cut out and shown alone.
  public func ansi(theme: Theme, depth: ColorDepth, glyphs: GlyphSet = .braille) -> String {
    let drawn = drawn(with: glyphs)
    var text = String.UnicodeScalarView()
    for row in 0..<rows {
      var current = Theme.Appearance()
      for column in 0..<columns {
        let cell = drawn[column: column, row: row]
        let appearance = theme.appearance(of: cell.style, depth: depth)
        if appearance != current {
          text.append(contentsOf: Self.selectGraphicRendition(appearance, depth: depth).unicodeScalars)
          current = appearance
        }
        text.append(cell)
      }
      if current != Theme.Appearance() { text.append(contentsOf: "\u{1B}[0m".unicodeScalars) }
      text.append("\n")
    }
    return String(text)
  }

  private static func selectGraphicRendition(_ appearance: Theme.Appearance, depth: ColorDepth) -> String {
    var codes = ["0"]
    if appearance.attributes.contains(.bold) { codes.append("1") }
    if appearance.attributes.contains(.dim) { codes.append("2") }
    if appearance.attributes.contains(.underline) { codes.append("4") }
    if appearance.attributes.contains(.reverse) { codes.append("7") }
    if let color = appearance.foreground { codes += colorCodes(color, depth: depth, base: 30) }
    if let color = appearance.background { codes += colorCodes(color, depth: depth, base: 40) }
    return "\u{1B}[" + codes.joined(separator: ";") + "m"
  }

  /// The parameters that choose a colour.
  ///
  /// `base` is 30 for strokes, 40 for the ground; the bright colours lie 60 higher.
  private static func colorCodes(_ color: Color, depth: ColorDepth, base: Int) -> [String] {
    switch depth {
    case .none: []
    case .ansi16: color.ansi16.map { ["\($0 < 8 ? base + Int($0) : base + 52 + Int($0))"] } ?? []
    case .indexed256: ["\(base + 8)", "5", "\(color.indexed256)"]
    case .trueColor: ["\(base + 8)", "2", "\(color.red)", "\(color.green)", "\(color.blue)"]
    }
  }
}
