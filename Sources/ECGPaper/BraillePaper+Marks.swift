import TerminalUI

extension BraillePaper {
  /// Draws marks on every lane that shows their time: lines beside the dots of traces and not over them, words in cells that are empty.
  package func draw(_ marks: [PaperMark], into grid: inout Grid) {
    // The caret that keys move is drawn last, over whatever else is marked there.
    let ordered = marks.sorted { Self.rank(of: $0.shape) < Self.rank(of: $1.shape) }
    let beatLanes = beatLanes
    for mark in ordered {
      if case .beat = mark.shape {
        for lane in beatLanes { draw(mark, on: lane, into: &grid) }
        continue
      }
      for lane in lanes where lane.content == mark.content && mark.lead ?? lane.lead == lane.lead { draw(mark, on: lane, into: &grid) }
    }
  }

  /// The lanes on which beats are named: the first that has a row to itself, a rhythm strip, else the first row of the recording.
  ///
  /// A beat is the same in all leads; named in each, letters would hide what they name.
  private var beatLanes: [Lane] {
    let recorded = lanes.filter { $0.content == .recording }
    let rows = Dictionary(grouping: recorded, by: \.row)
    let strip = rows.filter { $0.value.count == 1 }.keys.min()
    return (strip ?? rows.keys.min()).flatMap { rows[$0] } ?? []
  }

  private static func rank(of shape: PaperMark.Shape) -> Int {
    switch shape {
    case .span: 0
    case .beat, .onset, .offset: 1
    case .march: 2
    case .caret(let isActive): isActive ? 4 : 3
    }
  }

  /// A beat in fewer columns has no room for six brackets.
  private static let leastBracketedColumns = 14

  private func draw(_ mark: PaperMark, on lane: Lane, into grid: inout Grid) {
    if case .span(let name, let seconds) = mark.shape {
      return drawSpan(name, mark.seconds...mark.seconds + seconds, on: lane, into: &grid)
    }
    guard let column = lane.column(ofSecond: mark.seconds) else { return }
    if [.onset, .offset].contains(mark.shape), lane.columns.count < Self.leastBracketedColumns { return }
    switch mark.shape {
    case .caret(let isActive): line(isActive ? "┃" : "│", isActive ? .accent : .key, column: column, lane, into: &grid)
    case .march: line("╎", .faint, column: column, lane, into: &grid)
    case .beat(let kind, let isChosen): name(kind, isChosen: isChosen, column: column, lane, into: &grid)
    case .onset: putBracket("[", column: column, beside: -1, lane, into: &grid)
    case .offset: putBracket("]", column: column, beside: 1, lane, into: &grid)
    case .span: break
    }
  }

  /// Writes a beat's letter above it, or where its trace is there already, beside or beneath it; never beside a name.
  private func name(_ kind: Character, isChosen: Bool, column: Int, _ lane: Lane, into grid: inout Grid) {
    let places = [lane.nameRow, lane.nameRow + 1, bracketRow(of: lane)].flatMap { row in [0, 1, -1].map { (column: column + $0, row: row) }
    }
    let free = places.first { place in
      guard lane.columns.contains(place.column) else { return false }
      let (column, row) = (plot.column + place.column, plot.row + place.row)
      return Self.isFree(grid[column: column, row: row]) && !Self.isBesideName(column: column, row: row, grid)
    }
    guard let free, let letter = kind.unicodeScalars.first else { return }
    let place = (column: plot.column + free.column, row: plot.row + free.row)
    let ground = grid[column: place.column, row: place.row].style.ground
    let style = Style(kind == "N" ? .faint : .caution, isChosen ? [.bold, .reverse] : kind == "N" ? [] : .bold, ground: ground)
    grid[column: place.column, row: place.row] = Cell(letter, style: style)
  }

  /// Puts a bracket under a beat, or where the trace runs there, just outside of the wave; where it runs there too, there is none: all brackets of a lead
  /// lie in one row, apart from its name.
  private func putBracket(_ bracket: Unicode.Scalar, column: Int, beside step: Int, _ lane: Lane, into grid: inout Grid) {
    let row = bracketRow(of: lane)
    guard row > lane.nameRow else { return }
    let free = [column, column + step].first {
      lane.columns.contains($0) && Self.isFree(grid[column: plot.column + $0, row: plot.row + row])
    }
    if let free { put(bracket, .key, column: free, row: row, into: &grid) }
  }

  /// The row of brackets: the last of the lane.
  private func bracketRow(of lane: Lane) -> Int { max(lane.nameRow, lane.dotRows.upperBound / BrailleCanvas.dotsDown - 1) }

  private func drawSpan(_ name: String, _ stretch: ClosedRange<Double>, on lane: Lane, into grid: inout Grid) {
    guard stretch.upperBound >= lane.startSeconds, stretch.lowerBound <= lane.endSeconds else { return }
    let first = lane.column(ofSecond: max(stretch.lowerBound, lane.startSeconds)) ?? lane.columns.lowerBound
    let last = lane.column(ofSecond: stretch.upperBound) ?? lane.columns.upperBound - 1
    guard first <= last else { return }
    for column in first...last { put("─", .caution, column: column, row: lane.nameRow, into: &grid) }
    for (offset, scalar) in name.unicodeScalars.enumerated() where first + 1 + offset < last {
      let place = (column: plot.column + first + 1 + offset, row: plot.row + lane.nameRow)
      if grid[column: place.column, row: place.row].scalar == "─" {
        grid[column: place.column, row: place.row] = Cell(scalar, style: .ink(.caution))
      }
    }
  }

  private func line(_ scalar: Unicode.Scalar, _ ink: Ink, column: Int, _ lane: Lane, into grid: inout Grid) {
    for row in lane.dotRows.lowerBound / BrailleCanvas.dotsDown..<lane.dotRows.upperBound / BrailleCanvas.dotsDown {
      put(scalar, ink, column: column, row: row, into: &grid)
    }
  }

  /// Whether a cell shows nothing but marks or the paper's grid.
  private static func isFree(_ cell: Cell) -> Bool { cell.isBlank || "·┼╎│─[]".unicodeScalars.contains(cell.scalar) }

  /// Whether a lead's name, or a word about it, ends or begins in the next cell.
  private static func isBesideName(column: Int, row: Int, _ grid: Grid) -> Bool {
    [column - 1, column + 1].contains { next in
      (0..<grid.columns).contains(next) && !grid[column: next, row: row].isBlank && grid[column: next, row: row].style.ink == .title
    }
  }

  /// Writes a mark in a cell that shows nothing but other marks or the paper's grid: never over a trace or a name.
  private func put(_ scalar: Unicode.Scalar, _ ink: Ink, column: Int, row: Int, into grid: inout Grid) {
    let place = (column: plot.column + column, row: plot.row + row)
    let present = grid[column: place.column, row: place.row]
    guard Self.isFree(present) else { return }
    grid[column: place.column, row: place.row] = Cell(scalar, style: Style(ink, ground: present.style.ground))
  }
}
