import TerminalUI

/// The names that a stretch can have; one is chosen, or another typed.
enum SpanMenu: OverlayKind {
  static let name = EditMode.stretchMenu
  static let action = Action.markStretch

  /// Opened by the end of a stretch alone.
  static func open(by action: Action, in state: inout DeskState) -> [Effect] {
    state.edit == nil
      ? Update.refuseEdit("stretches are marked in the edit mode: \(state.keyName(.annotate))", in: &state) : Update.markStretch(in: &state)
  }

  static func follow(_ entry: TextEntry, in state: inout DeskState) { state.overlay.position = 0 }

  static func abandon(_ entry: TextEntry, in state: inout DeskState) {
    state.overlay = .none
    state.edit?.span = nil
  }

  static func close(_ state: inout DeskState) {
    state.overlay = .none
    state.edit?.span = nil
  }

  static func move(by lines: Int, in state: inout DeskState) {
    let last = SpanName.matching(state.entry?.text ?? "").count - 1
    state.overlay.position = min(max(0, state.overlay.position + lines), max(0, last))
  }

  static func commit(_ entry: TextEntry, in state: inout DeskState) -> [Effect] {
    let matching = SpanName.matching(entry.text)
    let exact = matching.first { $0.name == entry.text.uppercased() }
    let chosen = exact ?? (matching.indices.contains(state.overlay.position) ? matching[state.overlay.position] : SpanName.own(entry.text))
    guard let chosen else {
      state.entry = entry
      return [.beep]
    }
    state.overlay = .none
    return Update.placeStretch(chosen, in: &state)
  }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let text = state.entry?.text ?? ""
    let matching = SpanName.matching(text)
    let rect = OverlayBox.draw(
      title: "What this stretch is", columns: OverlayBox.columns(60, state.size), rows: min(state.size.rows - 4, SpanName.table.count + 3),
      state.size, into: &grid)
    for (offset, entry) in matching.prefix(max(1, rect.rows - 1)).enumerated() {
      let style = OverlayBox.startRow(rect.row + offset, in: rect, isSelected: offset == state.overlay.position, into: &grid)
      grid.write(entry.name, column: rect.column + 2, row: rect.row + offset, style: style)
      grid.write(entry.words, column: rect.column + 12, row: rect.row + offset, style: style, maxColumns: rect.columns - 12)
    }
    if matching.isEmpty {
      let words = SpanName.own(text).map { "\($0.name), a name of your own" } ?? "letters and digits make a name"
      grid.write(words, column: rect.column + 2, row: rect.row, style: .ink(.accent), maxColumns: rect.columns - 2)
    }
    grid.write(
      "enter takes it   type to find, or a name of your own   esc: no stretch", column: rect.column, row: rect.endRow - 1,
      style: .ink(.faint),
      maxColumns: rect.columns)
  }
}
