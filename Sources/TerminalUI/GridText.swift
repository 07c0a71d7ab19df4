extension Grid {
  /// The screen as text: a line for each row, exactly as many columns in each as the screen has.
  public func plainText(glyphs: GlyphSet = .braille) -> [String] {
    let drawn = drawn(with: glyphs)
    return (0..<rows).map { row in
      var line = String.UnicodeScalarView()
      for column in 0..<columns { line.append(drawn[column: column, row: row]) }
      return String(line)
    }
  }
}
