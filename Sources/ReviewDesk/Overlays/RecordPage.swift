import TerminalUI

/// All that is to be known of the open recording before a verdict, in whole sentences: what the top line says in a few words, its labels and its leads.
enum RecordPage: OverlayKind {
  static let name = "record"
  static let action = Action.showCautions

  static func apply(_ action: Action, to state: inout DeskState) -> [Effect] {
    if action == .confirm, state.displacement != nil {
      state.overlay = .none
      return [.rescue]
    }
    let (lines, rows) = place(state)
    state.overlay.position = min(max(0, state.overlay.position + action.lines(page: rows)), max(0, lines.count - rows))
    return []
  }

  /// The lines, and how many of them the box shows.
  private static func place(_ state: DeskState) -> (lines: [(text: String, style: Style)], rows: Int) {
    let columns = OverlayBox.columns(100, state.size) - 5
    let kept = state.displacement?.sentences(state).flatMap { PanelText.wrap($0, columns) }.map { ($0, Style.ink(.failure)) } ?? []
    let doubts = state.doubts.flatMap { PanelText.wrap($0, columns) }.map { ($0, Style.ink(.caution)) }
    let lines = kept + doubts + FactsPanel.lines(state, columns: columns)
    let all = lines.isEmpty ? [(state.recording == nil ? "no recording" : "nothing is known that casts doubt on it", .plain)] : lines
    return (all, max(1, min(state.size.rows - 5, all.count)))
  }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let (lines, rows) = place(state)
    let rect = OverlayBox.draw(
      title: "What is known of this recording", columns: OverlayBox.columns(100, state.size), rows: rows + 3, state.size, into: &grid)
    let first = min(state.overlay.position, max(0, lines.count - rows))
    PanelText.draw(
      Array(lines.dropFirst(first).prefix(rows)), in: Rect(column: rect.column - 1, row: rect.row, columns: rect.columns + 1, rows: rows),
      into: &grid)
    let more = lines.count > rows ? "\(first + 1)–\(first + rows)/\(lines.count)  \(state.keyName(.nextRecord)) scrolls  " : ""
    let writes = state.displacement == nil ? "" : "\(state.keyName(.confirm)) goes on  "
    grid.write(
      more + writes + "\(state.keyName(.cancel)) closes", column: rect.column, row: rect.endRow - 1, style: .ink(.faint),
      maxColumns: rect.columns)
  }
}
