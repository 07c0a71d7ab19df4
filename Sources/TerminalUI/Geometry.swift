/// A number of columns and rows.
public struct Size: Hashable, Sendable, CustomStringConvertible {
  /// Columns, never negative.
  public let columns: Int
  /// Rows, never negative.
  public let rows: Int

  /// What columns and rows may be: more than any screen has, little enough to hold in memory.
  public static let limits = 0...4000

  /// A size; numbers outside ``limits`` are brought inside.
  public init(columns: Int, rows: Int) {
    self.columns = min(max(columns, Self.limits.lowerBound), Self.limits.upperBound)
    self.rows = min(max(rows, Self.limits.lowerBound), Self.limits.upperBound)
  }

  /// As it is written on a command line: `200x50`.
  public var description: String { "\(columns)x\(rows)" }
}

/// A rectangle of cells.
///
/// One without columns or rows is empty, and drawing into it does nothing.
public struct Rect: Hashable, Sendable {
  /// The first column.
  public var column: Int
  /// The first row.
  public var row: Int
  /// Columns, never negative.
  public var columns: Int
  /// Rows, never negative.
  public var rows: Int

  /// A rectangle; a negative extent counts as none.
  public init(column: Int, row: Int, columns: Int, rows: Int) {
    self.column = column
    self.row = row
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  /// A rectangle at the origin.
  public init(_ size: Size) { self.init(column: 0, row: 0, columns: size.columns, rows: size.rows) }

  /// Its extent.
  public var size: Size { Size(columns: columns, rows: rows) }
  /// Whether it holds no cell.
  public var isEmpty: Bool { columns == 0 || rows == 0 }
  /// The column after its last.
  public var endColumn: Int { column + columns }
  /// The row after its last.
  public var endRow: Int { row + rows }

  /// Whether a cell lies within.
  public func contains(column: Int, row: Int) -> Bool {
    column >= self.column && column < endColumn && row >= self.row && row < endRow
  }

  /// The part that two rectangles share, empty where there is none.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(column, other.column)
    let top = max(row, other.row)
    return Rect(column: left, row: top, columns: min(endColumn, other.endColumn) - left, rows: min(endRow, other.endRow) - top)
  }

  /// The rectangle without a margin on each side.
  public func inset(columns margin: Int = 1, rows rowMargin: Int = 1) -> Rect {
    Rect(column: column + margin, row: row + rowMargin, columns: columns - 2 * margin, rows: rows - 2 * rowMargin)
  }

  /// Takes rows off the top.
  public func split(top count: Int) -> (top: Rect, rest: Rect) {
    let taken = min(max(0, count), rows)
    return (
      Rect(column: column, row: row, columns: columns, rows: taken),
      Rect(column: column, row: row + taken, columns: columns, rows: rows - taken)
    )
  }

  /// Takes rows off the bottom.
  public func split(bottom count: Int) -> (bottom: Rect, rest: Rect) {
    let parts = split(top: rows - min(max(0, count), rows))
    return (parts.rest, parts.top)
  }

  /// Takes columns off the left.
  public func split(left count: Int) -> (left: Rect, rest: Rect) {
    let taken = min(max(0, count), columns)
    return (
      Rect(column: column, row: row, columns: taken, rows: rows),
      Rect(column: column + taken, row: row, columns: columns - taken, rows: rows)
    )
  }

  /// Takes columns off the right.
  public func split(right count: Int) -> (right: Rect, rest: Rect) {
    let parts = split(left: columns - min(max(0, count), columns))
    return (parts.rest, parts.left)
  }

  /// Cuts the rectangle into columns side by side, as equal as whole cells allow, the wider ones first.
  public func columns(dividedInto count: Int) -> [Rect] {
    Self.shares(of: columns, count: count).map { Rect(column: column + $0.lowerBound, row: row, columns: $0.count, rows: rows) }
  }

  /// Cuts the rectangle into bands from top to bottom, as equal as whole cells allow, the higher ones first.
  public func rows(dividedInto count: Int) -> [Rect] {
    Self.shares(of: rows, count: count).map { Rect(column: column, row: row + $0.lowerBound, columns: columns, rows: $0.count) }
  }

  private static func shares(of length: Int, count: Int) -> [Range<Int>] {
    guard count > 0 else { return [] }
    var start = 0
    return (0..<count).map { index in
      let share = length / count + (index < length % count ? 1 : 0)
      defer { start += share }
      return start..<start + share
    }
  }
}
