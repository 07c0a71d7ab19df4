import TerminalUI

/// The report of a study's agreement above the cases on which somebody differs; a case is chosen and its trace opened.
enum ResultsOverlay: OverlayKind {
  static let name = "results"
  static let action = Action.showResults
  static let uses: ActionPlace? = ActionPlace(name: "In these results", uses: ActionPlace.moves + ActionPlace.ends)

  /// Opens at the open case, where the desk has results: readers who still judge do not see them.
  static func open(by action: Action, in state: inout DeskState) -> [Effect] {
    guard let results = state.results else {
      state.notice = .hint("results are shown by `einthoven review --study NAME --results`, not while judging")
      return [.beep]
    }
    state.overlay = .results(selected: min(state.current, max(0, results.cases.count - 1)))
    return []
  }

  static func apply(_ action: Action, to state: inout DeskState) -> [Effect] {
    let selected = state.overlay.position
    let page = max(1, state.size.rows / 3)
    switch action {
    case .confirm:
      guard state.cases.indices.contains(selected) else { return [.beep] }
      state.overlay = .none
      return selected == state.current ? [] : Update.open(selected, in: &state)
    case .pageRight, .pageLeft:
      state.resultsScroll = min(max(0, state.resultsScroll + (action == .pageRight ? page : -page)), lastScroll(state))
    default:
      let last = max(0, (state.results?.cases.count ?? 0) - 1)
      state.overlay.position = min(max(0, selected + action.lines(page: state.size.rows / 3)), last)
    }
    return []
  }

  /// The report as it fits the box, the rows of it that are in view, and where it lies.
  private struct Place {
    let rect: Rect
    let report: [String]
    let reportRows: Int
    let listRows: Int
    /// The first line of the report when it is scrolled to its end.
    var lastScroll: Int { max(0, report.count - reportRows) }
  }

  private static func place(_ results: StudyResults, _ size: Size) -> Place {
    let rect = OverlayBox.inside(columns: size.columns, rows: size.rows - 2, size)
    let listRows = min(results.cases.count, max(3, rect.rows / 3))
    let report = FoldedReport.lines(results.lines, columns: rect.columns)
    // Under the report a line that says which part it is, a heading and the cases; then the keys.
    return Place(rect: rect, report: report, reportRows: max(0, min(report.count, rect.rows - listRows - 3)), listRows: listRows)
  }

  /// How far the report can be scrolled.
  private static func lastScroll(_ state: DeskState) -> Int { state.results.map { place($0, state.size).lastScroll } ?? 0 }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let selected = state.overlay.position
    guard let results = state.results else { return }
    let place = place(results, state.size)
    let rect = OverlayBox.draw(
      title: "Results of \(results.study)", columns: state.size.columns, rows: state.size.rows - 2, state.size, into: &grid)
    let first = min(state.resultsScroll, place.lastScroll)
    for (offset, line) in place.report.dropFirst(first).prefix(place.reportRows).enumerated() {
      grid.write(line, column: rect.column, row: rect.row + offset, maxColumns: rect.columns)
    }
    var row = rect.row + place.reportRows
    if place.lastScroll > 0 {
      let part = "lines \(first + 1)–\(first + place.reportRows) of \(place.report.count): \(state.keyName(.pageRight)) and "
      grid.write(
        part + "\(state.keyName(.pageLeft)) turn the pages", column: rect.column, row: row, style: .ink(.faint),
        maxColumns: rect.columns)
    }
    row += 1
    let heading = results.cases.isEmpty ? "No case on which anybody differs" : "\(results.cases.count) cases on which somebody differs"
    grid.write(heading, column: rect.column, row: row, style: .ink(.title).bold, maxColumns: rect.columns)
    let firstCase = min(max(0, selected - place.listRows / 2), max(0, results.cases.count - place.listRows))
    for offset in 0..<place.listRows where firstCase + offset < results.cases.count {
      let index = firstCase + offset
      let style = OverlayBox.startRow(row + 1 + offset, in: rect, isSelected: index == selected, into: &grid)
      let text = "\(results.cases[index].studyCase.record)   \(results.text(index))"
      grid.write(text, column: rect.column + 2, row: row + 1 + offset, style: style, maxColumns: rect.columns - 2)
    }
    let keys = "\(state.keyName(.confirm)) opens its trace   \(state.keyName(.cancel)) closes"
    grid.write(keys, column: rect.column, row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }
}

extension Overlay {
  /// How a study's readers agree; which of the cases on which somebody differs is selected.
  public static func results(selected: Int) -> Overlay { Overlay(ResultsOverlay.name, selected) }
}

extension DeskState {
  /// Puts the results over the traces of their cases.
  mutating func show(_ results: StudyResults) {
    self.results = results
    for (index, outcome) in results.cases.enumerated() where cases.indices.contains(index) {
      cases[index].readers = outcome.readers.map { DeskCase.ReaderVerdict(reader: $0.rater, verdict: $0.verdict) }
    }
    overlay = .results(selected: 0)
  }
}
