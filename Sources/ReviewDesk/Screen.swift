import TerminalUI

/// Draws the desk: a pure function from state to cells.
///
/// The terminal shows what it returns, `einthoven render` prints it, tests read it.
public enum Screen {
  /// The screen of a state, exactly as large as the state says.
  public static func render(_ state: DeskState) -> Grid {
    var grid = Grid(size: state.size)
    let geometry = ViewGeometry(state)
    guard geometry.isLargeEnough else {
      drawTooSmall(state, into: &grid)
      return grid
    }
    TitleLine.draw(state, in: geometry.title, into: &grid)
    LeadsPanel.draw(state, geometry, into: &grid)
    SidePanel.draw(state, geometry, into: &grid)
    drawPanelLines(state, in: geometry.lines, into: &grid)
    ScaleLine.draw(state, geometry, row: geometry.status.row, into: &grid)
    QuestionLine.draw(state, row: geometry.status.row + 1, into: &grid)
    NoticeLine.draw(state, row: geometry.status.row + 2, into: &grid)
    switch state.overlay {
    case .none: break
    case .help(let scroll): HelpOverlay.draw(state, scroll: scroll, into: &grid)
    case .list(let selected): ListOverlay.draw(state, selected: selected, into: &grid)
    case .palette(let selected): CommandPalette.draw(state, selected: selected, into: &grid)
    case .glyphTest: GlyphTest.draw(state, into: &grid)
    case .results(let selected): ResultsOverlay.draw(state, selected: selected, into: &grid)
    }
    return grid
  }

  private static func drawPanelLines(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    for (offset, entry) in state.panelLines.enumerated() where offset < rect.rows {
      let line = Rect(column: rect.column + 1, row: rect.row + offset, columns: rect.columns - 2, rows: 1)
      if SidePanel.isHidden(entry, state) {
        grid.write(
          "\(entry.panel.rawValue): hidden by this study", column: line.column, row: line.row, style: .ink(.faint), maxColumns: line.columns
        )
      } else {
        entry.drawLine?(state, line, &grid)
      }
    }
  }

  private static func drawTooSmall(_ state: DeskState, into grid: inout Grid) {
    let smallest = ViewGeometry.smallest
    let lines = [
      "too small", "no verdicts here:", "\(smallest.columns)x\(smallest.rows) needed, this is \(state.size)",
      "\(Update.keyName(.quit, state)) quits",
    ]
    for (row, line) in lines.enumerated() where row < state.size.rows {
      grid.write(line, column: 0, row: row, style: row == 0 ? .ink(.failure).bold : .plain)
    }
  }
}
