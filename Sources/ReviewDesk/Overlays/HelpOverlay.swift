import TerminalUI

/// Every key and what it does, from the table of actions and the keymap in force.
enum HelpOverlay: OverlayKind {
  static let name = "help"
  static let action = Action.help

  /// Opens over whatever is open.
  static func open(by action: Action, in state: inout DeskState) -> [Effect] {
    state.beneathHelp = state.overlay
    state.overlay = .help(scroll: 0)
    return []
  }

  static func apply(_ action: Action, to state: inout DeskState) -> [Effect] {
    if action == .search {
      state.entry = TextEntry(.helpSearch, state.helpSearch)
    } else {
      move(by: action.lines(page: state.size.rows / 2), in: &state)
    }
    return []
  }

  static func close(_ state: inout DeskState) {
    state.overlay = state.beneathHelp
    state.beneathHelp = .none
    state.helpSearch = ""
  }

  static func follow(_ entry: TextEntry, in state: inout DeskState) {
    state.helpSearch = entry.text
    state.overlay = .help(scroll: 0)
  }

  static func abandon(_ entry: TextEntry, in state: inout DeskState) { state.helpSearch = "" }

  /// Scrolls, no further than to the end.
  static func move(by lines: Int, in state: inout DeskState) {
    let (all, rows) = place(state)
    let visible = OverlayBox.inside(columns: 10, rows: rows, state.size).rows - 1
    state.overlay.position = min(max(0, state.overlay.position + lines), max(0, all.count - visible))
  }

  /// The lines, and the rows of the box for them.
  private static func place(_ state: DeskState) -> (lines: [Line], rows: Int) {
    let lines = lines(state, columns: OverlayBox.columns(100, state.size) - 4)
    return (lines, min(state.size.rows - 2, lines.count + 3))
  }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let scroll = state.overlay.position
    let width = OverlayBox.columns(100, state.size)
    let (lines, rows) = place(state)
    let rect = OverlayBox.draw(
      title: "Keys — \(state.keymap.name) keymap" + (state.helpSearch.isEmpty ? "" : ", '\(state.helpSearch)'"), columns: width,
      rows: rows, state.size, into: &grid)
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
    let keys = "\(state.keyName(.nextRecord)) \(state.keyName(.previousRecord)) scroll"
    let more = lines.count > visible ? "\(first + 1)–\(min(lines.count, first + visible))/\(lines.count)  \(keys)  " : ""
    grid.write(
      more + "\(state.keyName(.search)) searches  \(state.keyName(.cancel)) closes", column: rect.column,
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
    let keys = state.deskKeys(for: entry.action).map(\.description).joined(separator: " ")
    return "\(entry.action.rawValue) \(keys) \(entry.help)".lowercased().contains(wanted)
  }

  /// What the marks on the screen mean.
  private static let signs = [
    ("●", "the model decides: present"), ("≥.24", "the threshold of a class"), ("L", "the record's label says so"),
    ("?", "a label that is not known"),
    ("lead, elec", "what the class's probability loses without the lead or electrode, in hundredths"),
    ("B1 to B8", "SE blocks: each lead's share of what the block does, in %"),
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
      let left = PanelText.wrap(keys, keyColumns)
      let right = PanelText.wrap(help, columns - keyColumns - 3)
      return (0..<max(left.count, right.count)).map {
        .key($0 < left.count ? left[$0] : "", $0 < right.count ? right[$0] : "", isAvailable: isAvailable)
      }
    }
  }

  private static func names(of action: Action, _ state: DeskState) -> String { names(state.deskKeys(for: action)) }

  private static func names(_ strokes: [KeyStroke]) -> String {
    let keys = strokes.map(\.description).joined(separator: " ")
    return keys.isEmpty ? "(no key)" : keys
  }

  /// What keys do in the place from which the help was opened: in what lies over the paper, then on the paper.
  private static func here(_ state: DeskState) -> [Line] {
    let overlay = state.furniture.overlays.first { $0.name == state.beneathHelp.name }?.uses
    // Keys of what lies over the paper are those of the keymap, those of the paper what they are on the desk.
    let above = overlay.map { lines(of: $0, state) { state.keys(for: $0) } } ?? []
    let onPaper: ActionPlace? = state.edit != nil ? .edit : state.calipers == nil || state.beneathHelp != .none ? nil : .calipers
    return above + (onPaper.map { lines(of: $0, state) { state.deskKeys(for: $0) } } ?? [])
  }

  private static func lines(of place: ActionPlace, _ state: DeskState, keys: (Action) -> [KeyStroke]) -> [Line] {
    let wanted = state.helpSearch.lowercased()
    let lines = place.uses.compactMap { use -> Line? in
      let strokes = keys(use.action)
      guard state.edit == nil || !strokes.isEmpty else { return nil }
      let shown = names(strokes)
      guard wanted.isEmpty || "\(shown) \(use.help)".lowercased().contains(wanted) else { return nil }
      return Line.key(shown, use.help)
    }
    return lines.isEmpty ? [] : [.heading(place.name)] + lines
  }

  /// Whether an action's keys do here what the table of actions says of it.
  private static func isTrue(_ entry: Action.Entry, _ state: DeskState) -> Bool {
    guard state.edit != nil else { return true }
    // The edit mode says of its own actions what they do there: its undo takes back no verdict. Most letters are mnemonics and leave actions without a key.
    let isOfEdit = entry.group != .editing && ActionPlace.edit.uses.contains { $0.action == entry.action }
    return !isOfEdit && !state.deskKeys(for: entry.action).isEmpty
  }

  /// Whether a study of this kind has the action at all.
  private static func isThere(_ entry: Action.Entry, _ state: DeskState) -> Bool {
    guard !entry.needsStudy || state.study != nil else { return false }
    let isOfVerdicts = [.verdictPresent, .verdictAbsent, .verdictUnsure].contains(entry.action)
    return state.relabel == nil || !isOfVerdicts
  }

  /// What keys do by groups; those of which nothing can be done here come last.
  private static func keys(_ state: DeskState) -> [Line] {
    let groups = Action.Group.allCases.map { group in
      (
        group: group,
        entries: Action.table.filter { $0.group == group && isThere($0, state) && isTrue($0, state) && matches($0, state) }
      )
    }
    func isOfUse(_ entries: [Action.Entry]) -> Bool { entries.contains { $0.isAvailable(in: state) } }
    let ordered = groups.filter { isOfUse($0.entries) } + groups.filter { !isOfUse($0.entries) }
    return ordered.flatMap { group, entries -> [Line] in
      guard !entries.isEmpty else { return [] }
      return [.heading(group.rawValue)]
        + entries.map { entry in
          .key(names(of: entry.action, state), entry.help, isAvailable: entry.isAvailable(in: state))
        }
    }
  }
}

extension Overlay {
  /// The help; its first line in view.
  public static func help(scroll: Int) -> Overlay { Overlay(HelpOverlay.name, scroll) }
}
