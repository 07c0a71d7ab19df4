import LabelReview
import TerminalUI

/// The list of records with the reader's verdicts; a row is chosen and opened.
enum ListOverlay {
  static func draw(_ state: DeskState, selected: Int, into grid: inout Grid) {
    let columns = min(state.size.columns - 2, 84)
    let rect = OverlayBox.draw(
      title: state.study.map { "Cases of \($0.study.name)" } ?? "Records", columns: columns,
      rows: min(state.size.rows - 2, max(5, state.cases.count + 3)), state.size, into: &grid)
    let visible = max(1, rect.rows - 1)
    let first = min(max(0, selected - visible / 2), max(0, state.cases.count - visible))
    for index in first..<min(state.cases.count, first + visible) {
      drawRow(index, isSelected: index == selected, state, rect: rect, row: rect.row + index - first, into: &grid)
    }
    let keys = "\(Update.keyName(.confirm, state)) opens   \(Update.keyName(.cancel, state)) closes"
    grid.write(keys, column: rect.column, row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }

  private static func drawRow(_ index: Int, isSelected: Bool, _ state: DeskState, rect: Rect, row: Int, into grid: inout Grid) {
    let entry = state.cases[index]
    let style: Style = isSelected ? .ink(.selected).reverse : .plain
    if isSelected { grid.fill(Rect(column: rect.column, row: row, columns: rect.columns, rows: 1), style: style) }
    let number = String(repeating: " ", count: max(0, 5 - "\(index + 1)".count)) + "\(index + 1)"
    grid.write(number, column: rect.column, row: row, style: isSelected ? style : .ink(.faint))
    grid.write(index == state.current ? "›" : " ", column: rect.column + 6, row: row, style: isSelected ? style : .ink(.accent))
    let verdictColumn = rect.column + 8
    let verdict = entry.verdict.map { state.study?.answer($0) ?? $0.rawValue }
    if state.study != nil {
      let ink: Ink = entry.verdict == nil ? .faint : .saved
      grid.write(verdict ?? "not judged", column: verdictColumn, row: row, style: isSelected ? style : .ink(ink), maxColumns: 12)
    }
    let nameColumn = state.study == nil ? verdictColumn : verdictColumn + 13
    let width = grid.write(entry.name, column: nameColumn, row: row, style: style, maxColumns: rect.endColumn - nameColumn)
    grid.write(
      "  " + entry.path, column: nameColumn + width, row: row, style: isSelected ? style : .ink(.faint),
      maxColumns: rect.endColumn - nameColumn - width)
  }
}
