import TerminalUI

/// The frame of whatever lies over the traces.
enum OverlayBox {
  /// Paints the ground of a list's row and writes `›` where it is selected, for terminals without colours; returns the style of its text.
  static func startRow(_ row: Int, in rect: Rect, isSelected: Bool, into grid: inout Grid) -> Style {
    guard isSelected else { return .plain }
    grid.fill(Rect(column: rect.column, row: row, columns: rect.columns, rows: 1), style: .ink(.selected))
    grid.write("›", column: rect.column, row: row, style: .ink(.selected))
    return .ink(.selected)
  }

  /// Columns of a box that wants so many; where hardly any would be left on either side, all of them.
  static func columns(_ wanted: Int, _ size: Size) -> Int { wanted + 8 > size.columns ? size.columns : wanted }

  private static func frame(columns: Int, rows: Int, _ size: Size) -> Rect {
    Rect(column: (size.columns - columns) / 2, row: (size.rows - rows) / 2, columns: columns, rows: rows)
  }

  /// The inside of a box of this extent in the middle of the screen.
  static func inside(columns: Int, rows: Int, _ size: Size) -> Rect { frame(columns: columns, rows: rows, size).inset(columns: 2) }

  /// Clears and frames a box in the middle of the screen; returns its inside.
  @discardableResult
  static func draw(title: String, columns: Int, rows: Int, _ size: Size, into grid: inout Grid) -> Rect {
    let rect = frame(columns: columns, rows: rows, size)
    grid.fill(rect)
    grid.box(rect, title: title, style: .ink(.border))
    return inside(columns: columns, rows: rows, size)
  }
}
