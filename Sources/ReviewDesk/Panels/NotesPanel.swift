import TerminalUI

/// The reader's note on the case, and whether it is flagged.
enum NotesPanel {
  static func lines(_ state: DeskState, columns: Int) -> [(text: String, style: Style)] {
    guard let entry = state.openCase else { return [] }
    let note: [(String, Style)] =
      entry.note.isEmpty
      ? [("none; \(Update.keyName(.note, state)) writes one", .ink(.faint))] : FactsPanel.wrap(entry.note, columns).map { ($0, .plain) }
    return (entry.isFlagged ? [("◆ flagged for later", .ink(.caution))] : []) + note
  }

  static func draw(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    PanelText.draw(lines(state, columns: rect.columns - 1), in: rect, into: &grid)
  }
}

/// How far the reader is in the study.
enum ProgressPanel {
  static func draw(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    let judged = state.cases.filter { $0.verdict != nil }
    let unsure = judged.count { $0.verdict == .unsure }
    let flagged = state.cases.count(where: \.isFlagged)
    let spent = judged.compactMap(\.seconds).sorted()
    let pace = spent.isEmpty ? "no case timed yet" : "\(ClockText.elapsed(spent[spent.count / 2])) a case (median of \(spent.count))"
    PanelText.draw(
      [("\(judged.count) of \(state.cases.count) judged, \(unsure) unsure, \(flagged) flagged", .plain), (pace, .ink(.faint))], in: rect,
      into: &grid)
  }
}

/// Lines of text in a panel; `…` says that some did not fit.
enum PanelText {
  static func draw(_ lines: [(text: String, style: Style)], in rect: Rect, into grid: inout Grid) {
    for (offset, line) in lines.prefix(rect.rows).enumerated() {
      let isCut = offset == rect.rows - 1 && lines.count > rect.rows
      let room = rect.columns - 1 - (isCut ? 2 : 0)
      let width = grid.write(line.text, column: rect.column + 1, row: rect.row + offset, style: line.style, maxColumns: room)
      if isCut { grid.write(" …", column: rect.column + 1 + width, row: rect.row + offset, style: line.style) }
    }
  }
}
