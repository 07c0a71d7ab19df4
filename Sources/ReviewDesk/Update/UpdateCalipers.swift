import ECG
import ECGPaper

extension Update {
  /// Calipers on and off, their carets, their march.
  static func applyToCalipers(_ action: Action, to state: inout DeskState) -> [Effect] {
    guard state.recording != nil else { return [.beep] }
    if action == .calipers {
      state.calipers = state.calipers == nil ? placed(in: state) : nil
      clampStart(&state)
      return []
    }
    guard var calipers = state.calipers else {
      state.notice = .hint("no calipers yet: \(state.keyName(.calipers)) sets them")
      return [.beep]
    }
    switch action {
    case .swapCarets: calipers.active = 1 - calipers.active
    case .marchOut: calipers.marchesOut.toggle()
    case .snapToBeat:
      let here = calipers.seconds[calipers.active]
      guard let nearest = state.landmarkSeconds.min(by: { abs($0 - here) < abs($1 - here) }) else { return noBeats(in: &state) }
      calipers.seconds[calipers.active] = nearest
    default: break
    }
    state.calipers = calipers
    return keepCaretInView(ViewGeometry(state), in: &state)
  }

  /// Moves the active caret by dots of the paper, or by samples where a sample is wider than a dot.
  static func moveCaret(byDots dots: Int, in state: inout DeskState) -> [Effect] {
    guard let calipers = state.calipers else { return [] }
    let geometry = ViewGeometry(state)
    return moveCaret(to: calipers.seconds[calipers.active] + Double(dots) * state.caliperStep(geometry), geometry, in: &state)
  }

  /// Moves the active caret to a time; a geometry that is worked out already still holds, wherever the carets are.
  static func moveCaret(to seconds: Double, _ geometry: ViewGeometry? = nil, in state: inout DeskState) -> [Effect] {
    guard var calipers = state.calipers else { return [] }
    calipers.seconds[calipers.active] = min(max(0, seconds), caretLimit(state))
    state.calipers = calipers
    return keepCaretInView(geometry ?? ViewGeometry(state), in: &state)
  }

  /// Turns the paper where the active caret left it.
  private static func keepCaretInView(_ geometry: ViewGeometry, in state: inout DeskState) -> [Effect] {
    guard let calipers = state.calipers, !geometry.layout.isOfBeats else { return [] }
    let time = calipers.seconds[calipers.active]
    let stretch = geometry.stretch
    guard !stretch.contains(time) else { return [] }
    return moveStart(to: time - geometry.spanSeconds / 2, in: &state)
  }

  /// Carets a large box on either side of the first column's middle, or around the R peak of a median beat.
  private static func placed(in state: DeskState) -> Calipers {
    let geometry = ViewGeometry(state)
    let isOfBeats = geometry.layout.isOfBeats
    let width = min(isOfBeats ? BeatPaper.seconds : geometry.paper.drawing.columnSeconds, caretLimit(state))
    let start = isOfBeats ? 0 : state.paper.startSeconds
    return Calipers(start + width / 2 - min(0.2, width / 4), start + width / 2 + min(0.2, width / 4))
  }

  private static func caretLimit(_ state: DeskState) -> Double {
    state.layout.isOfBeats ? BeatPaper.seconds : state.recording?.durationSeconds ?? 0
  }
}
