import TerminalUI
import Testing

@Suite("Dots")
struct BrailleCanvasTests {
  private func lines(_ canvas: BrailleCanvas, _ glyphs: GlyphSet = .braille) -> [String] {
    var grid = Grid(columns: canvas.columns, rows: canvas.rows)
    canvas.draw(into: &grid, column: 0, row: 0, glyphs: glyphs)
    return grid.plainText()
  }

  @Test("Each dot has the bit that Unicode gives it")
  func bits() {
    let expected = ["⠁⠈", "⠂⠐", "⠄⠠", "⡀⢀"]
    for y in 0..<4 {
      for x in 0..<2 {
        var canvas = BrailleCanvas(columns: 1, rows: 1)
        canvas.setDot(x: x, y: y)
        #expect(lines(canvas) == [String(Array(expected[y])[x])])
        #expect(canvas.hasDot(x: x, y: y))
        #expect(!canvas.hasDot(x: 1 - x, y: y))
      }
    }
  }

  @Test("A diagonal")
  func diagonal() {
    var canvas = BrailleCanvas(columns: 6, rows: 3)
    for x in 0..<12 { canvas.setDot(x: x, y: x) }
    #expect(lines(canvas) == ["⠑⢄    ", "  ⠑⢄  ", "    ⠑⢄"])
    #expect(lines(canvas, .block) == ["▀▄    ", "  ▀▄  ", "    ▀▄"])
  }

  @Test("Columns of minimum and maximum, in either order")
  func columnsOfExtremes() {
    var canvas = BrailleCanvas(columns: 3, rows: 2)
    for (x, range) in [(0, 7), (3, 3), (4, 2), (0, 0), (7, 7), (5, 6)].enumerated() {
      canvas.verticalLine(x: x, from: range.0, to: range.1)
    }
    #expect(lines(canvas) == ["⣇⡌ ", "⡇⠁⡰"])
  }

  @Test("Nothing outside the canvas is drawn, however far outside")
  func clipping() {
    var canvas = BrailleCanvas(columns: 1, rows: 1)
    canvas.setDot(x: -1, y: 0)
    canvas.setDot(x: 2, y: 0)
    canvas.setDot(x: 0, y: 4)
    canvas.setDot(x: .min, y: .max)
    canvas.verticalLine(x: 2, from: 0, to: 3)
    canvas.verticalLine(x: 0, from: 4, to: .max)
    canvas.verticalLine(x: 0, from: .min, to: -1)
    canvas.horizontalLine(y: 4, from: 0, to: 1)
    #expect(lines(canvas) == [" "])
    canvas.verticalLine(x: 1, from: .max, to: .min)
    #expect(lines(canvas) == ["⢸"])
    canvas.horizontalLine(y: 3, from: .min, to: .max)
    #expect(lines(canvas) == ["⣸"])
    #expect(lines(BrailleCanvas(columns: -1, rows: 3)) == ["", "", ""])
  }

  @Test("Cells without dots leave what is beneath; dots join dots")
  func merging() {
    var grid = Grid(columns: 4, rows: 1)
    grid.write("V1", column: 0, row: 0, style: .ink(.title))
    var first = BrailleCanvas(columns: 4, rows: 1)
    first.setDot(x: 4, y: 0)
    first.draw(into: &grid, column: 0, row: 0)
    var second = BrailleCanvas(columns: 4, rows: 1)
    second.setDot(x: 4, y: 3)
    second.setDot(x: 2, y: 3)
    second.draw(into: &grid, column: 0, row: 0, style: .ink(.traceDerived))
    #expect(grid.plainText() == ["V⡀⡁ "])
    #expect(grid[column: 0, row: 0].style == .ink(.title))
    #expect(grid[column: 2, row: 0].style == .ink(.traceDerived))
    second.draw(into: &grid, column: 3, row: 0)
    second.draw(into: &grid, column: -9, row: 5)
    #expect(grid.plainText() == ["V⡀⡁ "])
  }

  @Test("The same drawing in blocks and in ASCII")
  func fallbacks() {
    var canvas = BrailleCanvas(columns: 8, rows: 1)
    canvas.verticalLine(x: 0, from: 0, to: 3)
    canvas.setDot(x: 2, y: 0)
    canvas.setDot(x: 5, y: 3)
    canvas.horizontalLine(y: 1, from: 6, to: 7)
    canvas.horizontalLine(y: 2, from: 8, to: 9)
    canvas.verticalLine(x: 11, from: 0, to: 1)
    canvas.verticalLine(x: 12, from: 2, to: 3)
    #expect(lines(canvas) == ["⡇⠁⢀⠒⠤⠘⡄ "])
    #expect(lines(canvas, .block) == ["▌▘▗▀▄▝▖ "])
    #expect(lines(canvas, .ascii) == ["|\"_--', "])
    var grid = Grid(columns: 8, rows: 1)
    canvas.draw(into: &grid, column: 0, row: 0)
    for glyphs in GlyphSet.allCases { #expect(grid.plainText(glyphs: glyphs) == lines(canvas, glyphs)) }
  }
}
