/// A screen of character cells.
///
/// Drawing is clipped at its edges, and every cell is one column wide whatever text it is given.
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
    set { if contains(column, row) { cells[row * size.columns + column] = newValue } }
  }

  private func contains(_ column: Int, _ row: Int) -> Bool {
    column >= 0 && column < size.columns && row >= 0 && row < size.rows
  }

  /// Writes text from a cell to the right.
  ///
  /// What a terminal would act upon, and characters two columns wide, become U+FFFD; combining marks are dropped; what lies beyond the right edge
  /// or `maxColumns` is cut off, and `…` in the last column says so.
  ///
  /// - Returns: The columns that the text takes from `column` on, up to the right edge and `maxColumns`.
  @discardableResult
  public mutating func write(_ text: String, column: Int, row: Int, style: Style = .plain, maxColumns: Int? = nil) -> Int {
    guard column < size.columns else { return 0 }
    let room = min(maxColumns ?? .max, column < 0 ? .max : size.columns - column)
    var written = 0
    for scalar in text.unicodeScalars where scalar.cellWidth != .zero {
      guard written < room, column + written < size.columns else {
        // A blank that is cut off is no loss.
        if scalar == " " { continue }
        if written > 0 { self[column: column + written - 1, row: row] = Cell("…", style: style) }
        break
      }
      self[column: column + written, row: row] = Cell(scalar, style: style)
      written += 1
    }
    return written
  }

  /// Fills a rectangle with one character.
  public mutating func fill(_ rect: Rect, with scalar: Unicode.Scalar = " ", style: Style = .plain) {
    let area = rect.intersection(bounds)
    guard !area.isEmpty else { return }
    let cell = Cell(scalar, style: style)
    for row in area.row..<area.endRow {
      for column in area.column..<area.endColumn { cells[row * size.columns + column] = cell }
    }
  }

  /// Gives the cells of a rectangle another style and leaves their characters.
  public mutating func restyle(_ rect: Rect, style: Style) {
    let area = rect.intersection(bounds)
    guard !area.isEmpty else { return }
    for row in area.row..<area.endRow {
      for column in area.column..<area.endColumn { cells[row * size.columns + column].style = style }
    }
  }

  /// Copies another screen onto this one.
  public mutating func draw(_ other: Grid, column: Int, row: Int) {
    for sourceRow in 0..<other.rows {
      for sourceColumn in 0..<other.columns {
        self[column: column + sourceColumn, row: row + sourceRow] = other[column: sourceColumn, row: sourceRow]
      }
    }
  }

  /// The same screen with every character exchanged by `substitute`.
  func mapScalars(_ substitute: (Unicode.Scalar) -> Unicode.Scalar) -> Grid {
    var result = self
    for index in cells.indices {
      let scalar = cells[index].scalar
      let other = substitute(scalar)
      if other != scalar { result.cells[index] = Cell(other, style: cells[index].style) }
    }
    return result
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
