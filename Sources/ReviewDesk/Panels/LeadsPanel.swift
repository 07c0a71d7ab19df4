import ECG
import ECGPaper
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
      guard !geometry.layout.isOfBeats || geometry.sources.medianBeats != nil else {
        center(state.display == nil ? "looking for beats …" : "no beats were found", style: .ink(.faint), in: geometry.traces, grid: &grid)
        return
      }
      guard !RateTrend.isShown(state, geometry) else {
        RateTrend.draw(state, in: geometry.traces, into: &grid)
        OverviewStrip.draw(loaded, state, geometry, into: &grid)
        return
      }
      draw(state.shownRecording ?? loaded, state, geometry, into: &grid)
    }
  }

  private static func draw(_ loaded: LoadedRecording, _ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    let paper = geometry.paper
    paper.drawGrid(state.paper.ruling, into: &grid)
    let clippings = paper.drawTraces(geometry.sources, look: { look(of: $0, in: loaded.recording, state) }, into: &grid)
    paper.drawCalibration(into: &grid)
    for (lane, clipping) in zip(paper.lanes, clippings) {
      drawClipping(clipping, of: lane, geometry, into: &grid)
      drawName(of: lane, state, loaded.recording, geometry, into: &grid)
    }
    BeatWords.draw(state, geometry, into: &grid)
    TimeAxis.draw(state, geometry, into: &grid)
    OverviewStrip.draw(loaded, state, geometry, into: &grid)
    paper.draw(state.marks(in: geometry.stretch), into: &grid)
    if let calipers = state.calipers {
      if geometry.coversPaper { grid.fill(geometry.calipers) }
      CaliperLines.draw(calipers, loaded, step: state.caliperStep(geometry), in: geometry.calipers, into: &grid)
    }
  }

  /// How a lead's trace looks; nil where there is none.
  private static func look(of lead: Lead, in recording: Recording, _ state: DeskState) -> TraceLook? {
    switch recording[source: lead] {
    case .absent: nil
    case .recorded, .derived: state.leftOut.contains(lead) ? .faint : recording[source: lead] == .derived ? .derived : .recorded
    }
  }

  private static func drawName(
    of lane: Lane, _ state: DeskState, _ recording: Recording, _ geometry: ViewGeometry, into grid: inout Grid
  ) {
    let row = geometry.plot.row + lane.nameRow
    let left = geometry.paper.labelColumn(of: lane)
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
    let room = lane.room(height: max(0, geometry.plot.rows - 1) * BrailleCanvas.dotsDown)
    guard !room.isEmpty else { return }
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
