import ECG

extension Update {
  /// Leaves out the leads that a line names, or puts back those that are out already; an empty line puts back all.
  static func toggleLeads(named text: String, in state: inout DeskState) -> [Effect] {
    var leads = state.leftOut
    let names = text.split { $0 == " " || $0 == "," }.map(String.init)
    if names.isEmpty { leads = [] }
    for name in names {
      guard let lead = Lead(signalName: name) else {
        state.notice = .failure("'\(name)' is no lead; expected names such as V2, aVL, or V1 V2")
        return [.beep]
      }
      leads.formSymmetricDifference([lead])
    }
    guard leads.count < Lead.allCases.count else {
      state.notice = .failure("a recording without any lead says nothing")
      return [.beep]
    }
    return leaveOut(leads, in: &state)
  }

  /// Asks the model what it says without some leads; without none, its own prediction is shown again.
  static func leaveOut(_ leads: Set<Lead>, in state: inout DeskState) -> [Effect] {
    guard leads != state.leftOut else { return [] }
    state.whatIf = leads.isEmpty ? nil : WhatIf(without: leads, of: state.prediction)
    state.notice = .hint(
      state.whatIf.map { "what if: \($0.words) the model says what the panels show; \(state.keyName(.allLeads)) puts all leads back" }
        ?? "all leads are back")
    return askModel(state)
  }

  /// Starts the line that names leads to leave out.
  static func startLeavingOut(in state: inout DeskState) -> [Effect] {
    guard !state.isHidden(.model), !state.isHidden(.whatIf) else {
      state.notice = .hint("the model is hidden by this study")
      return [.beep]
    }
    guard state.recording != nil else { return [.beep] }
    state.entry = TextEntry(.leads)
    return []
  }

  /// Asks for what the panels lack: the prediction of the window in view, the record's, the window's lead influence.
  static func askModel(_ state: DeskState) -> [Effect] {
    let answers = state.answers
    guard state.recording != nil, answers.failure == nil, !answers.windowSeconds.isEmpty else { return [] }
    let window = state.windowInView
    guard answers.mean == nil || answers.windows[window] == nil || answers.attributions[window] == nil else { return [] }
    return [.predict(PredictionRequest(ticket: state.ticket, window: window, without: state.leftOut))]
  }
}
