import TerminalUI

/// Every key and what it does, from the table of actions and the keymap in force.
enum HelpOverlay {
  static func draw(_ state: DeskState, scroll: Int, into grid: inout Grid) {
    let lines = lines(state)
    let width = min(state.size.columns - 2, 76)
    let rect = OverlayBox.draw(
      title: "Keys — \(state.keymap.name) keymap" + (state.helpSearch.isEmpty ? "" : ", '\(state.helpSearch)'"), columns: width,
      rows: min(state.size.rows - 2, lines.count + 3), state.size, into: &grid)
    let visible = rect.rows - 1
    let first = min(scroll, max(0, lines.count - visible))
    for (offset, line) in lines[first..<min(lines.count, first + visible)].enumerated() {
      let row = rect.row + offset
      switch line {
      case .heading(let text): grid.write(text, column: rect.column, row: row, style: .ink(.title).bold)
      case .key(let keys, let help):
        grid.write(keys, column: rect.column + 2, row: row, style: .ink(.key), maxColumns: 18)
        grid.write(help, column: rect.column + 21, row: row, maxColumns: rect.columns - 21)
      }
    }
    let more = lines.count > visible ? "\(first + 1)–\(min(lines.count, first + visible)) of \(lines.count): the record keys scroll  " : ""
    grid.write(
      more + "\(Update.keyName(.search, state)) searches   \(Update.keyName(.cancel, state)) closes", column: rect.column,
      row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }

  private enum Line {
    case heading(String)
    case key(String, String)
  }

  /// Whether what the help is searched for occurs in an action's name, keys or help.
  private static func matches(_ entry: Action.Entry, _ state: DeskState) -> Bool {
    let wanted = state.helpSearch.lowercased()
    guard !wanted.isEmpty else { return true }
    let keys = state.keymap.keys(for: entry.action.rawValue).map(\.description).joined(separator: " ")
    return "\(entry.action.rawValue) \(keys) \(entry.help)".lowercased().contains(wanted)
  }

  /// What the marks on the screen mean.
  private static let signs = [
    ("●", "the model decides: present"), ("≥.24", "the threshold of a class"), ("L", "the record's label says so"),
    ("†", "a class with fewer than 20 positive records in training: hardly known"),
    ("*", "a lead computed from two others"), ("▲ ▼", "a trace was cut off here"), ("flat", "a lead that never changes"),
  ]

  private static func lines(_ state: DeskState) -> [Line] {
    let wanted = state.helpSearch.lowercased()
    let signs = signs.filter { wanted.isEmpty || "\($0) \($1)".lowercased().contains(wanted) }
    return keys(state) + (signs.isEmpty ? [] : [.heading("Signs")] + signs.map { .key($0, $1) })
  }

  private static func keys(_ state: DeskState) -> [Line] {
    Action.Group.allCases.flatMap { group -> [Line] in
      let entries = Action.table.filter { $0.group == group && (!$0.needsStudy || state.study != nil) && matches($0, state) }
      guard !entries.isEmpty else { return [] }
      return [.heading(group.rawValue)]
        + entries.map { entry in
          let keys = state.keymap.keys(for: entry.action.rawValue).map(\.description).joined(separator: " ")
          return .key(keys.isEmpty ? "(no key)" : keys, entry.help)
        }
    }
  }
}

/// The frame of whatever lies over the traces.
enum OverlayBox {
  private static func frame(columns: Int, rows: Int, _ size: Size) -> Rect {
    Rect(column: (size.columns - columns) / 2, row: (size.rows - rows) / 2, columns: columns, rows: rows)
  }

  /// The inside of a box of this extent in the middle of the screen.
  static func inside(columns: Int, rows: Int, _ size: Size) -> Rect { frame(columns: columns, rows: rows, size).inset(columns: 2) }

  /// Clears and frames a box in the middle of the screen; returns its inside.
  static func draw(title: String, columns: Int, rows: Int, _ size: Size, into grid: inout Grid) -> Rect {
    let rect = frame(columns: columns, rows: rows, size)
    grid.fill(rect)
    grid.box(rect, title: title, style: .ink(.border))
    return inside(columns: columns, rows: rows, size)
  }
}
