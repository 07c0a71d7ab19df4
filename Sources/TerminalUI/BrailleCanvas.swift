/// A drawing of dots, two across and four down in each cell, as Unicode braille patterns have them.
public struct BrailleCanvas: Sendable {
  /// Cells across.
  public let columns: Int
  /// Cells down.
  public let rows: Int
  /// The eight dots of each cell, row by row, in the bit order of the braille block.
  private var patterns: [UInt8]

  /// Dots across in a cell.
  public static let dotsAcross = 2
  /// Dots down in a cell.
  public static let dotsDown = 4
  /// Every other dot of a cell, as on a chessboard, in the order of ``pattern(column:row:)``.
  public static let everyOtherDot: UInt8 = bit(x: 0, y: 0) | bit(x: 1, y: 1) | bit(x: 0, y: 2) | bit(x: 1, y: 3)

  /// An empty canvas of cells.
  public init(columns: Int, rows: Int) {
    let size = Size(columns: columns, rows: rows)
    self.columns = size.columns
    self.rows = size.rows
    patterns = Array(repeating: 0, count: size.columns * size.rows)
  }

  /// Dots across.
  public var width: Int { columns * Self.dotsAcross }
  /// Dots down.
  public var height: Int { rows * Self.dotsDown }

  /// Sets a dot, counted from the upper left; one outside the canvas is not drawn.
  public mutating func setDot(x: Int, y: Int) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    patterns[y / 4 * columns + x / 2] |= Self.bit(x: x & 1, y: y & 3)
  }

  /// Whether a dot is set.
  public func hasDot(x: Int, y: Int) -> Bool {
    guard x >= 0, x < width, y >= 0, y < height else { return false }
    return patterns[y / 4 * columns + x / 2] & Self.bit(x: x & 1, y: y & 3) != 0
  }

  /// Whether a cell has dots.
  public func hasDots(column: Int, row: Int) -> Bool { pattern(column: column, row: row) != 0 }

  /// The dots of a cell, as the braille block orders them; none outside the canvas.
  public func pattern(column: Int, row: Int) -> UInt8 {
    column >= 0 && column < columns && row >= 0 && row < rows ? patterns[row * columns + column] : 0
  }

  /// Takes away the dots of a cell that lie on a dot of another canvas or beside one.
  public mutating func clear(around other: BrailleCanvas, column: Int, row: Int) {
    guard hasDots(column: column, row: row) else { return }
    for y in row * Self.dotsDown..<(row + 1) * Self.dotsDown {
      for x in column * Self.dotsAcross..<(column + 1) * Self.dotsAcross where hasDot(x: x, y: y) {
        let isTouched = (-1...1).contains { down in (-1...1).contains { other.hasDot(x: x + $0, y: y + down) } }
        if isTouched { patterns[row * columns + column] &= ~Self.bit(x: x & 1, y: y & 3) }
      }
    }
  }

  /// Sets the dots of a column from one row of dots to another, both included, in either order.
  public mutating func verticalLine(x: Int, from start: Int, to end: Int) {
    let top = max(0, min(start, end))
    let bottom = min(height - 1, max(start, end))
    guard x >= 0, x < width, top <= bottom else { return }
    for y in top...bottom { patterns[y / 4 * columns + x / 2] |= Self.bit(x: x & 1, y: y & 3) }
  }

  /// Sets the dots of a row from one column of dots to another, both included, in either order.
  public mutating func horizontalLine(y: Int, from start: Int, to end: Int) {
    let left = max(0, min(start, end))
    let right = min(width - 1, max(start, end))
    guard y >= 0, y < height, left <= right else { return }
    for x in left...right { patterns[y / 4 * columns + x / 2] |= Self.bit(x: x & 1, y: y & 3) }
  }

  /// Draws the cells that have dots onto a screen, and leaves the others as they are.
  ///
  /// Dots join those of braille that is there already; the style is the new one.
  public func draw(into grid: inout Grid, column: Int, row: Int, style: Style = .ink(.trace), glyphs: GlyphSet = .braille) {
    for cellRow in 0..<rows {
      for cellColumn in 0..<columns {
        var pattern = patterns[cellRow * columns + cellColumn]
        if pattern == 0 { continue }
        let target = (column: column + cellColumn, row: row + cellRow)
        if let present = grid[column: target.column, row: target.row].scalar.braillePattern { pattern |= present }
        grid[column: target.column, row: target.row] = Cell(glyphs.substitute(for: Unicode.Scalar(braillePattern: pattern)), style: style)
      }
    }
  }

  /// The bit of a dot in its cell: dots 1 2 3 7 run down the left, 4 5 6 8 down the right (Unicode, block U+2800).
  private static func bit(x: Int, y: Int) -> UInt8 {
    y == 3 ? 0x40 << UInt8(x) : 1 << UInt8(x * 3 + y)
  }
}

extension Unicode.Scalar {
  /// The braille character with these dots.
  public init(braillePattern: UInt8) { self = Unicode.Scalar(0x2800 + UInt32(braillePattern)) ?? " " }

  /// The dots of a braille character, nil of any other.
  public var braillePattern: UInt8? { (0x2800...0x28FF).contains(value) ? UInt8(value - 0x2800) : nil }
}
