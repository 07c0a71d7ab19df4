import TerminalUI
import Testing

@Suite("Glyph sets")
struct GlyphSetTests {
  @Test("Every twin is one 7-bit character")
  func twins() {
    for (scalar, twin) in GlyphSet.asciiTwins {
      #expect(!scalar.isASCII)
      #expect((0x20...0x7E).contains(twin.value), "\(scalar)")
    }
    for mark in "─│┌┐└┘├┤┬┴┼▏█░▒▓·●≥†±→…".unicodeScalars { #expect(GlyphSet.asciiTwins[mark] != nil, "\(mark)") }
  }

  @Test("Text is spelled character by character")
  func spelling() {
    #expect(GlyphSet.ascii.spelled("0.5 mV ±3° → ≥.24 ● † 心") == "0.5 mV ~3o > >.24 * ! ?")
    #expect(GlyphSet.block.spelled("≥ ⡇") == "≥ ▌")
    #expect(GlyphSet.braille.spelled("≥ ⡇") == "≥ ⡇")
  }

  @Test("Bars grow by eighths of a column and always fill their place")
  func bars() {
    #expect(GlyphSet.bar(fraction: 0, columns: 4) == "    ")
    #expect(GlyphSet.bar(fraction: 0.5, columns: 4) == "██  ")
    #expect(GlyphSet.bar(fraction: 1, columns: 4) == "████")
    #expect(GlyphSet.bar(fraction: 0.28, columns: 4) == "█▏  ")
    #expect(GlyphSet.bar(fraction: 0.97, columns: 4) == "███▉")
    #expect(GlyphSet.bar(fraction: .nan, columns: 3) == "   ")
    #expect(GlyphSet.bar(fraction: 9, columns: 2) == "██")
    #expect(GlyphSet.bar(fraction: -9, columns: 2) == "  ")
    #expect(GlyphSet.bar(fraction: 0.5, columns: -2).isEmpty)
    for step in 0...1000 { #expect(GlyphSet.bar(fraction: Double(step) / 1000, columns: 7).count == 7) }
    #expect(GlyphSet.ascii.spelled(GlyphSet.bar(fraction: 0.6, columns: 4)) == "##  ")
  }

  @Test("A screen keeps its places and styles in every set")
  func screens() {
    var grid = Grid(columns: 12, rows: 3)
    grid.box(grid.bounds, title: "aVR")
    grid.write("≥.24 ●", column: 2, row: 1, style: .ink(.positive))
    #expect(grid.plainText(glyphs: .ascii) == ["+ aVR -----+", "| >.24 *   |", "+----------+"])
    #expect(grid.drawn(with: .ascii).cells.map(\.style) == grid.cells.map(\.style))
    #expect(grid.drawn(with: .braille) == grid)
  }

  @Test("Braille where the locale is UTF-8, and never on the Linux console, whose fonts have none")
  func automatic() {
    #expect(GlyphSet.automatic(isUTF8: true, terminalType: "xterm-256color") == .braille)
    #expect(GlyphSet.automatic(isUTF8: false, terminalType: "xterm-256color") == .ascii)
    #expect(GlyphSet.automatic(isUTF8: true, terminalType: "linux") == .ascii)
  }
}
