/// A screen of character cells.
///
/// Drawing is clipped at its edges, and every cell is one column wide whatever text it is given; a wide character takes two of them.
public struct Grid: Equatable, Sendable {
  /// Its extent.
  public let size: Size
  /// The cells, row by row: `size.columns * size.rows` of them.
  public private(set) var cells: [Cell]

  /// An empty screen.
  public init(size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.columns * size.rows)
  }

  /// An empty screen.
  public init(columns: Int, rows: Int) { self.init(size: Size(columns: columns, rows: rows)) }

  /// Columns across.
  public var columns: Int { size.columns }
  /// Rows down.
  public var rows: Int { size.rows }
  /// All of it.
  public var bounds: Rect { Rect(size) }

  /// A cell; outside the edges a blank one, and setting it does nothing.
  public subscript(column column: Int, row row: Int) -> Cell {
    get { contains(column, row) ? cells[row * size.columns + column] : .blank }
    set {
      guard contains(column, row) else { return }
      split(before: column, row: row)
      split(before: column + 1, row: row)
      cells[row * size.columns + column] = newValue
    }
  }

  /// Makes blanks of a wide character that lies on both sides of a column's left edge: half of one is none.
  private mutating func split(before column: Int, row: Int) {
    guard column > 0, column < size.columns, cells[row * size.columns + column].isContinuation else { return }
    for place in [column - 1, column] { cells[row * size.columns + place] = Cell(" ", style: cells[row * size.columns + place].style) }
  }

  private func contains(_ column: Int, _ row: Int) -> Bool {
    column >= 0 && column < size.columns && row >= 0 && row < size.rows
  }

  /// Writes text from a cell to the right.
  ///
  /// What a terminal would act upon, and emoji, on whose width terminals differ, become U+FFFD; marks are drawn over the character before them; what
  /// lies beyond the right edge or `maxColumns` is cut off, and `…` in the last column says so.
  ///
  /// - Returns: The columns that the text takes from `column` on, up to the right edge and `maxColumns`.
  @discardableResult
  public mutating func write(_ text: String, column: Int, row: Int, style: Style = .plain, maxColumns: Int? = nil) -> Int {
    guard column < size.columns else { return 0 }
    let (toEdge, overflow) = size.columns.subtractingReportingOverflow(column)
    let room = min(maxColumns ?? .max, overflow ? .max : toEdge)
    var written = 0
    for scalar in text.unicodeScalars {
      let width = scalar.drawnWidth
      if width == 0 {
        mark(scalar, column: column &+ written &- 1, row: row)
        continue
      }
      guard written + width <= room else {
        // A blank that is cut off is no loss.
        if scalar == " " { continue }
        if written > 0 { self[column: column + min(written, room - 1), row: row] = Cell("…", style: style) }
        written = max(written, room)
        break
      }
      if width == 2 {
        putWide(scalar, column: column + written, row: row, style: style)
      } else {
        self[column: column + written, row: row] = Cell(scalar, style: style)
      }
      written += width
    }
    return max(0, written)
  }

  /// Puts a mark over the character in a cell, or in the cell before it where that is wide.
  private mutating func mark(_ scalar: Unicode.Scalar, column: Int, row: Int) {
    guard scalar.isMark, contains(column, row) else { return }
    let place = row * size.columns + column
    let marked = cells[place].isContinuation && column > 0 ? place - 1 : place
    if !cells[marked].isBlank { cells[marked].add(mark: scalar) }
  }

  /// Puts a character two columns wide into two cells; a blank into one where an edge cuts off the other.
  private mutating func putWide(_ scalar: Unicode.Scalar, column: Int, row: Int, style: Style) {
    for place in [column, column + 1] { self[column: place, row: row] = Cell(" ", style: style) }
    guard contains(column, row), contains(column + 1, row) else { return }
    cells[row * size.columns + column] = Cell(wide: scalar, style: style)
    cells[row * size.columns + column + 1] = Cell.continuation(style: style)
  }

  /// Fills a rectangle with one character.
  public mutating func fill(_ rect: Rect, with scalar: Unicode.Scalar = " ", style: Style = .plain) {
    let area = rect.intersection(bounds)
    guard !area.isEmpty else { return }
    let cell = Cell(scalar, style: style)
    for row in area.row..<area.endRow {
      split(before: area.column, row: row)
      split(before: area.endColumn, row: row)
      for column in area.column..<area.endColumn { cells[row * size.columns + column] = cell }
    }
  }

  /// Copies another screen onto this one.
  public mutating func draw(_ other: Grid, column: Int, row: Int) {
    for sourceRow in 0..<other.rows {
      for sourceColumn in 0..<other.columns {
        self[column: column + sourceColumn, row: row + sourceRow] = other[column: sourceColumn, row: sourceRow]
      }
      // A wide character of which an edge cuts off the half.
      for place in [0, size.columns - 1] where contains(place, row + sourceRow) { mendHalf(column: place, row: row + sourceRow) }
    }
  }

  /// The same screen with every character exchanged by `substitute`, with or without the marks over those that stay.
  func mapScalars(keepsMarks: Bool, _ substitute: (Unicode.Scalar) -> Unicode.Scalar) -> Grid {
    var result = self
    for index in cells.indices {
      if cells[index].isContinuation {
        if !result.cells[index - 1].isWide { result.cells[index] = Cell(result.cells[index - 1].scalar, style: cells[index].style) }
        continue
      }
      let scalar = cells[index].scalar
      let other = substitute(scalar)
      if other != scalar || !keepsMarks { result.cells[index] = Cell(other, style: cells[index].style) }
    }
    return result
  }

  /// Makes a blank of half a wide character at an edge.
  private mutating func mendHalf(column: Int, row: Int) {
    let place = row * size.columns + column
    let isHalf = column == 0 ? cells[place].isContinuation : cells[place].isWide
    if isHalf { cells[place] = Cell(" ", style: cells[place].style) }
  }
}

