import TerminalUI

/// The report of a study's agreement above the cases on which somebody differs; a case is chosen and its trace opened.
enum ResultsOverlay {
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
  static func lastScroll(_ state: DeskState) -> Int { state.results.map { place($0, state.size).lastScroll } ?? 0 }

  static func draw(_ state: DeskState, selected: Int, into grid: inout Grid) {
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
      let part = "lines \(first + 1)–\(first + place.reportRows) of \(place.report.count): \(Update.keyName(.pageRight, state)) and "
      grid.write(
        part + "\(Update.keyName(.pageLeft, state)) turn the pages", column: rect.column, row: row, style: .ink(.faint),
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
    let keys = "\(Update.keyName(.confirm, state)) opens its trace   \(Update.keyName(.cancel, state)) closes"
    grid.write(keys, column: rect.column, row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }
}
