import ECG
import ECGPaper
import ECGSignal
import TerminalUI

extension Update {
  /// Moves the paper, changes its scale, its layout or its filter.
  static func applyToPaper(_ action: Action, to state: inout DeskState) -> [Effect] {
    switch action {
    case .panRight where state.calipers != nil, .panLeft where state.calipers != nil:
      return moveCaret(byDots: action == .panRight ? 1 : -1, in: &state)
    case .nextBeat: return goToBeat(after: true, in: &state)
    case .previousBeat: return goToBeat(after: false, in: &state)
    case .nextOtherBeat: return goToOtherBeat(after: true, in: &state)
    case .previousOtherBeat: return goToOtherBeat(after: false, in: &state)
    case .panRight: return moveStart(byScreens: 0.2, in: &state)
    case .panLeft: return moveStart(byScreens: -0.2, in: &state)
    case .pageRight: return moveStart(byScreens: 1, in: &state)
    case .pageLeft: return moveStart(byScreens: -1, in: &state)
    case .halfPageRight: return moveStart(byScreens: 0.5, in: &state)
    case .halfPageLeft: return moveStart(byScreens: -0.5, in: &state)
    case .goStart: state.paper.startSeconds = 0
    case .goEnd: state.paper.startSeconds = state.recording?.durationSeconds ?? 0
    case .nextWindow: goToWindow(by: 1, in: &state)
    case .previousWindow: goToWindow(by: -1, in: &state)
    case .jumpToTime: state.entry = TextEntry(.time)
    case .zoomTimeIn: stepSpeed(by: 1, in: &state)
    case .zoomTimeOut: stepSpeed(by: -1, in: &state)
    case .gainUp: stepGain(by: 1, in: &state)
    case .gainDown: stepGain(by: -1, in: &state)
    case .scaleReset: resetScale(in: &state)
    case .fitRecording:
      state.paper.fitsWholeRecording = true
      state.paper.isGainChosen = false
    case .nextFilter: return stepFilter(by: 1, in: &state)
    case .previousFilter: return stepFilter(by: -1, in: &state)
    case .calipers, .swapCarets, .snapToBeat, .marchOut: return applyToCalipers(action, to: &state)
    default: applyToLayout(action, in: &state)
    }
    clampStart(&state)
    return followWindow(&state)
  }

  private static func applyToLayout(_ action: Action, in state: inout DeskState) {
    switch action {
    case .cycleLayout: choose(state.layout.stepped(by: 1, rhythmLead: state.paper.rhythmLead), in: &state)
    case .previousLayout: choose(state.layout.stepped(by: -1, rhythmLead: state.paper.rhythmLead), in: &state)
    case .layoutLimb: choose(.limb, in: &state)
    case .layoutSheet: choose(.threeByFour, in: &state)
    case .layoutBeats: choose(.medianBeats, in: &state)
    case .layoutRhythm: choose(.rhythm, in: &state)
    case .cabrera: state.paper.isCabrera.toggle()
    case .nextLead: stepLead(by: 1, in: &state)
    case .previousLead: stepLead(by: -1, in: &state)
    case .toggleGrid: stepRuling(in: &state)
    case .toggleOverview: state.paper.showsOverview.toggle()
    default: break
    }
  }

  private static func choose(_ layout: LeadLayout, in state: inout DeskState) {
    state.paper.layout = layout
    state.calipers = nil
  }

  /// No grid, large boxes, small ones within them; small ones only where they can be told apart.
  private static func stepRuling(in state: inout DeskState) {
    state.paper.ruling = state.paper.ruling.next
    let scale = ViewGeometry(state).scale
    guard state.paper.ruling.possible(at: scale) != state.paper.ruling else { return }
    state.paper.ruling = .none
    state.notice = .hint(
      "no grid: small boxes need a millimetre of 2 dots, and here it is \(PaperScale.text(scale.dotsPerMillimetre)); see einthoven calibrate"
    )
  }

