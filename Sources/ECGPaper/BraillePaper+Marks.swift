import TerminalUI

extension BraillePaper {
  /// Draws marks on every lane that shows their time: lines beside the dots of traces and not over them, words in cells that are empty.
  package func draw(_ marks: [PaperMark], into grid: inout Grid) {
    // The caret that keys move is drawn last, over whatever else is marked there.
    let ordered = marks.sorted { Self.rank(of: $0.shape) < Self.rank(of: $1.shape) }
    for mark in ordered {
      for lane in lanes where lane.content == mark.content && mark.lead ?? lane.lead == lane.lead { draw(mark, on: lane, into: &grid) }
    }
  }

  private static func rank(of shape: PaperMark.Shape) -> Int {
    switch shape {
    case .span: 0
    case .beat, .onset, .offset: 1
    case .march: 2
    case .caret(let isActive): isActive ? 4 : 3
    }
  }

  private func draw(_ mark: PaperMark, on lane: Lane, into grid: inout Grid) {
    if case .span(let name, let seconds) = mark.shape {
      return drawSpan(name, mark.seconds...mark.seconds + seconds, on: lane, into: &grid)
    }
    guard let column = lane.column(ofSecond: mark.seconds) else { return }
    switch mark.shape {
    case .caret(let isActive): line(isActive ? "┃" : "│", isActive ? .accent : .key, column: column, lane, into: &grid)
    case .march: line("╎", .faint, column: column, lane, into: &grid)
    case .beat(let kind): put(kind.unicodeScalars.first ?? "?", .accent, column: column, row: lane.nameRow, into: &grid)
    case .onset: put("[", .key, column: column, row: bracketRow(of: lane), into: &grid)
    case .offset: put("]", .key, column: column, row: bracketRow(of: lane), into: &grid)
    case .span: break
    }
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

  /// Writes a mark in a cell that shows nothing but other marks or the paper's grid: never over a trace or a name.
  private func put(_ scalar: Unicode.Scalar, _ ink: Ink, column: Int, row: Int, into grid: inout Grid) {
    let place = (column: plot.column + column, row: plot.row + row)
    let present = grid[column: place.column, row: place.row]
    guard " ·┼╎│─[]".unicodeScalars.contains(present.scalar) else { return }
    grid[column: place.column, row: place.row] = Cell(scalar, style: Style(ink, ground: present.style.ground))
  }
}
