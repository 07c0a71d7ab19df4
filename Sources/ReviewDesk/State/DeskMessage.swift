import Classification
import ECGSignal
import Foundation
import LabelReview
import SEResNet

/// What finished work reports to the desk.
///
/// Whatever concerns a record carries the ticket of the opening that asked for it.
public enum DeskMessage: Sendable {
  case loaded(ticket: Int, LoadedRecording)
  case loadingFailed(ticket: Int, String)
  case displayReady(ticket: Int, DisplayTraces)
  case prepared(ticket: Int, windowSeconds: [ClosedRange<Double>])
  case windowJudged(PredictionRequest, [ClassPrediction])
  case judged(PredictionRequest, Ensemble.Judgement)
  case attributed(PredictionRequest, LeadAttribution)
  case predictionFailed(ticket: Int, String)
  case saved(caseIndex: Int, Verdict, at: Date, seconds: Double? = nil)
  case undone(caseIndex: Int, takenBack: Verdict, standing: Verdict?)
  /// A verdict was taken back whose case is not on this desk.
  case undoneElsewhere(Verdict)
  case nothingToUndo
  case revealed(caseIndex: Int)
  /// A verdict, or taking one back, has failed; nothing has changed on disk.
  case storeFailed(String)
  /// The model's decision on a case could not be stored; that concerns no verdict.
  case decisionFailed(String)
  case flagsFailed(String)
}

/// What the desk asks of the world; ``DeskWorker`` and ``ReviewDesk`` do it.
public enum Effect: Sendable, Equatable {
  /// Read the current case and prepare it for the model.
  case open(caseIndex: Int, ticket: Int)
  /// Ask the model about the open case.
  case predict(PredictionRequest)
  /// Filter the open case's traces and find its beats, for the eye alone.
  case prepareDisplay(DisplayFilter, ticket: Int)
  /// Write down which cases are flagged.
  case saveFlags
  /// Remember which panels are folded away.
  case savePanels
  /// Make a verdict durable.
  case save(Verdict, caseIndex: Int)
  /// Take back the reviewer's last verdict.
  case undo
  /// Note that the reviewer uncovers what the study hides on a case.
  case reveal(caseIndex: Int)
  /// Write the model's decision on a case into the study.
  case recordModelDecision(caseIndex: Int, isPresent: Bool, probability: Double)
  /// Whether the terminal reports the mouse.
  case reportMouse(Bool)
  case beep
  case redraw
  case suspend
  case quit
}
