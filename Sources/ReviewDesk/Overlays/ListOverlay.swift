import Agreement
import LabelReview
import TerminalUI

/// The list of records with what is known of each; it is filtered and sorted, and a row is chosen and opened.
enum ListOverlay: OverlayKind {
  static let name = "list"
  static let action = Action.listRecords
  static let shortcuts = [Action.search]
  static let uses: ActionPlace? = ActionPlace(
    name: "In this list",
    uses: ActionPlace.moves + [(.search, "filter it"), (.sortList, "choose its order"), (.reverseList, "turn it round")] + ActionPlace.ends)

  /// Opens at the open case; with a line for the filter where that is asked for.
  static func open(by action: Action, in state: inout DeskState) -> [Effect] {
    state.overlay = .list(selected: state.current)
    if action == .search { state.entry = TextEntry(.listFilter, state.list.filter) }
    keepSelection(&state)
    return []
  }

  static func apply(_ action: Action, to state: inout DeskState) -> [Effect] {
    switch action {
    case .search: state.entry = TextEntry(.listFilter, state.list.filter)
    case .reverseList: state.list.isReversed.toggle()
    case .confirm:
      let selected = state.overlay.position
      guard state.listed.contains(selected) else { return [.beep] }
      state.overlay = .none
      return selected == state.current ? [] : Update.open(selected, in: &state)
    default: move(by: action.lines(page: max(1, state.size.rows - 8)), in: &state)
    }
    return []
  }

  static func press(column: Int, row: Int, in state: inout DeskState) -> [Effect] {
    guard let index = place(state).index(atColumn: column, row: row) else { return [] }
    state.overlay.position = index
    return apply(.confirm, to: &state)
  }

  static func follow(_ entry: TextEntry, in state: inout DeskState) {
    state.list.filter = entry.text
    keepSelection(&state)
  }

  static func abandon(_ entry: TextEntry, in state: inout DeskState) {
    state.list.filter = ""
    keepSelection(&state)
  }

  static func move(by lines: Int, in state: inout DeskState) {
    let listed = state.listed
    guard let position = listed.firstIndex(of: state.overlay.position) else { return keepSelection(&state) }
    state.overlay.position = listed[min(max(0, position + lines), listed.count - 1)]
  }

  /// Selects a case that the list shows: the one selected, else the first.
  private static func keepSelection(_ state: inout DeskState) {
    let listed = state.listed
    if !listed.contains(state.overlay.position), let first = listed.first { state.overlay.position = first }
  }

  /// Where the list lies and which cases it shows.
  private struct Place {
    /// The inside of its frame: headings, rows of cases, footer.
    let rect: Rect
    /// The cases in view, from top to bottom.
    let cases: [Int]

    /// The case in whose row a cell lies.
    func index(atColumn column: Int, row: Int) -> Int? {
      let offset = row - rect.row - 1
      return rect.contains(column: column, row: row) && cases.indices.contains(offset) ? cases[offset] : nil
    }
  }

  private static func place(_ state: DeskState) -> Place {
    let selected = state.overlay.position
    let listed = state.listed
    let rect = OverlayBox.inside(
      columns: OverlayBox.columns(140, state.size), rows: min(state.size.rows - 2, max(6, state.cases.count + 4)), state.size)
    let visible = max(1, rect.rows - 2)
    let position = listed.firstIndex(of: selected) ?? 0
    let first = min(max(0, position - visible / 2), max(0, listed.count - visible))
    return Place(rect: rect, cases: Array(listed.dropFirst(first).prefix(visible)))
  }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let selected = state.overlay.position
    let place = place(state)
    let listed = state.listed
    let rect = OverlayBox.draw(
      title: title(state, count: listed.count), columns: place.rect.columns + 4, rows: place.rect.rows + 2, state.size, into: &grid)
    let columns = columns(state, width: rect.columns)
    drawHeadings(columns, state, rect: rect, into: &grid)
    for (offset, index) in place.cases.enumerated() {
      drawRow(index, columns, isSelected: index == selected, state, rect: rect, row: rect.row + 1 + offset, into: &grid)
    }
    if listed.isEmpty {
      grid.write("nothing matches", column: rect.column, row: rect.row + 1, style: .ink(.faint), maxColumns: rect.columns)
    }
    grid.write(footer(state), column: rect.column, row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }

  /// One column of the table.
  private struct Column {
    let heading: String
    let width: Int
    let order: ListSettings.Order?
    let text: (DeskCase, Int) -> String
  }