  /// Moves the paper by a share of the screen.
  ///
  /// Where it lies changes nothing of its span: the geometry is worked out once for each of many keys that come at a time.
  private static func moveStart(byScreens share: Double, in state: inout DeskState) -> [Effect] {
    let span = ViewGeometry(state).spanSeconds
    state.paper.startSeconds = min(max(0, state.paper.startSeconds + share * span), max(0, (state.recording?.durationSeconds ?? 0) - span))
    return followWindow(&state)
  }

  /// Moves the paper's left edge to a time, as far as there is something to see.
  static func moveStart(to seconds: Double, in state: inout DeskState) -> [Effect] {
    state.paper.startSeconds = seconds
    clampStart(&state)
    return followWindow(&state)
  }

  /// Keeps the paper's left edge where there is something to see.
  static func clampStart(_ state: inout DeskState) {
    guard let duration = state.recording?.durationSeconds else { return }
    var atStart = state
    atStart.paper.startSeconds = 0
    let span = ViewGeometry(atStart).spanSeconds
    state.paper.startSeconds = min(max(0, state.paper.startSeconds), max(0, duration - span))
  }

  /// Asks the model about the window that has come into view, where it has not answered yet.
  static func followWindow(_ state: inout DeskState) -> [Effect] {
    state.answers.windowSeconds.count > 1 ? askModel(state) : []
  }

  /// Steps on from the speed in force, which fit may have set.
  private static func stepSpeed(by direction: Int, in state: inout DeskState) {
    let speed = ViewGeometry(state).scale.speedMillimetresPerSecond
    let inForce = state.paper.fitsWholeRecording ? speed : state.paper.scale.speedMillimetresPerSecond
    state.paper.fitsWholeRecording = false
    state.paper.scale.speedMillimetresPerSecond = PaperScale.step(inForce, in: PaperScale.speeds, by: direction)
  }

  /// Steps on from the gain in force; from then on the gain is the reader's and is not reduced.
  private static func stepGain(by direction: Int, in state: inout DeskState) {
    state.paper.scale.gainMillimetresPerMillivolt = PaperScale.step(
      ViewGeometry(state).scale.gainMillimetresPerMillivolt, in: PaperScale.gains, by: direction)
    state.paper.isGainChosen = true
  }

  private static func resetScale(in state: inout DeskState) {
    state.paper.scale.speedMillimetresPerSecond = PaperScale.standard.speedMillimetresPerSecond
    state.paper.scale.gainMillimetresPerMillivolt = PaperScale.standard.gainMillimetresPerMillivolt
    state.paper.fitsWholeRecording = false
    state.paper.isGainChosen = true
  }

  private static func stepLead(by direction: Int, in state: inout DeskState) {
    func neighbour(_ lead: Lead) -> Lead { Lead.allCases[(lead.rawValue + direction + Lead.allCases.count) % Lead.allCases.count] }
    if case .single(let lead) = state.layout { state.paper.layout = .single(neighbour(lead)) }
    state.paper.rhythmLead = neighbour(state.paper.rhythmLead)
    if case .single(let lead)? = state.paper.layout { state.paper.rhythmLead = lead }
  }

  private static func stepFilter(by direction: Int, in state: inout DeskState) -> [Effect] {
    let all = DisplayFilter.allCases
    let index = all.firstIndex(of: state.paper.filter) ?? 0
    state.paper.filter = all[(index + direction + all.count) % all.count]
    return prepareDisplay(state)
  }

  /// Asks for filtered traces and beats, where they are not there yet.
  static func prepareDisplay(_ state: DeskState) -> [Effect] {
    guard state.recording != nil, state.display?.filter != state.paper.filter else { return [] }
    return [.prepareDisplay(state.paper.filter, ticket: state.ticket)]
  }

  private static func goToWindow(by direction: Int, in state: inout DeskState) {
    let windows = state.prediction.windowSeconds
    guard windows.count > 1 else {
      state.notice = .hint("this recording is one window of the network")
      return
    }
    let target = min(max(0, state.windowInView + direction), windows.count - 1)
    let half = (ViewGeometry(state).stretch.upperBound - state.paper.startSeconds) / 2
    state.paper.startSeconds = (windows[target].lowerBound + windows[target].upperBound) / 2 - half
  }
}

extension DeskState {
  /// The network's window that the paper shows.
  var windowInView: Int { ViewGeometry(self).windowInView }
}
