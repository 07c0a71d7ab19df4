import TerminalUI
import Testing

@Suite("Drawing on a grid")
struct GridTests {
  @Test("Text stays within the edges")
  func clipping() {
    var grid = Grid(columns: 6, rows: 2)
    #expect(grid.write("abcdefgh", column: 4, row: 0) == 2)
    #expect(grid.write("xyz", column: -2, row: 1) == 3)
    #expect(grid.write("wide", column: 2, row: 1, maxColumns: 3) == 3)
    #expect(grid.write("nothing", column: 6, row: 0) == 0)
    #expect(grid.write("nothing", column: 0, row: 0, maxColumns: 0) == 0)
    #expect(grid.write("nothing", column: 0, row: 0, maxColumns: -5) == 0)
    grid.write("gone", column: 0, row: -1)
    grid.write("gone", column: 0, row: 2)
    grid.write("gone", column: .min, row: .min)
    grid.write("gone", column: .max, row: .max)
    #expect(grid.plainText() == ["    a…", "z wi… "], "what is cut off says so")
    #expect(grid.write("abcd  ", column: 0, row: 0, maxColumns: 4) == 4)
    #expect(grid.write("x y", column: 4, row: 0, maxColumns: 1) == 1)
    #expect(grid.plainText()[0] == "abcd……", "a blank that is cut off is no loss")
  }

