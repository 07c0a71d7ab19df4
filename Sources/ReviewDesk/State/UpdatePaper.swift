import TerminalUI

extension Update {
  /// Moves the paper, changes its scale or its layout.
  static func applyToPaper(_ action: Action, to state: inout DeskState) -> [Effect] {
    let span = ViewGeometry(state).spanSeconds(state)
    let duration = state.recording?.durationSeconds ?? 0
    switch action {
    case .panRight: state.paper.startSeconds += span / 5
    case .panLeft: state.paper.startSeconds -= span / 5
    case .pageRight: state.paper.startSeconds += span
    case .pageLeft: state.paper.startSeconds -= span
    case .goStart: state.paper.startSeconds = 0
    case .goEnd: state.paper.startSeconds = duration
    case .zoomTimeIn: stepSpeed(by: 1, in: &state)
    case .zoomTimeOut: stepSpeed(by: -1, in: &state)
    case .gainUp: stepGain(by: 1, in: &state)
    case .gainDown: stepGain(by: -1, in: &state)
    case .scaleReset:
      state.paper.scale.speedMillimetresPerSecond = PaperScale.standard.speedMillimetresPerSecond
      state.paper.scale.gainMillimetresPerMillivolt = PaperScale.standard.gainMillimetresPerMillivolt
    case .cycleLayout: state.paper.layout = ViewGeometry(state).layout.next
    case .toggleGrid: state.paper.showsGrid.toggle()
    case .nextWindow: goToWindow(by: 1, in: &state)
    case .previousWindow: goToWindow(by: -1, in: &state)
    default: break
    }
    clampStart(&state)
    return followWindow(&state)
  }

  /// Keeps the paper's left edge where there is something to see.
  static func clampStart(_ state: inout DeskState) {
    guard let duration = state.recording?.durationSeconds else { return }
    var atStart = state
    atStart.paper.startSeconds = 0
    let span = ViewGeometry(atStart).spanSeconds(atStart)
    state.paper.startSeconds = min(max(0, state.paper.startSeconds), max(0, duration - span))
  }

  /// Asks for the lead attribution of the window in view, where it is not there yet.
  static func followWindow(_ state: inout DeskState) -> [Effect] {
    guard state.prediction.windowSeconds.count > 1, state.recording != nil else { return [] }
    let window = state.windowInView
    return state.prediction.attributions[window] == nil ? [.attribute(window: window, ticket: state.ticket)] : []
  }

  private static func stepSpeed(by direction: Int, in state: inout DeskState) {
    state.paper.scale.speedMillimetresPerSecond = PaperScale.step(
      state.paper.scale.speedMillimetresPerSecond, in: PaperScale.speeds, by: direction)
  }

  private static func stepGain(by direction: Int, in state: inout DeskState) {
    state.paper.scale.gainMillimetresPerMillivolt = PaperScale.step(
      state.paper.scale.gainMillimetresPerMillivolt, in: PaperScale.gains, by: direction)
  }

  private static func goToWindow(by direction: Int, in state: inout DeskState) {
    let windows = state.prediction.windowSeconds
    guard windows.count > 1 else {
      state.notice = .hint("this recording is one window of the network")
      return
    }
    let target = min(max(0, state.windowInView + direction), windows.count - 1)
    let half = (ViewGeometry(state).stretch(state).upperBound - state.paper.startSeconds) / 2
    state.paper.startSeconds = (windows[target].lowerBound + windows[target].upperBound) / 2 - half
  }
}

extension DeskState {
  /// The network's window that the paper shows.
  var windowInView: Int { prediction.window(showing: ViewGeometry(self).stretch(self)) }
}
