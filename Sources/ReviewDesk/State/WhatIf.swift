import ECG
import LabelReview
import TerminalUI

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
  func words(columns: Int) -> String { words.columnCount <= columns ? words : "without \(leads.count) leads" }
}

extension DeskState {
  /// What the panels show: the model's answer to a question where one is asked, else the record's prediction.
  var answers: PredictionState { whatIf?.prediction ?? prediction }

  /// The leads that the model does without.
  var leftOut: Set<Lead> { whatIf?.leads ?? [] }
}
