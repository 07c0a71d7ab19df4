import Foundation
import TerminalUI
import Testing

@Suite("Screens as ANSI")
struct GridOutputTests {
  private var screen: Grid {
    var grid = Grid(columns: 30, rows: 6)
    grid.box(grid.bounds, title: "leads <&> \"x\"")
    grid.write("aVR", column: 2, row: 1, style: .ink(.title))
    grid.write("a sentence of words", column: 8, row: 1)
    grid.write("LAD ██▌ ▓▒░· .78 ≥.24 ●", column: 2, row: 2, style: .ink(.bar).bold)
    grid.write("chosen", column: 2, row: 3, style: Style(.selected, [.underline, .reverse]))
    grid.write("\u{1B}[2J\u{FFFF}\u{9B}]", column: 10, row: 3)
    var canvas = BrailleCanvas(columns: 28, rows: 1)
    for x in 0..<56 { canvas.verticalLine(x: x, from: 3 - x % 4, to: 3) }
    canvas.draw(into: &grid, column: 1, row: 4)
    return grid
  }

  @Test("ANSI is the plain text with SGR and nothing else", arguments: ColorDepth.allCases)
  func ansi(depth: ColorDepth) throws {
    for theme in Theme.all {
      for glyphs in GlyphSet.allCases {
        let text = screen.ansi(theme: theme, depth: depth, glyphs: glyphs)
        let bare = text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(!bare.unicodeScalars.contains("\u{1B}"))
        #expect(bare == screen.plainText(glyphs: glyphs).map { $0 + "\n" }.joined())
        for line in text.split(separator: "\n") where line.contains("\u{1B}") { #expect(line.hasSuffix("\u{1B}[0m")) }
        let hasColor = text.contains(/\u{1B}\[[0-9;]*(3[0-9]|9[0-7]|4[0-9])[0-9;]*m/)
        #expect(hasColor == (depth != .none))
      }
    }
  }

  @Test("ANSI codes of each depth")
  func codes() {
    var grid = Grid(columns: 2, rows: 1)
    grid.write("x", column: 0, row: 0, style: .ink(.title).underline)
    let expected: [ColorDepth: String] = [
      .none: "\u{1B}[0;1;4mx\u{1B}[0m \n", .ansi16: "\u{1B}[0;1;4;93mx\u{1B}[0m \n", .indexed256: "\u{1B}[0;1;4;38;5;180mx\u{1B}[0m \n",
      .trueColor: "\u{1B}[0;1;4;38;2;230;192;123mx\u{1B}[0m \n",
    ]
    for (depth, text) in expected { #expect(grid.ansi(theme: .dark, depth: depth) == text) }
    #expect(Grid(columns: 2, rows: 2).ansi(theme: .dark, depth: .trueColor) == "  \n  \n")
  }
}
