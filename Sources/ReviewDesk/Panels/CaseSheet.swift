import ECG
import ECGPaper
import TerminalUI

/// A recording's sheet without the desk around it: what the list shows of the record that is selected.
enum CaseSheet {
  static func draw(_ preview: CasePreview, _ state: DeskState, in rect: Rect, into grid: inout Grid) {
    func say(_ text: String, _ ink: Ink) {
      for (offset, line) in PanelText.wrap(text, rect.columns).prefix(rect.rows).enumerated() {
        grid.write(line, column: rect.column, row: rect.row + offset, style: .ink(ink), maxColumns: rect.columns)
      }
    }
    switch preview.content {
    case .waiting: say("reading …", .faint)
    case .failed(let reason): say("cannot be shown: \(reason)", .failure)
    case .ready(let loaded, let display): draw(loaded, display, state, in: rect, into: &grid)
    }
  }

  private static func draw(
    _ loaded: LoadedRecording, _ display: DisplayTraces, _ state: DeskState, in rect: Rect, into grid: inout Grid
  ) {
    let traces = PaperTraces(recording: loaded, medianBeats: display.medianBeats?.recording, rrSeconds: display.rrSeconds)
    var settings = PaperSettings()
    settings.isCabrera = state.paper.isCabrera
    let paper = BraillePaper(
      layout(state, columns: rect.columns, hasBeats: display.medianBeats != nil), settings, traces, in: rect,
      durationSeconds: loaded.recording.durationSeconds
    ) { $0.name.columnCount }
    _ = paper.drawTraces(
      traces, look: { loaded.recording[source: $0] == .absent ? nil : loaded.recording[source: $0] == .derived ? .derived : .recorded },
      into: &grid)
    paper.drawCalibration(into: &grid)
    for lane in paper.lanes {
      grid.write(
        lane.name, column: paper.labelColumn(of: lane), row: paper.plot.row + lane.nameRow, style: .ink(.title).bold, maxColumns: 5)
    }
  }

  /// The layout in force, or where that is too wide for its room, strips over median beats; without beats the sheet.
  private static func layout(_ state: DeskState, columns: Int, hasBeats: Bool) -> LeadLayout {
    guard hasBeats else { return .threeByFour }
    let isWide = [.threeByFour, .sixByTwo, .twelveByOne].contains(state.layout)
    return isWide && columns < 80 ? .rhythm : state.layout
  }
}
