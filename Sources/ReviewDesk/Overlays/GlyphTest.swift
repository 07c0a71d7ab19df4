import TerminalUI

/// The same wave in every character set: the set whose wave is whole is the one to choose.
enum GlyphTest: OverlayKind {
  static let name = "glyphs"
  static let action = Action.glyphTest

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let rect = OverlayBox.draw(
      title: "Which characters does your font draw?", columns: OverlayBox.columns(76, state.size), rows: min(state.size.rows - 2, 15),
      state.size,
      into: &grid)
    let rows: [(GlyphSet, String)] = [
      (.braille, "braille: 2 by 4 dots a cell"), (.block, "block: 2 by 2 quarters"), (.ascii, "ascii: letters and signs"),
    ]
    var row = rect.row
    for (glyphs, text) in rows {
      guard row + 3 <= rect.endRow - 2 else { break }
      grid.write(text, column: rect.column, row: row, style: .ink(.title), maxColumns: rect.columns)
      wave(columns: max(0, rect.columns - 32)).draw(into: &grid, column: rect.column + 31, row: row, glyphs: glyphs)
      grid.write(marks(glyphs), column: rect.column + 2, row: row + 1, maxColumns: 28)
      row += 4
    }
    let close = "gaps or boxes: take the next set with --glyphs   \(state.keyName(.cancel)) closes"
    grid.write(close, column: rect.column, row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }

  private static func marks(_ glyphs: GlyphSet) -> String { glyphs.spelled("┌─┬─┐ ▏▌█ ░▒▓ ●▲▼ ≥†×−") }

  /// Beats drawn with dots, three rows of cells high.
  private static func wave(columns: Int) -> BrailleCanvas {
    var canvas = BrailleCanvas(columns: columns, rows: 3)
    let beat = [8, 8, 7, 6, 7, 8, 8, 9, 4, 0, 6, 11, 9, 8, 8, 7, 6, 5, 5, 6, 7, 8, 8, 8]
    for x in 0..<canvas.width {
      let (here, next) = (beat[x % beat.count], beat[(x + 1) % beat.count])
      canvas.verticalLine(x: x, from: here, to: here == next ? here : next + (next > here ? -1 : 1))
    }
    return canvas
  }
}
