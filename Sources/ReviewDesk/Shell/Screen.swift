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
    if state.overlayKind?.coversSheet(state) != true {
      LeadsPanel.draw(state, geometry, into: &grid)
      SidePanel.draw(state, geometry, into: &grid)
      SidePanel.drawLines(state, geometry, into: &grid)
      ScaleLine.draw(state, geometry, row: geometry.status.row, into: &grid)
      QuestionLine.draw(state, row: geometry.status.row + 1, into: &grid)
    }
    NoticeLine.draw(state, geometry, row: geometry.status.endRow - 1, into: &grid)
    var above = state
    above.isNamingOverlayKeys = true
    above.overlayKind?.draw(above, into: &grid)
    return grid
  }

  private static func drawTooSmall(_ state: DeskState, into grid: inout Grid) {
    let smallest = ViewGeometry.smallest
    let lines = [
      "too small", "no verdicts here:", "\(smallest.columns)x\(smallest.rows) needed, this is \(state.size)",
      "\(state.keyName(.quit)) quits",
    ]
    for (row, line) in lines.enumerated() where row < state.size.rows {
      grid.write(line, column: 0, row: row, style: row == 0 ? .ink(.failure).bold : .plain)
    }
  }
}
