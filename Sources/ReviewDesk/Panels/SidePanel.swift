import TerminalUI

/// The column of panels at the right of a wide screen, in one frame.
enum SidePanel {
  /// Columns for text inside the frame and its margin.
  static let textColumns = ViewGeometry.sidePanelColumns - 3
  /// Columns for a title in the frame.
  static let titleColumns = ViewGeometry.sidePanelColumns - 4

  static func draw(_ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    let rect = geometry.side
    guard !rect.isEmpty else { return }
    let places = places(state, geometry)
    grid.box(rect, title: places.first.map { title(of: $0.entry, state) } ?? "")
    for (entry, inside) in places {
      if inside.row - 1 > rect.row { grid.rule(in: rect, row: inside.row - 1, title: title(of: entry, state)) }
      if isHidden(entry, state) {
        grid.write("hidden by this study", column: inside.column + 1, row: inside.row, style: .ink(.faint))
      } else {
        entry.draw(state, inside, &grid)
      }
    }
    let left = state.shownPanels.dropFirst(places.count).map(\.panel.rawValue)
    guard !left.isEmpty else { return }
    grid.write(
      " no room: \(left.joined(separator: ", ")) ", column: rect.column + 2, row: rect.endRow - 1, style: .ink(.faint),
      maxColumns: rect.columns - 4)
  }

  /// The panels that have room, each with the place inside the frame that it fills.
  static func places(_ state: DeskState, _ geometry: ViewGeometry) -> [(entry: PanelEntry, inside: Rect)] {
    let rect = geometry.side
    guard !rect.isEmpty else { return [] }
    var row = rect.row + 1
    return shares(state, rows: rect.rows - 1).map { entry, rows in
      defer { row += rows + 1 }
      return (entry, Rect(column: rect.column + 1, row: row, columns: rect.columns - 2, rows: rows))
    }
  }

  /// Whether the study hides what a panel shows.
  static func isHidden(_ entry: PanelEntry, _ state: DeskState) -> Bool { entry.hiddenAs.map(state.isHidden) ?? false }

  /// Rows of each panel without its title: first what each needs, as long as there is room, then small wishes before large ones.
  private static func shares(_ state: DeskState, rows: Int) -> [(entry: PanelEntry, rows: Int)] {
    var shares: [(entry: PanelEntry, rows: Int, most: Int)] = []
    var free = rows
    for entry in state.shownPanels {
      let wish = isHidden(entry, state) ? 1...1 : entry.rows(state)
      guard wish.lowerBound + 1 <= free else { break }
      shares.append((entry, wish.lowerBound, wish.upperBound))
      free -= wish.lowerBound + 1
    }
    for index in shares.indices.sorted(by: { shares[$0].most < shares[$1].most }) {
      let more = min(free, shares[index].most - shares[index].rows)
      shares[index].rows += more
      free -= more
    }
    return shares.map { ($0.entry, $0.rows) }
  }

  private static func title(of entry: PanelEntry, _ state: DeskState) -> String {
    isHidden(entry, state) && entry.panel == .heatmap ? "lead influence" : entry.title(state)
  }
}