  @Test("Every character takes the columns it has, and none reaches the terminal that it would act upon")
  func sanitising() {
    var grid = Grid(columns: 12, rows: 5)
    grid.write("a\u{1B}[31mb\u{7F}\u{9B}c", column: 0, row: 0)
    grid.write("e\u{301}x\u{200D}y\u{FEFF}z", column: 0, row: 1)
    grid.write("心電図 ok", column: 0, row: 2)
    grid.write("❤️👍🏽🇩🇪x", column: 0, row: 3)
    grid.write("\u{202E}abc\u{2066}\n\r\td", column: 0, row: 4)
    #expect(
      grid.plainText() == [
        "a\u{FFFD}[31mb\u{FFFD}\u{FFFD}c  ",
        "e\u{301}xyz        ",
        "心電図 ok   ",
        "❤\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}x      ",
        "\u{FFFD}abc\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}d   ",
      ]
    )
    #expect(Cell("\u{1B}").scalar == "\u{FFFD}")
    #expect(Cell("\u{301}").scalar == "\u{FFFD}")
  }

  @Test("A character of two columns takes two cells, is never cut in half, and keeps its marks")
  func wideCharacters() {
    var grid = Grid(columns: 6, rows: 4)
    #expect(grid.write("患者一号", column: 0, row: 0) == 6)
    #expect(grid.write("한국어", column: 0, row: 1, maxColumns: 4) == 4)
    #expect(grid.write("か\u{3099}x", column: -1, row: 2) == 3)
    #expect(grid.write("e\u{323}\u{302}\u{301}", column: 0, row: 3) == 1)
    #expect(grid.plainText() == ["患者 …", "한 …  ", " x    ", "e\u{323}\u{302}     "])
    grid.write("ab", column: 1, row: 0)
    #expect(grid.plainText()[0] == " ab  …")
    var clipped = Grid(columns: 3, rows: 1)
    var source = Grid(columns: 6, rows: 1)
    source.write("患者一", column: 0, row: 0)
    clipped.draw(source, column: 0, row: 0)
    #expect(clipped.plainText() == ["患 "])
    clipped.draw(source, column: -1, row: 0)
    #expect(clipped.plainText() == [" 者"])
    clipped.fill(Rect(column: 2, row: 0, columns: 1, rows: 1), with: "x")
    #expect(clipped.plainText() == ["  x"])
    #expect(source.plainText(glyphs: .ascii) == ["??????"])
    #expect("患者 e\u{301}\u{1B}".columnCount == 7)
    #expect("患者e\u{301}a".prefix(columns: 3) == "患" && "患者e\u{301}a".prefix(columns: 5) == "患者e\u{301}")
    #expect("e\u{301}患者".suffix(columns: 3) == "者" && "e\u{301}患者".suffix(columns: 5) == "e\u{301}患者")
    #expect("ab".prefix(columns: -1).isEmpty && "ab".suffix(columns: -1).isEmpty && "ab".suffix(columns: 9) == "ab")
  }

  @Test("Cells outside are blank, and setting them does nothing")
  func outside() {
    var grid = Grid(columns: 2, rows: 2)
    for (column, row) in [(-1, 0), (0, -1), (2, 0), (0, 2), (Int.min, Int.max)] {
      grid[column: column, row: row] = Cell("x")
      #expect(grid[column: column, row: row] == .blank)
    }
    #expect(grid == Grid(columns: 2, rows: 2))
  }

  @Test("Sizes no screen has are brought within bounds")
  func sizes() {
    #expect(Size(columns: -3, rows: 5) == Size(columns: 0, rows: 5))
    #expect(Size(columns: .max, rows: .min) == Size(columns: 4000, rows: 0))
    #expect(Grid(columns: -1, rows: -1).plainText().isEmpty)
    #expect(Grid(columns: 0, rows: 2).plainText() == ["", ""])
    #expect(Size(columns: 200, rows: 50).description == "200x50")
  }

  @Test("Frames, rules and titles")
  func frames() {
    var grid = Grid(columns: 16, rows: 5)
    grid.box(grid.bounds, title: "leads")
    grid.rule(in: grid.bounds, row: 2, title: "a title too long for its box")
    #expect(
      grid.plainText() == [
        "┌ leads ───────┐",
        "│              │",
        "├ a title too …┤",
        "│              │",
        "└──────────────┘",
      ]
    )
    #expect(grid[column: 2, row: 0].style == .ink(.title))
    #expect(grid[column: 0, row: 0].style == .ink(.border))
  }

  @Test("A box without room is left out")
  func tinyBoxes() {
    var grid = Grid(columns: 4, rows: 3)
    grid.box(Rect(column: 0, row: 0, columns: 1, rows: 3), title: "x")
    grid.box(Rect(column: 0, row: 0, columns: 4, rows: 1), title: "x")
    #expect(grid == Grid(columns: 4, rows: 3))
    grid.box(Rect(column: -1, row: -1, columns: 4, rows: 3), title: "x")
    #expect(grid.plainText() == ["  │ ", "──┘ ", "    "])
  }

  @Test("Filling and copying are clipped")
  func areas() {
    var grid = Grid(columns: 4, rows: 3)
    grid.fill(Rect(column: 2, row: -5, columns: 100, rows: 7), with: "x", style: .ink(.accent))
    var stamp = Grid(columns: 2, rows: 1)
    stamp.write("ab", column: 0, row: 0)
    grid.draw(stamp, column: 3, row: 2)
    grid.draw(stamp, column: -1, row: 0)
    #expect(grid.plainText() == ["b xx", "  xx", "   a"])
    #expect(grid[column: 3, row: 0].style == .ink(.accent))
  }

  @Test("Rectangles are cut without a cell lost or counted twice")
  func rectangles() {
    let rect = Rect(column: 3, row: 2, columns: 11, rows: 5)
    #expect(rect.split(top: 2).top == Rect(column: 3, row: 2, columns: 11, rows: 2))
    #expect(rect.split(bottom: 1).bottom == Rect(column: 3, row: 6, columns: 11, rows: 1))
    #expect(rect.split(left: 4).rest == Rect(column: 7, row: 2, columns: 7, rows: 5))
    #expect(rect.split(right: 4).right == Rect(column: 10, row: 2, columns: 4, rows: 5))
    #expect(rect.split(top: 99).rest.isEmpty)
    #expect(rect.split(right: -1).rest == rect)
    #expect(rect.inset(columns: 9, rows: 1).isEmpty)
    for count in 1...13 {
      #expect(rect.columns(dividedInto: count).map(\.columns).reduce(0, +) == 11)
      #expect(rect.rows(dividedInto: count).last?.endRow == rect.endRow)
    }
    #expect(rect.columns(dividedInto: 4).map(\.column) == [3, 6, 9, 12])
    #expect(rect.rows(dividedInto: 0).isEmpty)
    #expect(rect.contains(column: 13, row: 6))
    #expect(!rect.contains(column: 14, row: 6))
  }
}