  private static func columns(_ state: DeskState, width: Int) -> [Column] {
    func words(_ verdict: Verdict?) -> String { verdict.map { state.study?.answer($0) ?? $0.rawValue } ?? "·" }
    let digits = max(4, "\(state.cases.count)".count)
    func padded(_ text: String) -> String { String(repeating: " ", count: max(0, digits - text.count)) + text }
    let number = Column(heading: padded("#"), width: digits + 2, order: .position) { _, index in
      padded("\(index + 1)") + (index == state.current ? "•" : "")
    }
    let name = Column(heading: "name", width: 14, order: .name) { entry, _ in entry.name }
    let path = Column(heading: "path", width: width, order: nil) { entry, _ in entry.path }
    guard state.study != nil else { return [number, name, path] }
    return [
      number, Column(heading: "flag", width: 5, order: .flag) { entry, _ in entry.isFlagged ? "◆" : "" },
      Column(heading: "verdict", width: 11, order: .verdict) { entry, _ in entry.verdict.map { words($0) } ?? "not judged" },
      Column(heading: "label", width: 9, order: .label) { entry, _ in
        state.isHiddenInList(.labels, of: entry) ? "hidden" : words(entry.studyCase?.label)
      },
      Column(heading: "model", width: 9, order: .model) { entry, _ in
        state.isHiddenInList(.model, of: entry) ? "hidden" : words(entry.modelDecision)
      },
      Column(heading: "p", width: 5, order: .probability) { entry, _ in
        state.visibleProbability(of: entry).map(PredictionPanel.number) ?? (state.isHiddenInList(.model, of: entry) ? "" : "·")
      },
      Column(heading: "±thr", width: 6, order: .margin) { entry, _ in
        guard let probability = state.visibleProbability(of: entry), let threshold = entry.threshold else { return "" }
        return PredictionPanel.number(abs(probability - threshold))
      },
      Column(heading: "age", width: 5, order: .age) { entry, _ in entry.ageYears.map { "\(Int($0))" } ?? "" },
      Column(heading: "differ", width: 7, order: .disagreement) { entry, _ in state.isDisputed(entry) ? "≠" : "" },
      name, Column(heading: "note", width: 16, order: nil) { entry, _ in entry.note }, path,
    ]
  }

  private static func drawHeadings(_ columns: [Column], _ state: DeskState, rect: Rect, into grid: inout Grid) {
    var column = rect.column + 1
    for entry in columns where column < rect.endColumn {
      let isOrder = entry.order == state.list.order
      grid.write(
        entry.heading + (isOrder ? state.list.isReversed ? "▲" : "▼" : ""), column: column, row: rect.row,
        style: isOrder ? .ink(.accent) : .ink(.title),
        maxColumns: min(entry.width, rect.endColumn - column))
      column += entry.width
    }
  }

  private static func drawRow(
    _ index: Int, _ columns: [Column], isSelected: Bool, _ state: DeskState, rect: Rect, row: Int, into grid: inout Grid
  ) {
    let entry = state.cases[index]
    let style = OverlayBox.startRow(row, in: rect, isSelected: isSelected, into: &grid)
    var column = rect.column + 1
    for part in columns where column < rect.endColumn {
      let ink: Ink =
        switch part.heading {
        case "verdict": entry.verdict == nil ? .faint : .saved
        case "flag", "differ": .caution
        case "#", "path", "note": .faint
        default: .plain
        }
      grid.write(
        part.text(entry, index), column: column, row: row, style: isSelected ? style : .ink(ink),
        maxColumns: min(part.width - 1, rect.endColumn - column))
      column += part.width
    }
  }

  private static func title(_ state: DeskState, count: Int) -> String {
    let what = state.study.map { state.hidesPatient ? "Cases" : "Cases of \($0.study.name)" } ?? "Records"
    let progress = state.foreseen.map { state.isHidden(.model) ? "" : "  (model: \($0.done) of \($0.of) decided)" } ?? ""
    return (state.list.filter.isEmpty ? what : "\(what): \(count) of \(state.cases.count) match '\(state.list.filter)'") + progress
  }

  private static func footer(_ state: DeskState) -> String {
    let keys: [(Action, String)] = [
      (.confirm, "opens"), (.search, "filters"), (.sortList, "orders"), (.reverseList, "turns round"), (.cancel, "closes"),
    ]
    let text = keys.map { "\(state.keyName($0)) \($1)" }.joined(separator: "  ")
    return state.entry == nil || state.study == nil
      ? text : "words: name, " + DeskState.filterWords.split(separator: " ").joined(separator: ", ")
  }
}

extension Overlay {
  /// The list of records; which one is selected.
  public static func list(selected: Int) -> Overlay { Overlay(ListOverlay.name, selected) }
}
