import TerminalUI

/// Lines of text in a panel; `…` says that some did not fit.
enum PanelText {
  static func draw(_ lines: [(text: String, style: Style)], in rect: Rect, into grid: inout Grid) {
    for (offset, line) in lines.prefix(rect.rows).enumerated() {
      let isCut = offset == rect.rows - 1 && lines.count > rect.rows
      let room = rect.columns - 1 - (isCut ? 2 : 0)
      let width = grid.write(line.text, column: rect.column + 1, row: rect.row + offset, style: line.style, maxColumns: room)
      if isCut { grid.write(" …", column: rect.column + 1 + width, row: rect.row + offset, style: line.style) }
    }
  }

  /// Breaks text between words so that no line is longer than `columns`; a word that is longer is broken too.
  static func wrap(_ text: String, _ columns: Int) -> [String] {
    guard columns > 4 else { return [text] }
    var lines: [String] = []
    var (line, width) = ("", 0)
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, width + 1 + word.columnCount > columns {
        lines.append(line)
        (line, width) = ("  " + word, 2 + word.columnCount)
      } else {
        width += word.columnCount + (line.isEmpty ? 0 : 1)
        line += line.isEmpty ? String(word) : " " + word
      }
      guard width > columns else { continue }
      var (rest, indent) = (line[...], "")
      while width > columns {
        let part = rest.prefix(columns: columns - indent.count)
        lines.append(indent + part)
        width += 2 - indent.count - part.columnCount
        (rest, indent) = (rest[part.endIndex...], "  ")
      }
      line = indent + rest
    }
    return lines + [line]
  }
}
