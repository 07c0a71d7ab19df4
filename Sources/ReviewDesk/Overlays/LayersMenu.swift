import ECGPaper
import TerminalUI

/// The layers of annotations over the traces: each is put on or off.
enum LayersMenu: OverlayKind {
  static let name = "layers"
  static let action = Action.layers
  static let uses: ActionPlace? = ActionPlace(
    name: "In this menu",
    uses: ActionPlace.moves + [
      (.confirm, "the layer selected on or off"), (.allLayers, "all layers of files on or off"),
      (.annotate, "annotate anew, from the layer selected"), (.cancel, "close"),
    ])

  static func apply(_ action: Action, to state: inout DeskState) -> [Effect] {
    let entries = state.layerEntries
    switch action {
    case .confirm:
      guard entries.indices.contains(state.overlay.position) else { return [.beep] }
      state.layers.toggle(entries[state.overlay.position].name)
    case .annotate:
      guard entries.indices.contains(state.overlay.position) else { return [.beep] }
      let name = entries[state.overlay.position].name
      state.overlay = .none
      return Update.annotate(from: name == state.own?.layer.name ? nil : name, in: &state)
    case .allLayers: return Update.toggleAllLayers(in: &state)
    default: state.overlay.position = min(max(0, state.overlay.position + action.lines(page: entries.count)), max(0, entries.count - 1))
    }
    return []
  }

  static func draw(_ state: DeskState, into grid: inout Grid) {
    let entries = state.layerEntries
    let problems = state.isHidden(.labels) ? [] : state.layers.problems
    let count = max(1, entries.count) + problems.count
    let rect = OverlayBox.draw(
      title: "Layers of annotations", columns: OverlayBox.columns(76, state.size), rows: min(state.size.rows - 2, count + 3), state.size,
      into: &grid)
    let visible = max(1, rect.rows - 1)
    let first = min(max(0, state.overlay.position - visible + 1), max(0, count - visible))
    for offset in 0..<min(visible, count - first) {
      let (row, index) = (rect.row + offset, first + offset)
      if entries.indices.contains(index) {
        draw(entries[index], row: row, in: rect, isSelected: index == state.overlay.position, into: &grid)
      } else if problems.indices.contains(index - max(1, entries.count)) {
        grid.write(
          problems[index - max(1, entries.count)], column: rect.column + 2, row: row, style: .ink(.caution), maxColumns: rect.columns - 2)
      } else {
        grid.write("no annotations that this study shows", column: rect.column + 2, row: row, style: .ink(.faint))
      }
    }
    grid.write(
      "\(state.keyName(.confirm)) on or off   \(state.keyName(.allLayers)) all files   \(state.keyName(.cancel)) closes",
      column: rect.column,
      row: rect.endRow - 1, style: .ink(.faint), maxColumns: rect.columns)
  }

  private static func draw(_ entry: LayerEntry, row: Int, in rect: Rect, isSelected: Bool, into grid: inout Grid) {
    let style = OverlayBox.startRow(row, in: rect, isSelected: isSelected, into: &grid)
    let sign = entry.place.sign.map { String(Character($0)) } ?? " "
    grid.write(
      "\(entry.isOn ? "on " : "off")  \(sign) \(entry.name)", column: rect.column + 2, row: row, style: style, maxColumns: rect.columns - 26
    )
    grid.write(entry.contents, column: rect.endColumn - 22, row: row, style: isSelected ? style : .ink(.faint), maxColumns: 22)
  }
}
