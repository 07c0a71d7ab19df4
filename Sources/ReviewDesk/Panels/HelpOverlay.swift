import TerminalUI

/// Every key and what it does, from the table of actions and the keymap in force.
enum HelpOverlay {
  static func draw(_ state: DeskState, scroll: Int, into grid: inout Grid) {
    let width = OverlayBox.columns(100, state.size)
    let lines = lines(state, columns: width - 4)
    let rect = OverlayBox.draw(
      title: "Keys — \(state.keymap.name) keymap" + (state.helpSearch.isEmpty ? "" : ", '\(state.helpSearch)'"), columns: width,
      rows: min(state.size.rows - 2, lines.count + 3), state.size, into: &grid)
    let visible = rect.rows - 1
    let first = min(scroll, max(0, lines.count - visible))
    for (offset, line) in lines[first..<min(lines.count, first + visible)].enumerated() {
      let row = rect.row + offset
      switch line {
      case .heading(let text): grid.write(text, column: rect.column, row: row, style: .ink(.title).bold)
      case .key(let keys, let help, let isAvailable):
        let (keyStyle, helpStyle): (Style, Style) = isAvailable ? (.ink(.key), .plain) : (.ink(.faint), .ink(.faint))
        grid.write(keys, column: rect.column + 2, row: row, style: keyStyle, maxColumns: keyColumns)
        grid.write(help, column: rect.column + keyColumns + 3, row: row, style: helpStyle, maxColumns: rect.columns - keyColumns - 3)
      }
    }
    let keys = "\(Update.keyName(.nextRecord, state)) \(Update.keyName(.previousRecord, state)) scroll"
    let more = lines.count > visible ? "\(first + 1)–\(min(lines.count, first + visible))/\(lines.count)  \(keys)  " : ""
    grid.write(
      more + "\(Update.keyName(.search, state)) searches  \(Update.keyName(.cancel, state)) closes", column: rect.column,
      row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }

  /// Columns of the keys; more keys go on in the next line.
  private static let keyColumns = 18

  private enum Line {
    case heading(String)
    case key(String, String, isAvailable: Bool = true)
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
    ("B1 to B8", "SE blocks: each lead's share of what the block does, in %"),
    ("occ", "what the class's probability loses without the lead, in hundredths"),
    ("†", "a class with fewer than 20 positive records in training: hardly known"),
    ("*", "a lead computed from two others"), ("▲ ▼", "a trace was cut off here"), ("flat", "a lead that never changes"),
    ("•", "in a list: the record on the paper"),
  ]

  /// All lines, keys and help each broken between words so that none is longer than its column.
  private static func lines(_ state: DeskState, columns: Int) -> [Line] {
    let wanted = state.helpSearch.lowercased()
    let signs = signs.filter { wanted.isEmpty || "\($0) \($1)".lowercased().contains(wanted) }
    let all = here(state) + keys(state) + (signs.isEmpty ? [] : [.heading("Signs")] + signs.map { .key($0, $1) })
    return all.flatMap { line -> [Line] in
      guard case .key(let keys, let help, let isAvailable) = line else { return [line] }
      let left = FactsPanel.wrap(keys, keyColumns)
      let right = FactsPanel.wrap(help, columns - keyColumns - 3)
      return (0..<max(left.count, right.count)).map {
        .key($0 < left.count ? left[$0] : "", $0 < right.count ? right[$0] : "", isAvailable: isAvailable)
      }
    }
  }

  private static func names(of action: Action, _ state: DeskState) -> String {
    let keys = state.keymap.keys(for: action.rawValue).map(\.description).joined(separator: " ")
    return keys.isEmpty ? "(no key)" : keys
  }

  /// What keys do in the place from which the help was opened.
  private static func here(_ state: DeskState) -> [Line] {
    guard let place = ActionPlace(state) else { return [] }
    let wanted = state.helpSearch.lowercased()
    let lines = place.uses.map { Line.key(names(of: $0.action, state), $0.help) }.filter {
      guard case .key(let keys, let help, _) = $0 else { return true }
      return wanted.isEmpty || "\(keys) \(help)".lowercased().contains(wanted)
    }
    return lines.isEmpty ? [] : [.heading(place.name)] + lines
  }

  private static func keys(_ state: DeskState) -> [Line] {
    Action.Group.allCases.flatMap { group -> [Line] in
      let entries = Action.table.filter { $0.group == group && (!$0.needsStudy || state.study != nil) && matches($0, state) }
      guard !entries.isEmpty else { return [] }
      return [.heading(group.rawValue)]
        + entries.map { entry in
          .key(names(of: entry.action, state), entry.help, isAvailable: entry.isAvailable(in: state))
        }
    }
  }
}

/// The frame of whatever lies over the traces.
enum OverlayBox {
  /// Paints the ground of a list's row and writes `›` where it is selected, for terminals without colours; returns the style of its text.
  static func startRow(_ row: Int, in rect: Rect, isSelected: Bool, into grid: inout Grid) -> Style {
    guard isSelected else { return .plain }
    grid.fill(Rect(column: rect.column, row: row, columns: rect.columns, rows: 1), style: .ink(.selected))
    grid.write("›", column: rect.column, row: row, style: .ink(.selected))
    return .ink(.selected)
  }

  /// Columns of a box that wants so many; where hardly any would be left on either side, all of them.
  static func columns(_ wanted: Int, _ size: Size) -> Int { wanted + 8 > size.columns ? size.columns : wanted }

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
