import ECG
import LabelReview

/// A question to the model, what it would say if some leads were not there.
///
/// The leads are zero for the network, as absent ones are. The record's own prediction is kept beside it and comes back at once.
public struct WhatIf: Sendable {
  /// The leads that are left out.
  public let leads: Set<Lead>
  /// What the model says without them.
  public var prediction: PredictionState

  /// A question that has no answer yet, about the windows of a prediction.
  init(without leads: Set<Lead>, of prediction: PredictionState) {
    self.leads = leads
    self.prediction = PredictionState()
    self.prediction.windowSeconds = prediction.windowSeconds
    self.prediction.failure = prediction.failure
  }

  /// The question in words: `without V2 V3`.
  var words: String { "without " + leads.sorted().map(\.name).joined(separator: " ") }

  /// The question in so many columns: `without 7 leads` where their names take more; the paper marks them.
  func words(columns: Int) -> String { words.count <= columns ? words : "without \(leads.count) leads" }
}

extension DeskState {
  /// What the panels show: the model's answer to a question where one is asked, else the record's prediction.
  var answers: PredictionState { whatIf?.prediction ?? prediction }

  /// The leads that the model does without.
  var leftOut: Set<Lead> { whatIf?.leads ?? [] }
}

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
      state.whatIf.map { "what if: \($0.words) the model says what the panels show; \(keyName(.allLeads, state)) puts all leads back" }
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
