import ECG
import TerminalUI

/// How the traces of a sheet look.
package struct TraceLook: Sendable {
  /// The inks of a lead in an even and in an odd row; the same where it stands back.
  let inks: (even: Ink, odd: Ink)

  /// A lead as it was recorded.
  package static let recorded = TraceLook(inks: (.trace, .traceAlternate))
  /// A lead computed from others.
  package static let derived = TraceLook(inks: (.traceDerived, .traceDerived))
  /// A lead that stands back.
  package static let faint = TraceLook(inks: (.faint, .faint))
}

extension BraillePaper {
  /// Draws the traces, and tells where each lane's left its room.
  ///
  /// Where two leads overlap, the nearer one, in whose lane that is, has a gap of a dot around it: so they are told apart without colours.
  ///
  /// - Parameters:
  ///   - look: How a lead looks; nil draws none.
  package func drawTraces(_ traces: PaperTraces, look: (Lead) -> TraceLook?, into grid: inout Grid) -> [TracePlotter.Clipping] {
    let rows = max(0, plot.rows - 1)
    var even = BrailleCanvas(columns: plot.columns, rows: rows)
    var odd = even
    let clippings = lanes.map { lane -> TracePlotter.Clipping in
      guard look(lane.lead) != nil, let recording = traces[lane.content] else { return TracePlotter.Clipping() }
      let plotter = TracePlotter(recording: recording, scale: lane.scale)
      let room = lane.room(height: even.height)
      return lane.row.isMultiple(of: 2) ? plotter.draw(lane, on: &even, room: room) : plotter.draw(lane, on: &odd, room: room)
    }
    for row in 0..<rows {
      for column in 0..<plot.columns where even.hasDots(column: column, row: row) || odd.hasDots(column: column, row: row) {
        draw(&even, &odd, column: column, row: row, look: look, traces, into: &grid)
      }
    }
    return clippings
  }

  /// Draws a cell of two rows of leads.
  private func draw(
    _ even: inout BrailleCanvas, _ odd: inout BrailleCanvas, column: Int, row: Int, look: (Lead) -> TraceLook?, _ traces: PaperTraces,
    into grid: inout Grid
  ) {
    let middle = row * BrailleCanvas.dotsDown + BrailleCanvas.dotsDown / 2
    let isEvenNear: Bool
    let near = lanes.first { $0.columns.contains(column) && $0.dotRows.contains(middle) }
    if let near {
      isEvenNear = near.row.isMultiple(of: 2)
      if isEvenNear { odd.clear(around: even, column: column, row: row) } else { even.clear(around: odd, column: column, row: row) }
    } else {
      isEvenNear = even.hasDots(column: column, row: row)
    }
    let patterns = (even.pattern(column: column, row: row), odd.pattern(column: column, row: row))
    guard patterns.0 | patterns.1 != 0 else { return }
    let isEven = patterns.0 == 0 ? false : patterns.1 == 0 ? true : isEvenNear
    let lane = near.flatMap { $0.row.isMultiple(of: 2) == isEven ? $0 : nil } ?? nearest(column: column, row: row, isEven: isEven)
    guard let lane, let look = look(lane.lead) else { return }
    let isNeighbour = traces.isBesideBeat(lane, column: column)
    let ink = isNeighbour ? .faint : isEven ? look.inks.even : look.inks.odd
    // Without colours a neighbour is told apart by its every other dot.
    let pattern = (patterns.0 | patterns.1) & (isNeighbour ? BrailleCanvas.everyOtherDot : 0xFF)
    guard pattern != 0 else { return }
    let place = (column: plot.column + column, row: plot.row + row)
    var cell = grid[column: place.column, row: place.row]
    cell = Cell(Unicode.Scalar(braillePattern: pattern), style: Style(ink, ground: cell.style.ground))
    grid[column: place.column, row: place.row] = cell
  }

  /// The lane of an even or odd row that lies nearest to a cell.
  private func nearest(column: Int, row: Int, isEven: Bool) -> Lane? {
    let dot = row * BrailleCanvas.dotsDown
    return lanes.filter { $0.columns.contains(column) && $0.row.isMultiple(of: 2) == isEven }
      .min { abs($0.baselineDot - dot) < abs($1.baselineDot - dot) }
  }
}

extension PaperTraces {
  /// Whether a column of a median beat shows the end of the beat before it, or the start of the one after.
  fileprivate func isBesideBeat(_ lane: Lane, column: Int) -> Bool {
    guard lane.content == .medianBeat, let ownSeconds else { return false }
    let dots = Double((column - lane.columns.lowerBound) * BrailleCanvas.dotsAcross) + 1
    return !ownSeconds.contains(lane.startSeconds + dots / lane.scale.dotsPerSecond)
  }
}
