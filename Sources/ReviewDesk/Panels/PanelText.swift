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
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      var word = String(word)
      if !line.isEmpty, line.count + 1 + word.count > columns {
        lines.append(line)
        line = "  " + word
      } else {
        line += line.isEmpty ? word : " " + word
      }
      while line.count > columns {
        word = String(line.dropFirst(columns))
        lines.append(String(line.prefix(columns)))
        line = "  " + word
      }
    }
    return lines + [line]
  }
}
