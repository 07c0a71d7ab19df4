import ECG
import TerminalUI

/// The twelve leads on their paper: traces, lead names, calibration marks and the time axis.
enum LeadsPanel {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    switch state.loading {
    case .waiting:
      center(state.cases.isEmpty ? "no recordings" : "reading the record …", style: .ink(.faint), in: geometry.traces, grid: &grid)
    case .failed(let reason):
      center("this record cannot be shown", style: .ink(.failure).bold, in: geometry.traces, grid: &grid)
      for (offset, line) in PanelText.wrap(reason, geometry.traces.columns - 2).enumerated() {
        center(line, style: .ink(.failure), in: geometry.traces, offset: offset + 2, grid: &grid)
      }
    case .ready(let loaded):
      let shown = state.shownRecording ?? loaded
      guard geometry.layout == .medianBeats else {
        draw(shown, state, geometry, into: &grid)
        return
      }
      if let beats = state.display?.medianBeats {
        draw(beats.recording, state, geometry, into: &grid)
      } else {
        center(state.display == nil ? "looking for beats …" : "no beats were found", style: .ink(.faint), in: geometry.traces, grid: &grid)
      }
    }
  }

  private static func draw(_ loaded: LoadedRecording, _ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    let lanes = geometry.lanes
    PaperGrid.draw(state.paper.ruling, lanes, geometry.scale, plot: geometry.plot, into: &grid)
    let clippings = drawTraces(loaded, lanes, leftOut: state.leftOut, geometry, into: &grid)
    var gutter = BrailleCanvas(columns: geometry.gutter, rows: geometry.plot.rows)
    geometry.calibration.draw(on: &gutter)
    gutter.draw(into: &grid, column: geometry.traces.column, row: geometry.traces.row, style: .ink(.calibration))
    for (lane, clipping) in zip(lanes, clippings) {
      drawClipping(clipping, of: lane, geometry, into: &grid)
      drawName(of: lane, state, loaded.recording, geometry, into: &grid)
    }
    TimeAxis.draw(lanes, state, geometry, into: &grid)
    OverviewStrip.draw(loaded, state, geometry, into: &grid)
    if let calipers = state.calipers {
      CaliperLines.drawCarets(calipers, lanes, geometry, into: &grid)
      CaliperLines.draw(calipers, loaded, in: geometry.calipers, into: &grid)
    }
  }

  private static func drawTraces(
    _ loaded: LoadedRecording, _ lanes: [Lane], leftOut: Set<Lead>, _ geometry: ViewGeometry, into grid: inout Grid
  ) -> [TracePlotter.Clipping] {
    let plot = geometry.plot
    let plotter = TracePlotter(recording: loaded, scale: geometry.scale)
    var recorded = BrailleCanvas(columns: plot.columns, rows: plot.rows)
    var derived = recorded
    var faint = recorded
    let clippings = lanes.map { lane -> TracePlotter.Clipping in
      let room = lane.room(height: recorded.height)
      switch loaded.recording[source: lane.lead] {
      case .recorded where leftOut.contains(lane.lead), .derived where leftOut.contains(lane.lead):
        return plotter.draw(lane, on: &faint, room: room)
      case .recorded: return plotter.draw(lane, on: &recorded, room: room)
      case .derived: return plotter.draw(lane, on: &derived, room: room)
      case .absent: return TracePlotter.Clipping()
      }
    }
    faint.draw(into: &grid, column: plot.column, row: plot.row, style: .ink(.faint))
    derived.draw(into: &grid, column: plot.column, row: plot.row, style: .ink(.traceDerived))
    recorded.draw(into: &grid, column: plot.column, row: plot.row, style: .ink(.trace))
    return clippings
  }

  private static func drawName(
    of lane: Lane, _ state: DeskState, _ recording: Recording, _ geometry: ViewGeometry, into grid: inout Grid
  ) {
    let row = geometry.plot.row + lane.nameRow
    // The name of the first column stands in the gutter, others in the gap before theirs.
    let left =
      lane.columns.lowerBound == 0 ? geometry.traces.column : geometry.plot.column + lane.columns.lowerBound + 1 - LeadLayout.gapColumns
    let width = grid.write(lane.name, column: left, row: row, style: .ink(.title).bold)
    let room = geometry.plot.column + lane.columns.upperBound - left
    grid.write(state.marks(of: lane.lead), column: left + width, row: row, style: .ink(.caution), maxColumns: room - width - 1)
    let source = recording[source: lane.lead]
    let middle = geometry.plot.row + lane.baselineDot / BrailleCanvas.dotsDown
    // In a low lane the word beside the name has to do.
    if source == .absent, middle > row {
      let place = geometry.plot.column + lane.columns.lowerBound
      grid.write("── absent ──", column: place + 2, row: middle, style: .ink(.caution), maxColumns: lane.columns.count - 2)
    }
  }

  /// Arrows where a trace left its room, so that none is cut silently.
  private static func drawClipping(_ clipping: TracePlotter.Clipping, of lane: Lane, _ geometry: ViewGeometry, into grid: inout Grid) {
    let canvas = BrailleCanvas(columns: geometry.plot.columns, rows: geometry.plot.rows)
    let room = lane.room(height: canvas.height)
    let top = geometry.plot.row + room.lowerBound / BrailleCanvas.dotsDown
    let bottom = geometry.plot.row + (room.upperBound - 1) / BrailleCanvas.dotsDown
    for column in clipping.above { grid.write("▲", column: geometry.plot.column + column, row: top, style: .ink(.caution)) }
    for column in clipping.below { grid.write("▼", column: geometry.plot.column + column, row: bottom, style: .ink(.caution)) }
  }

  private static func center(_ text: String, style: Style, in rect: Rect, offset: Int = 0, grid: inout Grid) {
    let column = rect.column + max(0, (rect.columns - text.count) / 2)
    grid.write(text, column: column, row: rect.row + rect.rows / 2 + offset, style: style, maxColumns: rect.endColumn - column)
  }
}
