import ECGPaper
import TerminalUI

/// The reader's note on the case, and whether it is flagged.
enum NotesPanel {
  static func lines(_ state: DeskState, columns: Int) -> [(text: String, style: Style)] {
    guard let entry = state.openCase else { return [] }
    let note: [(String, Style)] =
      entry.note.isEmpty
      ? [("none; \(state.keyName(.note)) writes one", .ink(.faint))] : PanelText.wrap(entry.note, columns).map { ($0, .plain) }
    return (entry.isFlagged ? [("◆ flagged for later", .ink(.caution))] : []) + note
  }

  static func draw(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    PanelText.draw(lines(state, columns: rect.columns - 1), in: rect, into: &grid)
  }
}

/// How far the reader is in the study.
enum ProgressPanel {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    let judged = state.cases.filter { $0.verdict != nil }
    let unsure = judged.count { $0.verdict == .unsure }
    let flagged = state.cases.count(where: \.isFlagged)
    let spent = judged.compactMap(\.seconds).sorted()
    let pace = spent.isEmpty ? "no case timed yet" : "\(ClockText.pace(spent[spent.count / 2])) a case (median of \(spent.count))"
    PanelText.draw(
      [("\(judged.count) of \(state.cases.count) judged, \(unsure) unsure, \(flagged) flagged", .plain), (pace, .ink(.faint))], in: rect,
      into: &grid)
  }
}
