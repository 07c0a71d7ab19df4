import Foundation
import TerminalUI
import TestSupport
import Testing

/// Widths against the C library, whose table curses and tmux go by (Tests/Oracles/cell_width.py).
@Suite("Widths of characters")
struct CellWidthTests {
  @Test("Whatever is drawn in one cell is one column wide to the C library")
  func oneColumn() throws {
    let golden = try String(contentsOf: Checkout.golden("TerminalUI/other-than-one-column.txt"), encoding: .utf8)
    let ranges = golden.split(separator: "\n").map { line in line.split(separator: " ").compactMap { UInt32($0, radix: 16) } }
    #expect(ranges.count > 300)
    var wrong: [String] = []
    for range in ranges {
      let bounds = try #require(range.count == 2 ? range[0]...range[1] : nil)
      for scalar in bounds.compactMap({ Unicode.Scalar($0) }) where scalar.cellWidth == .one {
        wrong.append(String(scalar.value, radix: 16))
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test("Characters of the screens are one column wide")
  func vocabulary() {
    for scalar in GlyphSet.asciiTwins.keys where scalar != "\u{FFFD}" { #expect(scalar.cellWidth == .one, "\(scalar)") }
    for pattern in UInt8.min...UInt8.max { #expect(Unicode.Scalar(braillePattern: pattern).cellWidth == .one) }
  }

  @Test("Lines have exactly the columns of the screen, whatever text is written")
  func hostileText() {
    var random = SplitMix(state: 2022)
    for _ in 0..<400 {
      let columns = Int(random.next() % 40)
      var grid = Grid(columns: columns, rows: 3)
      for _ in 0..<6 {
        var text = String.UnicodeScalarView()
        for _ in 0..<random.next() % 30 {
          let limits: [UInt64] = [0x80, 0x100, 0x3000, 0x1_0000, 0x11_0000]
          let value = UInt32(random.next() % limits[Int(random.next() % 5)])
          text.append(Unicode.Scalar(value) ?? "\u{1B}")
        }
        grid.write(String(text), column: Int(random.next() % 60) - 20, row: Int(random.next() % 5) - 1)
      }
      for glyphs in GlyphSet.allCases {
        let lines = grid.plainText(glyphs: glyphs)
        #expect(lines.count == 3)
        for line in lines {
          #expect(line.columnCount == columns)
          #expect(line.unicodeScalars.allSatisfy { $0.cellWidth != .undefined })
          if glyphs == .ascii { #expect(line.unicodeScalars.allSatisfy { $0.isASCII }) }
        }
      }
    }
  }
}

/// A sequence of numbers that is the same in every run (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
