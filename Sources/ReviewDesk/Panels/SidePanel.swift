import TerminalUI

/// The column of panels at the right of a wide screen, in one frame.
enum SidePanel {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    let rect = geometry.side
    guard !rect.isEmpty else { return }
    let places = geometry.panels(state)
    grid.box(rect, title: places.first?.entry.title(state, geometry) ?? "")
    for (entry, inside) in places {
      if inside.row - 1 > rect.row { grid.rule(in: rect, row: inside.row - 1, title: entry.title(state, geometry)) }
      entry.draw(state, geometry, inside, &grid)
    }
    let left = state.shownPanels.map(\.panel).filter { panel in !places.contains { $0.entry.panel == panel } }.map(\.rawValue)
    guard !left.isEmpty else { return }
    grid.write(
      " no room: \(left.joined(separator: ", ")) ", column: rect.column + 2, row: rect.endRow - 1, style: .ink(.faint),
      maxColumns: rect.columns - 4)
  }

  /// Draws the panels of a narrow screen: as lines below the traces, and in the view of the axis its plot beside them.
  static func drawLines(_ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    MeasurementsPanel.drawBesideBeats(state, in: geometry.plane, into: &grid)
    let rect = geometry.lines
    for (offset, entry) in state.panelLines.enumerated() where offset < rect.rows {
      let line = Rect(column: rect.column + 1, row: rect.row + offset, columns: rect.columns - 2, rows: 1)
      entry.drawLine?(state, geometry, line, &grid)
    }
  }
}
