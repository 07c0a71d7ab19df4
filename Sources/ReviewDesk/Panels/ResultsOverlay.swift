import TerminalUI

/// The report of a study's agreement above the cases on which somebody differs; a case is chosen and its trace opened.
enum ResultsOverlay {
  static func draw(_ state: DeskState, selected: Int, into grid: inout Grid) {
    guard let results = state.results else { return }
    let rect = OverlayBox.draw(
      title: "Results of \(results.study)", columns: state.size.columns - 2, rows: state.size.rows - 2, state.size, into: &grid)
    let listRows = min(results.cases.count, max(3, rect.rows / 3))
    let reportRows = max(0, rect.rows - listRows - 3)
    for (offset, line) in results.lines.prefix(reportRows).enumerated() {
      grid.write(line, column: rect.column, row: rect.row + offset, maxColumns: rect.columns)
    }
    if results.lines.count > reportRows, reportRows > 0 {
      let rest = "… \(results.lines.count - reportRows + 1) more lines: einthoven agreement --study \(results.study)"
      grid.fill(Rect(column: rect.column, row: rect.row + reportRows - 1, columns: rect.columns, rows: 1))
      grid.write(rest, column: rect.column, row: rect.row + reportRows - 1, style: .ink(.faint), maxColumns: rect.columns)
    }
    let heading = results.cases.isEmpty ? "No case on which anybody differs" : "\(results.cases.count) cases on which somebody differs"
    grid.write(heading, column: rect.column, row: rect.row + reportRows + 1, style: .ink(.title).bold, maxColumns: rect.columns)
    let first = min(max(0, selected - listRows / 2), max(0, results.cases.count - listRows))
    for offset in 0..<listRows where first + offset < results.cases.count {
      drawCase(
        first + offset, isSelected: first + offset == selected, results, rect: rect, row: rect.row + reportRows + 2 + offset, into: &grid)
    }
    let keys = "\(Update.keyName(.confirm, state)) opens its trace   \(Update.keyName(.cancel, state)) closes"
    grid.write(keys, column: rect.column, row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }

  private static func drawCase(
    _ index: Int, isSelected: Bool, _ results: StudyResults, rect: Rect, row: Int, into grid: inout Grid
  ) {
    let style: Style = isSelected ? .ink(.selected).reverse : .plain
    if isSelected { grid.fill(Rect(column: rect.column, row: row, columns: rect.columns, rows: 1), style: style) }
    let text = "\(isSelected ? "›" : " ") \(results.cases[index].studyCase.record)   \(results.text(index))"
    grid.write(text, column: rect.column, row: row, style: style, maxColumns: rect.columns)
  }
}
