import TerminalUI

/// The column of panels at the right of a wide screen, in one frame.
enum SidePanel {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    let rect = geometry.side
    guard !rect.isEmpty else { return }
    let heights = heights(state, inside: rect.rows - 1)
    grid.box(rect, title: "")
    var row = rect.row
    for (panel, height) in heights {
      if row == rect.row {
        grid.box(rect, title: title(of: panel, state))
      } else {
        grid.rule(in: rect, row: row, title: title(of: panel, state))
      }
      let inside = Rect(column: rect.column + 1, row: row + 1, columns: rect.columns - 2, rows: min(height, rect.endRow - row - 2))
      draw(panel, state, in: inside, into: &grid)
      row += height + 1
    }
  }

  /// Rows of each panel without its title: the heatmap takes what it needs, the facts theirs, the predictions the rest.
  private static func heights(_ state: DeskState, inside rows: Int) -> [(Panel, Int)] {
    let shown = Panel.allCases.filter { !state.hiddenPanels.contains($0) }
    let free = rows - shown.count
    let hidesModel = state.isHidden(.model)
    let heatmap = shown.contains(.heatmap) ? (hidesModel ? 1 : HeatmapPanel.rows) : 0
    let needed = max(2, FactsPanel.lines(state, columns: SidePanel.insideColumns - 1).count)
    let predictionsLeast = shown.contains(.predictions) ? (hidesModel ? 1 : 8) : 0
    let facts = shown.contains(.facts) ? min(needed, max(2, free - heatmap - predictionsLeast)) : 0
    let predictions = hidesModel ? 1 : max(0, min(24, free - heatmap - facts))
    return shown.map { panel in
      switch panel {
      case .predictions: (panel, predictions)
      case .heatmap: (panel, heatmap)
      case .facts: (panel, shown.contains(.predictions) ? facts : max(facts, free - heatmap))
      }
    }
  }

  private static let insideColumns = ViewGeometry.sidePanelColumns - 2

  private static func title(of panel: Panel, _ state: DeskState) -> String {
    switch panel {
    case .predictions: PredictionPanel.title(state)
    case .heatmap: state.isHidden(.model) ? "lead influence" : HeatmapPanel.title(state)
    case .facts: "recording"
    }
  }

  private static func draw(_ panel: Panel, _ state: DeskState, in rect: Rect, into grid: inout Grid) {
    if panel != .facts, state.isHidden(.model) {
      grid.write("hidden by this study", column: rect.column + 1, row: rect.row, style: .ink(.faint))
      return
    }
    switch panel {
    case .predictions: PredictionPanel.draw(state, in: rect, into: &grid)
    case .heatmap: HeatmapPanel.draw(state, in: rect, into: &grid)
    case .facts: FactsPanel.draw(state, in: rect, into: &grid)
    }
  }
}
