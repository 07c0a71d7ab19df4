import LabelReview
import TerminalUI

/// The desk's one way of changing: an action or a piece of finished work turns a state into the next and says what the world should do.
public enum Update {
  /// What happens to the desk.
  public enum Event: Sendable {
    case action(Action)
    case message(DeskMessage)
    case resized(Size)
    /// A frame that shows the record of this ticket has reached the screen.
    case shown(ticket: Int)
    /// A key: a letter of a line that is being typed, else the action it is bound to.
    case key(KeyStroke)
    /// A key at a time, in milliseconds of any clock that only goes forward: one that is held down judges once.
    case struck(KeyStroke, atMilliseconds: Int)
    /// The mouse did something.
    case mouse(MouseEvent)
    /// Text pasted into the terminal: never keys.
    case pasted(String)
  }

  /// Changes the state and returns what the world should do, in order.
  public static func apply(_ event: Event, to state: inout DeskState) -> [Effect] { take(event, in: &state) + previewSelected(in: &state) }

  /// Asks for the sheet of the record that has been selected in the list, where the screen has room for it.
  private static func previewSelected(in state: inout DeskState) -> [Effect] {
    guard let selected = state.selectedInList else {
      state.preview = nil
      return []
    }
    guard state.preview?.caseIndex != selected else { return [] }
    state.preview = CasePreview(caseIndex: selected)
    return [.preview(caseIndex: selected)]
  }

  private static func take(_ event: Event, in state: inout DeskState) -> [Effect] {
    switch event {
    case .action(let action): return applyAction(action, to: &state)
    case .message(let message): return applyMessage(message, to: &state)
    case .resized(let size):
      state.size = size
      clampStart(&state)
      return followWindow(&state)
    case .shown(let ticket):
      state.shownTicket = ticket
      if state.minimumViewMilliseconds == 0 { state.viewedTicket = ticket }
      return []
    case .key(let key): return applyKey(key, to: &state)
    case .struck(let key, let milliseconds): return applyStroke(key, at: milliseconds, to: &state)
    case .mouse(let event): return applyMouse(event, to: &state)
    case .pasted(let text): return applyPaste(text, to: &state)
    }
  }

  /// Opens a case: the state for it, and the work it needs.
  public static func open(_ index: Int, in state: inout DeskState) -> [Effect] {
    guard state.cases.indices.contains(index) else { return [] }
    let leaving = leaveEdit(in: &state)
    state.current = index
    state.ticket += 1
    state.loading = .waiting
    state.glimpsedOf = nil
    state.prediction = PredictionState()
    state.whatIf = nil
    state.display = nil
    state.calipers = nil
    state.chosenBeat = nil
    state.layers.forgetRecord()
    state.own = nil
    state.waitingStrokes = nil
    state.savedStrokesClock = nil
    state.paper.startSeconds = 0
    beginRelabelling(in: &state)
    return leaving + [.open(caseIndex: index, ticket: state.ticket)]
  }

  private static func applyAction(_ action: Action, to state: inout DeskState) -> [Effect] {
    switch action {
    case .quit:
      let effects = leave(&state)
      return effects.contains(.quit) ? leaveEdit(in: &state) + effects : effects
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    default: break
    }
    state.ledger.leaving = .no
    if action == .confirm, state.displacement != nil, state.overlay == .none { return [.rescue] }
    defer { if state.notice == .none { sayWhatIsKept(in: &state) } }
    if action == .toggleMouse { return toggleMouse(in: &state) }
    if let kind = state.overlayKind { return apply(action, to: kind, in: &state) }
    state.notice = .none
    if state.edit != nil, let effects = applyToEdit(action, in: &state) { return effects }
    if let kind = state.furniture.overlays.first(where: { $0.action == action || $0.shortcuts.contains(action) }) {
      return kind.open(by: action, in: &state)
    }
    if let entry = state.furniture.panels.first(where: { $0.action == action && $0.isThere(state) }) { return fold(entry, in: &state) }
    if state.relabel != nil, let effects = applyToStatements(action, in: &state) { return effects }
    switch action {
    case .verdictPresent: return judge(.present, in: &state)
    case .verdictAbsent: return judge(.absent, in: &state)
    case .verdictUnsure: return judge(.unsure, in: &state)
    case .undo: return undo(in: &state)
    case .redo: return redo(in: &state)
    case .note: return startNote(in: &state)
    case .flag: return toggleFlag(in: &state)
    case .reveal: return reveal(in: &state)
    case .nextRecord: return step(by: 1, in: &state)
    case .previousRecord: return step(by: -1, in: &state)
    case .nextUnjudged: return openNextUnjudged(in: &state)
    case .cancel where state.calipers != nil:
      state.calipers = nil
      clampStart(&state)
    case .goToCase: state.entry = TextEntry(.caseNumber)
    case .nextFlagged: return openFlagged(after: true, in: &state)
    case .previousFlagged: return openFlagged(after: false, in: &state)
    case .reverseList: state.list.isReversed.toggle()
    case .allClasses: state.listsAllClasses.toggle()
    case .toggleGates: state.showsGates.toggle()
    case .leaveOutLeads: return startLeavingOut(in: &state)
    case .allLeads: return leaveOut([], in: &state)
    case .allLayers: return toggleAllLayers(in: &state)
    case .annotate: return annotate(in: &state)
    case .nextMark, .previousMark, .deleteMark, .markRange, .everyShape, .snapMarks, .bindLead, .writeAnnotations, .takeReader1,
      .takeReader2:
      return refuseEdit("that is done in the edit mode: \(state.keyName(.annotate)) begins it", in: &state)
    case .nextClass: return selectClass(by: 1, in: &state)
    case .previousClass: return selectClass(by: -1, in: &state)
    default: return applyToPaper(action, to: &state)
    }
    return []
  }

  /// Folds away a panel, or brings it back.
  private static func fold(_ entry: PanelEntry, in state: inout DeskState) -> [Effect] {
    guard !entry.needsStudy || state.study != nil else {
      state.notice = .hint("the panel '\(entry.panel.rawValue)' belongs to a study; records are only viewed here")
      return [.beep]
    }
    guard !entry.isHidden(state) else {
      state.notice = .hint("the panel '\(entry.panel.rawValue)' is hidden by this study")
      return [.beep]
    }
    if state.hiddenPanels.remove(entry.panel) == nil { state.hiddenPanels.insert(entry.panel) }
    clampStart(&state)
    return [.savePanels]
  }

  private static func selectClass(by direction: Int, in state: inout DeskState) -> [Effect] {
    guard !state.isHidden(.model) else {
      state.notice = .hint("the model is hidden by this study")
      return [.beep]
    }
    // The order on the screen is by probability, so the selection walks in that order.
    let order = state.classOrder(inWindow: state.windowInView)
    guard let position = order.firstIndex(of: state.selectedClass) else { return [] }
    state.selectedClass = order[(position + direction + order.count) % order.count]
    return []
  }
}
