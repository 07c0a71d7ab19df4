import Agreement
import Foundation
import LabelReview
import PlainText
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
    /// The inside of the frame around all.
    let inside: Rect
    /// Headings, rows of cases, footer.
    let rect: Rect
    /// The sheet of the record selected; empty on a narrow screen.
    let sheet: Rect
    /// How many cases the list shows.
    let count: Int
    /// The cases in view, from top to bottom.
    let cases: [Int]
    /// The columns that have room.
    let columns: [Column]
    /// Those that have none.
    let left: [Column]

    /// The case in whose row a cell lies.
    func index(atColumn column: Int, row: Int) -> Int? {
      let offset = row - rect.row - 1
      return rect.contains(column: column, row: row) && cases.indices.contains(offset) ? cases[offset] : nil
    }
  }

  /// Columns that the sheet of a record takes at least, and at most.
  private static let sheetColumns = 38...120
  /// From this width on the sheet of the record that is selected stands beside the list.
  private static let leastColumnsWithSheet = 120

  /// The record that is selected, where there is room for its sheet.
  static func previewed(_ state: DeskState) -> Int? {
    let selected = state.overlay.position
    guard state.size.columns >= leastColumnsWithSheet, state.size.rows >= 24, state.cases.indices.contains(selected) else { return nil }
    return selected
  }

  static func coversSheet(_ state: DeskState) -> Bool { previewed(state) != nil }

  private static func place(_ state: DeskState) -> Place {
    let selected = state.overlay.position
    let listed = state.listed
    let hasSheet = previewed(state) != nil
    // Headings, the footer and the frame, and a line about the record that is selected.
    let inside = OverlayBox.inside(
      columns: hasSheet ? state.size.columns : OverlayBox.columns(140, state.size),
      rows: hasSheet ? state.size.rows - 2 : min(state.size.rows - 2, max(7, state.cases.count + 5)), state.size)
    let all = columns(state, width: inside.columns)
    // The sheet leaves the list all that is not a remark or a place, where the screen has it.
    let wanted = all.filter { !$0.isCut }.reduce(1) { $0 + $1.width }
    let sheetWidth = min(max(inside.columns - 1 - wanted, sheetColumns.lowerBound), sheetColumns.upperBound)
    let (sheet, rest) = inside.split(right: hasSheet ? sheetWidth : 0)
    let rect = hasSheet ? rest.split(right: 1).rest : rest
    let fitting = fitting(all, in: rect.columns - 1, order: state.list.order)
    let isToldBelow = !hasSheet && !fitting.left.isEmpty
    let visible = max(1, rect.rows - (isToldBelow ? 3 : 2))
    let position = listed.firstIndex(of: selected) ?? 0
    let first = min(max(0, position - visible / 2), max(0, listed.count - visible))
    return Place(
      inside: inside, rect: rect, sheet: sheet, count: listed.count, cases: Array(listed.dropFirst(first).prefix(visible)),
      columns: fitting.shown, left: fitting.left)
  }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let selected = state.overlay.position
    let place = place(state)
    OverlayBox.draw(
      title: title(state, count: place.count), columns: place.inside.columns + 4, rows: place.inside.rows + 2, state.size, into: &grid)
    let rect = place.rect
    drawHeadings(place.columns, state, rect: rect, into: &grid)
    for (offset, index) in place.cases.enumerated() {
      drawRow(index, place.columns, isSelected: index == selected, state, rect: rect, row: rect.row + 1 + offset, into: &grid)
    }
    if place.count == 0 {
      grid.write("nothing matches", column: rect.column, row: rect.row + 1, style: .ink(.faint), maxColumns: rect.columns)
    }
    grid.write(
      footer(state, columns: rect.columns), column: rect.column, row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
    guard place.count > 0, state.cases.indices.contains(selected) else { return }
    let rest = rest(of: selected, place.left, state)
    guard !place.sheet.isEmpty else {
      if !place.left.isEmpty {
        grid.write(rest, column: rect.column, row: rect.endRow - 2, style: .ink(.accent), maxColumns: rect.columns)
      }
      return
    }
    let told = rest.isEmpty ? [] : PanelText.wrap(rest, place.sheet.columns).prefix(2)
    for (offset, line) in told.enumerated() {
      grid.write(line, column: place.sheet.column, row: place.sheet.row + offset, style: .ink(.accent), maxColumns: place.sheet.columns)
    }
    if let preview = state.preview { CaseSheet.draw(preview, state, in: place.sheet.split(top: told.count).rest, into: &grid) }
  }

  /// What the columns that have no room say of the record that is selected.
  private static func rest(of index: Int, _ columns: [Column], _ state: DeskState) -> String {
    columns.filter { $0.heading != "path" }.compactMap { column in
      let text = column.text(state.cases[index], index).trimmingCharacters(in: .whitespaces)
      return text.isEmpty ? nil : column.heading.trimmingCharacters(in: .whitespaces) + " " + text
    }.joined(separator: "  ")
  }

  /// One column of the table.
  private struct Column {
    let heading: String
    let width: Int
    let order: ListSettings.Order?
    /// Whether its text may be cut: a remark, a place.
    var isCut = false
    let text: (DeskCase, Int) -> String
  }

  private static func columns(_ state: DeskState, width: Int) -> [Column] {
    let digits = max(2, "\(state.cases.count)".count)
    let number = Column(heading: "#".right(in: digits), width: digits + 2, order: .position) { entry, index in
      "\(index + 1)".right(in: digits) + (index == state.current ? "•" : "")
    }
    // Names of one study are mostly alike; a list may be long.
    let longest = state.cases.prefix(100).map(\.name.columnCount).max() ?? 0
    let name = Column(heading: "name", width: min(16, max(5, longest)) + 1, order: .name) { entry, _ in entry.name }
    let path = Column(heading: "path", width: width, order: nil, isCut: true) { entry, _ in entry.path }
    let age = Column(heading: "age".right(in: 3), width: 5, order: .age) { entry, _ in
      (entry.ageYears.map { "\(Int($0))" } ?? "").right(in: 3)
    }
    let note = Column(heading: "note", width: 16, order: nil, isCut: true) { entry, _ in entry.note }
    let orders = Set(state.orders)
    let differ = Column(heading: "differ", width: 8, order: .disagreement) { entry, _ in state.isDisputed(entry) ? "≠" : "" }
    // Where nothing is noted its column would be empty.
    let notes = state.cases.contains { !$0.note.isEmpty } ? [note] : []
    let judged =
      ownColumns(state) + readerColumns(state) + [name] + modelColumns(state) + figureColumns(state) + [age, differ] + notes + [path]
    let all = state.study == nil ? [name] + figureColumns(state) + [age, path] : judged
    // A case that is called by its number needs no name, and has no place.
    let isNameless = state.study?.isNameless == true
    return [number]
      + all.filter { column in
        (column.order.map(orders.contains) ?? true) && !(isNameless && ["name", "path"].contains(column.heading))
      }
  }

  /// The columns that have room, of a text that may be cut at least a part, and those that have none: the last go first, but never the one that the list
  /// is ordered by.
  private static func fitting(_ columns: [Column], in room: Int, order: ListSettings.Order) -> (shown: [Column], left: [Column]) {
    var free = room
    var kept = Set<Int>()
    for index in columns.indices.sorted(by: { (columns[$0].order == order ? 0 : 1, $0) < (columns[$1].order == order ? 0 : 1, $1) }) {
      guard (columns[index].isCut ? 12 : columns[index].width - 1) <= free else { continue }
      kept.insert(index)
      free -= columns[index].width
    }
    return (columns.indices.filter(kept.contains).map { columns[$0] }, columns.indices.filter { !kept.contains($0) }.map { columns[$0] })
  }

  private static func words(_ verdict: Verdict, _ state: DeskState) -> String { state.study?.answer(verdict) ?? verdict.rawValue }

  /// Columns for an answer in the study's words, which may hold a blank, under a heading with the mark of the order; so many for a set of statements.
  private static func answerColumns(_ state: DeskState, heading: String, set: Int) -> Int {
    guard state.relabel == nil else { return set }
    return max(heading.count, Verdict.allCases.map { words($0, state).columnCount }.max() ?? 0) + 2
  }

  /// What the reader said.
  private static func ownColumns(_ state: DeskState) -> [Column] {
    [
      Column(heading: "flag", width: 6, order: .flag) { entry, _ in entry.isFlagged ? "◆" : "" },
      Column(heading: "verdict", width: answerColumns(state, heading: "verdict", set: 16), order: .verdict) { entry, _ in
        entry.verdict.map { state.setWords(.verdict, of: entry) ?? words($0, state) } ?? "·"
      },
    ]
  }

  /// What the readers said, for whoever settles the cases on which they differ.
  private static func readerColumns(_ state: DeskState) -> [Column] {
    guard state.study?.isAdjudicating == true else { return [] }
    func words(_ entry: DeskCase) -> String {
      entry.readers.map { "\($0.reader): \(state.words($0.verdict, $0.answer))" }.joined(separator: ", ")
    }
    let longest = state.cases.prefix(100).map { words($0).columnCount }.max() ?? 0
    return [Column(heading: "readers", width: min(40, max(7, longest)) + 2, order: nil) { entry, _ in words(entry) }]
  }

  /// What the label and the model say; what the study hides of a case is empty.
  private static func modelColumns(_ state: DeskState) -> [Column] {
    [
      Column(heading: "label", width: answerColumns(state, heading: "label", set: 12), order: .label) { entry, _ in
        if state.isHiddenInList(.labels, of: entry) { return "" }
        return state.setWords(.label, of: entry) ?? entry.studyCase?.label.map { words($0, state) } ?? "?"
      },
      Column(heading: "model", width: answerColumns(state, heading: "model", set: 12), order: .model) { entry, _ in
        if state.isHiddenInList(.model, of: entry) { return "" }
        if state.relabel != nil { return state.setWords(.model, of: entry) ?? "·" }
        return entry.modelDecision.map { words($0, state) } ?? "·"
      },
      Column(heading: "  p", width: 5, order: .probability) { entry, _ in
        state.visibleProbability(of: entry).map(PredictionPanel.number) ?? (state.isHiddenInList(.model, of: entry) ? "" : "·")
      },
      Column(heading: "±thr", width: 6, order: .margin) { entry, _ in
        guard let probability = state.visibleProbability(of: entry), let threshold = state.askedThreshold else { return "" }
        return PredictionPanel.number(abs(probability - threshold))
      },
    ]
  }

  /// What was measured.
  private static func figureColumns(_ state: DeskState) -> [Column] {
    func whole(_ value: Double?, _ unit: String = "") -> String {
      value.map { ($0.rounded() < 0 ? "−" : "") + "\(Int(abs($0.rounded())))" + unit } ?? "·"
    }
    return [
      Column(heading: "rate", width: 5, order: .rate) { entry, _ in whole(state.visibleFigures(of: entry)?.heartRate).right(in: 4) },
      Column(heading: " axis", width: 7, order: .axis) { entry, _ in
        whole(state.visibleFigures(of: entry)?.qrsAxisDegrees, "°").right(in: 5)
      },
      Column(heading: "QRS", width: 5, order: .qrs) { entry, _ in whole(state.visibleFigures(of: entry)?.qrsMilliseconds).right(in: 3) },
      Column(heading: "quality", width: 9, order: .quality) { entry, _ in state.visibleFigures(of: entry)?.quality ?? "·" },
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
        case "quality": state.visibleFigures(of: entry)?.quality == "poor" ? .caution : .plain
        case "#", "path", "note": .faint
        default: .plain
        }
      let room = min(part.width - 1, rect.endColumn - column)
      var text = part.text(entry, index)
      // Places of one study begin alike, and end with what tells them apart.
      if part.heading == "path", text.columnCount > room { text = "…" + text.suffix(columns: room - 1) }
      grid.write(text, column: column, row: row, style: isSelected ? style : .ink(ink), maxColumns: room)
      column += part.width
    }
  }

  private static func title(_ state: DeskState, count: Int) -> String {
    let what =
      state.study.map { study in
        state.hidesPatient ? "Cases" : study.title.map { "Cases of \($0)" } ?? "Cases"
      } ?? "Records"
    let progress = state.foreseen.map { state.isHidden(.model) ? "" : "  (model: \($0.done) of \($0.of) decided)" } ?? ""
    return (state.list.filter.isEmpty ? what : "\(what): \(count) of \(state.cases.count) match '\(state.list.filter)'") + progress
  }

  /// The keys, or while a filter is typed its words, as many as there is room for.
  private static func footer(_ state: DeskState, columns: Int) -> String {
    guard state.entry == nil || state.study == nil else {
      var words = state.filterWords
      func text() -> String { "words: " + words.joined(separator: " ") }
      while text().columnCount > columns, !words.isEmpty { words.removeLast() }
      return text()
    }
    var keys: [(action: Action, word: String)] = [
      (.confirm, "opens"), (.search, "filters"), (.sortList, "orders"), (.reverseList, "turns"), (.cancel, "closes"),
    ]
    func text() -> String { keys.map { "\(state.keyName($0.action)) \($0.word)" }.joined(separator: "  ") }
    // The way out stays longest.
    while text().columnCount > columns, keys.count > 1 { keys.remove(at: keys.count - 2) }
    return text()
  }
}

extension Overlay {
  /// The list of records; which one is selected.
  public static func list(selected: Int) -> Overlay { Overlay(ListOverlay.name, selected) }
}
