import ECG
import TerminalUI

extension Update {
  /// The mouse on or off.
  static func toggleMouse(in state: inout DeskState) -> [Effect] {
    state.usesMouse.toggle()
    state.isDraggingCaret = false
    state.notice = .hint(
      state.usesMouse
        ? "mouse on; to select text hold shift, or \(state.keyName(.toggleMouse)) turns it off"
        : "mouse off: the terminal selects text again")
    return [.reportMouse(state.usesMouse)]
  }

  /// What the mouse does: it opens a record, selects a class, drags a caret and pans.
  ///
  /// It never gives a verdict, and while a line is typed it does nothing.
  static func applyMouse(_ event: MouseEvent, to state: inout DeskState) -> [Effect] {
    guard state.usesMouse, state.entry == nil, ViewGeometry(state).isLargeEnough else { return [] }
    if state.ledger.leaving == .asked { state.ledger.leaving = .no }
    switch event.kind {
    case .wheelUp: return wheel(by: -1, in: &state)
    case .wheelDown: return wheel(by: 1, in: &state)
    case .release:
      state.isDraggingCaret = false
      return []
    case .drag: return state.isDraggingCaret ? dragCaret(to: event, in: &state) : []
    case .press: return press(event, in: &state)
    }
  }

  private static func wheel(by direction: Int, in state: inout DeskState) -> [Effect] {
    guard let kind = state.overlayKind else {
      let step = ViewGeometry(state).spanSeconds / 5
      return moveStart(to: state.paper.startSeconds + Double(direction) * step, in: &state)
    }
    // In whatever lies over the traces the wheel moves as three strokes of the key that goes to the next or previous line.
    for _ in 0..<3 { _ = apply(direction > 0 ? .nextRecord : .previousRecord, to: kind, in: &state) }
    return []
  }

  private static func press(_ event: MouseEvent, in state: inout DeskState) -> [Effect] {
    if let kind = state.overlayKind { return kind.press(column: event.column, row: event.row, in: &state) }
    let geometry = ViewGeometry(state)
    for place in geometry.panels(state) where place.inside.contains(column: event.column, row: event.row) && !place.entry.isHidden(state) {
      if place.entry.press?(event.row - place.inside.row, place.inside, geometry, &state) == true { return [] }
    }
    return grabCaret(at: event, geometry, in: &state)
  }

  // MARK: Calipers

  /// How far from a caret, in columns, a press still takes hold of it.
  private static let reach = 2.0

  private static func grabCaret(at event: MouseEvent, _ geometry: ViewGeometry, in state: inout DeskState) -> [Effect] {
    guard let calipers = state.calipers, let time = time(at: event, geometry, state) else { return [] }
    let columns = calipers.seconds.map { abs($0 - time) * geometry.scale.dotsPerSecond / Double(BrailleCanvas.dotsAcross) }
    guard let nearest = columns.indices.min(by: { columns[$0] < columns[$1] }), columns[nearest] <= reach else { return [] }
    state.calipers?.active = nearest
    state.isDraggingCaret = true
    return []
  }

  private static func dragCaret(to event: MouseEvent, in state: inout DeskState) -> [Effect] {
    guard let time = time(at: event, ViewGeometry(state), state) else { return [] }
    return moveCaret(to: time, in: &state)
  }

  /// The time that the paper shows in the middle of a cell; nil beside the traces.
  private static func time(at event: MouseEvent, _ geometry: ViewGeometry, _ state: DeskState) -> Double? {
    let plot = geometry.plot
    guard plot.contains(column: event.column, row: event.row) else { return nil }
    let column = event.column - plot.column
    let dotRow = (event.row - plot.row) * BrailleCanvas.dotsDown
    let lane = geometry.lanes.first {
      $0.columns.contains(column) && $0.dotRows.contains(dotRow) && ($0.content == .medianBeat) == geometry.layout.isOfBeats
    }
    return lane.map {
      $0.startSeconds + (Double(column - $0.columns.lowerBound) + 0.5) * Double(BrailleCanvas.dotsAcross) / $0.scale.dotsPerSecond
    }
  }
}