extension Grid {
  /// Draws a frame along the inside of a rectangle, with a title in its upper edge.
  ///
  /// A rectangle of fewer than two columns or rows has no room for one and is left alone.
  public mutating func box(_ rect: Rect, title: String = "", style: Style = .ink(.border), titleStyle: Style = .ink(.title)) {
    guard rect.columns >= 2, rect.rows >= 2 else { return }
    let right = rect.endColumn - 1
    let bottom = rect.endRow - 1
    for row in [rect.row, bottom] { fill(Rect(column: rect.column, row: row, columns: rect.columns, rows: 1), with: "─", style: style) }
    for column in [rect.column, right] { fill(Rect(column: column, row: rect.row, columns: 1, rows: rect.rows), with: "│", style: style) }
    self[column: rect.column, row: rect.row] = Cell("┌", style: style)
    self[column: right, row: rect.row] = Cell("┐", style: style)
    self[column: rect.column, row: bottom] = Cell("└", style: style)
    self[column: right, row: bottom] = Cell("┘", style: style)
    writeTitle(title, in: rect, row: rect.row, style: titleStyle)
  }

  /// Draws a rule across a box, joined to its frame, with a title.
  public mutating func rule(in rect: Rect, row: Int, title: String = "", style: Style = .ink(.border), titleStyle: Style = .ink(.title)) {
    guard rect.columns >= 2 else { return }
    fill(Rect(column: rect.column, row: row, columns: rect.columns, rows: 1), with: "─", style: style)
    self[column: rect.column, row: row] = Cell("├", style: style)
    self[column: rect.endColumn - 1, row: row] = Cell("┤", style: style)
    writeTitle(title, in: rect, row: row, style: titleStyle)
  }

  private mutating func writeTitle(_ title: String, in rect: Rect, row: Int, style: Style) {
    guard !title.isEmpty, rect.columns > 4 else { return }
    write(" \(title) ", column: rect.column + 1, row: row, style: style, maxColumns: rect.columns - 2)
  }
}
