import TerminalUI

/// The orders that the list can have; one is chosen, and the list opens in it.
enum OrderMenu: OverlayKind {
  static let name = "orders"
  static let action = Action.sortList
  static let uses: ActionPlace? = ActionPlace(
    name: "In this menu", uses: ActionPlace.moves + [(.confirm, "list the records in this order"), (.reverseList, "turn the order round")])

  static func open(by action: Action, in state: inout DeskState) -> [Effect] {
    state.overlay = Overlay(name, state.orders.firstIndex(of: state.list.order) ?? 0)
    return []
  }

  static func apply(_ action: Action, to state: inout DeskState) -> [Effect] {
    let orders = state.orders
    switch action {
    case .confirm:
      state.list.order = orders[min(state.overlay.position, orders.count - 1)]
      return ListOverlay.open(by: .listRecords, in: &state)
    case .reverseList: state.list.isReversed.toggle()
    default: state.overlay.position = min(max(0, state.overlay.position + action.lines(page: orders.count)), orders.count - 1)
    }
    return []
  }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let orders = state.orders
    let rect = OverlayBox.draw(
      title: state.list.isReversed ? "Order, turned round" : "Order", columns: OverlayBox.columns(76, state.size),
      rows: min(state.size.rows - 2, orders.count + 3), state.size, into: &grid)
    let visible = max(1, rect.rows - 1)
    let first = min(max(0, state.overlay.position - visible + 1), max(0, orders.count - visible))
    for (offset, order) in orders.dropFirst(first).prefix(visible).enumerated() {
      let row = rect.row + offset
      let style = OverlayBox.startRow(row, in: rect, isSelected: first + offset == state.overlay.position, into: &grid)
      grid.write(order.words, column: rect.column + 2, row: row, style: style, maxColumns: rect.columns - 2)
    }
    grid.write(
      "\(state.keyName(.confirm)) lists   \(state.keyName(.reverseList)) turns it round   \(state.keyName(.cancel)) closes",
      column: rect.column,
      row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }
}
