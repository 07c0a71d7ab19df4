import TerminalUI

/// Every action by its name: the letters typed need only occur in this order.
enum CommandPalette: OverlayKind {
  static let name = "palette"
  static let action = Action.palette

  static func open(by action: Action, in state: inout DeskState) -> [Effect] {
    state.overlay = .palette(selected: 0)
    state.entry = TextEntry(.command)
    return []
  }

  static func follow(_ entry: TextEntry, in state: inout DeskState) { state.overlay = .palette(selected: 0) }
  static func abandon(_ entry: TextEntry, in state: inout DeskState) { state.overlay = .none }

  static func move(by lines: Int, in state: inout DeskState) {
    let last = matches(state.entry?.text ?? "", state).count - 1
    state.overlay.position = min(max(0, state.overlay.position + lines), max(0, last))
  }

  static func commit(_ entry: TextEntry, in state: inout DeskState) -> [Effect] {
    let matches = matches(entry.text, state)
    guard matches.indices.contains(state.overlay.position) else {
      state.entry = entry
      return [.beep]
    }
    let chosen = matches[state.overlay.position].action
    state.overlay = .none
    return Update.apply(.action(chosen), to: &state)
  }

  /// The actions that match, best first; those that need a study, or a mode of it, only where there is one.
  private static func matches(_ text: String, _ state: DeskState) -> [Action.Entry] {
    let letters = text.lowercased().filter { !$0.isWhitespace }
    let entries = Action.table.filter { entry in
      guard !entry.needsStudy || state.study != nil, ![.confirm, .cancel, .palette].contains(entry.action) else { return false }
      return ![.statements, .editing].contains(entry.group) || entry.isAvailable(in: state)
    }
    guard !letters.isEmpty else { return entries }
    return entries.enumerated().compactMap { index, entry -> (score: Int, index: Int, entry: Action.Entry)? in
      if let score = score(letters, in: entry.action.rawValue) { return (score, index, entry) }
      return entry.help.lowercased().contains(text.lowercased()) ? (1000, index, entry) : nil
    }.sorted { ($0.score, $0.index) < ($1.score, $1.index) }.map(\.entry)
  }

  /// How far apart the letters stand in a name, less where they start words; nil where they do not all occur in order.
  private static func score(_ letters: String, in name: String) -> Int? {
    let name = Array(name)
    var position = 0
    var score = 0
    for letter in letters {
      guard let found = name[position...].firstIndex(of: letter) else { return nil }
      let startsWord = found == 0 || name[found - 1] == "-"
      score += startsWord ? 0 : found - position + (found == position ? 0 : 2)
      position = found + 1
    }
    return score + (name.count - letters.count) / 4
  }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let selected = state.overlay.position
    let matches = matches(state.entry?.text ?? "", state)
    let rect = OverlayBox.draw(
      title: "Actions", columns: OverlayBox.columns(114, state.size), rows: min(state.size.rows - 5, 18), state.size, into: &grid)
    let visible = max(1, rect.rows - 1)
    let first = min(max(0, selected - visible + 1), max(0, matches.count - visible))
    for (offset, entry) in matches.dropFirst(first).prefix(visible).enumerated() {
      let row = rect.row + offset
      let isSelected = first + offset == selected
      let style = OverlayBox.startRow(row, in: rect, isSelected: isSelected, into: &grid)
      let keys = state.deskKeys(for: entry.action).prefix(2).map(\.description).joined(separator: " ")
      grid.write(entry.action.rawValue, column: rect.column + 2, row: row, style: isSelected ? style : .ink(.key), maxColumns: 19)
      grid.write(keys, column: rect.column + 22, row: row, style: isSelected ? style : .ink(.accent), maxColumns: 12)
      grid.write(entry.help, column: rect.column + 35, row: row, style: style, maxColumns: rect.columns - 35)
    }
    if matches.isEmpty {
      grid.write("no action matches", column: rect.column, row: rect.row, style: .ink(.faint), maxColumns: rect.columns)
    }
    grid.write(
      "enter does it   esc closes   up and down select", column: rect.column, row: rect.endRow - 1, style: .ink(.faint),
      maxColumns: rect.columns)
  }
}

extension Overlay {
  /// The command palette; which of the actions that match is selected.
  public static func palette(selected: Int) -> Overlay { Overlay(CommandPalette.name, selected) }
}
