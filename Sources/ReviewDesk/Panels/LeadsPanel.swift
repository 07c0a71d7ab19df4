import ECG
import TerminalUI

/// The twelve leads on their paper: traces, lead names, calibration marks and the time axis.
enum LeadsPanel {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    switch state.loading {
    case .waiting: center("reading the record …", style: .ink(.faint), in: geometry.traces, grid: &grid)
    case .failed(let reason):
      center("this record cannot be shown", style: .ink(.failure).bold, in: geometry.traces, grid: &grid)
      center(reason, style: .ink(.failure), in: geometry.traces, offset: 1, grid: &grid)
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
    let lanes = geometry.lanes(state)
    PaperGrid.draw(state.paper.ruling, lanes, geometry.scale, plot: geometry.plot, into: &grid)
    let clippings = drawTraces(loaded, lanes, leftOut: state.leftOut, geometry, into: &grid)
    drawCalibration(lanes, geometry.scale, geometry, into: &grid)
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

  private static func drawCalibration(_ lanes: [Lane], _ scale: PaperScale, _ geometry: ViewGeometry, into grid: inout Grid) {
    var canvas = BrailleCanvas(columns: geometry.gutter, rows: geometry.plot.rows)
    let first = lanes.filter { $0.columns.lowerBound == 0 }
    let pulse = Int(scale.dotsPerMillivolt.rounded(.up))
    // A pulse that is cut off would lie about the gain: it stands where there is room below the lead's name, at least once at the bottom.
    let roomy = first.filter { $0.baselineDot - pulse >= (nameRow(of: $0) + 1) * BrailleCanvas.dotsDown }
    for lane in roomy.isEmpty ? first.suffix(1) : roomy where lane.baselineDot >= pulse {
      CalibrationMark.draw(on: &canvas, left: 0, baseline: lane.baselineDot, room: 0..<canvas.height, scale: scale)
    }
    canvas.draw(into: &grid, column: geometry.traces.column, row: geometry.traces.row, style: .ink(.calibration))
  }

  private static func drawName(
    of lane: Lane, _ state: DeskState, _ recording: Recording, _ geometry: ViewGeometry, into grid: inout Grid
  ) {
    let row = geometry.plot.row + nameRow(of: lane)
    let column = lane.columns.lowerBound == 0 ? geometry.traces.column : geometry.plot.column + lane.columns.lowerBound
    let width = grid.write(lane.name, column: column, row: row, style: .ink(.title).bold)
    let source = recording[source: lane.lead]
    let room = lane.columns.lowerBound == 0 ? geometry.gutter + lane.columns.count : lane.columns.count
    grid.write(marks(of: lane.lead, source, state), column: column + width, row: row, style: .ink(.caution), maxColumns: room - width - 1)
    if source == .absent {
      let middle = geometry.plot.row + lane.baselineDot / BrailleCanvas.dotsDown
      let place = geometry.plot.column + lane.columns.lowerBound
      grid.write("── absent ──", column: place + 2, row: middle, style: .ink(.caution), maxColumns: lane.columns.count - 2)
    }
  }

  /// What a reader must know of a lead, beside its name: `*` it is computed from two others, `flat` it never changes, `absent`, `left out`.
  private static func marks(of lead: Lead, _ source: LeadSource, _ state: DeskState) -> String {
    let origin =
      switch source {
      case .recorded: ""
      case .derived: "*"
      case .absent: " absent"
      }
    return origin + (state.isFlat(lead) ? " flat" : "") + (state.leftOut.contains(lead) ? " left out" : "")
  }

  /// The first row of cells that lies wholly within the lane.
  private static func nameRow(of lane: Lane) -> Int { (lane.dotRows.lowerBound + BrailleCanvas.dotsDown - 1) / BrailleCanvas.dotsDown }

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
