import Agreement
import Classification
import ECG
import ECGPaper
import ECGSignal
import Foundation
import LabelReview
import SEResNet

/// What finished work reports to the desk.
///
/// Whatever concerns a record carries the ticket of the opening that asked for it.
public enum DeskMessage: Sendable {
  case loaded(ticket: Int, LoadedRecording)
  /// The beginning of a long recording, which has so many samples, to be looked at while the rest is read.
  case glimpsed(ticket: Int, LoadedRecording, ofSamples: Int)
  case loadingFailed(ticket: Int, String)
  case displayReady(ticket: Int, DisplayTraces)
  /// What the annotators beside the record marked, which files cannot be read as annotations, and the lead of each of the record's signals.
  case annotated(ticket: Int, [AnnotationLayer], problems: [String], leadOfSignal: [Lead?] = [])
  case prepared(ticket: Int, windowSeconds: [ClosedRange<Double>])
  case windowJudged(PredictionRequest, [ClassPrediction])
  case judged(PredictionRequest, Ensemble.Judgement)
  case attributed(PredictionRequest, LeadAttribution)
  case predictionFailed(ticket: Int, String)
  /// The record of this ticket has been on the screen for as long as a verdict needs.
  case viewed(ticket: Int)
  /// The key of this number has waited long enough.
  case strokeSettled(Int)
  case saved(caseIndex: Int, Verdict, at: Date, seconds: Double? = nil)
  case undone(caseIndex: Int, takenBack: Verdict, standing: Verdict?, answers: UndoneAnswers? = nil)
  /// A verdict was taken back whose case is not on this desk.
  case undoneElsewhere(Verdict)
  case nothingToUndo
  case revealed(caseIndex: Int)
  /// A verdict, or taking one back, has failed; nothing has changed on disk.
  case storeFailed(String)
  /// What the model decides on cases that may never have been opened, by their places; so many of all records are done.
  case foreseen([Int: ModelDecision], threshold: Double?, done: Int, of: Int)
  /// What was measured of recordings that may never have been opened, by their places.
  case measured([Int: RecordingFigures])
  /// The record that is selected in the list is there, or cannot be shown.
  case previewed(caseIndex: Int, CasePreview.Content)
  /// The record at the first place holds the same samples as the one at the second.
  case twins(Int, Int)
  /// The store's file is gone or another one: so many verdicts are kept at the desk, and nothing has changed on disk.
  case storeDisplaced(String, kept: Int)
  /// Verdicts that were kept are on disk, in the store at the place, by the places of their cases; and all of the reader's that stand there.
  case rescued([Int: Verdict], place: String, standing: StandingOnDesk)
  /// The model's decision on a case could not be stored; that concerns no verdict.
  case decisionFailed(String)
  case flagsFailed(String)
  /// What the reader did to the annotations of the case of this ticket, as the store holds it.
  case strokes(ticket: Int, StoredStrokes)
  /// What the study's readers marked on the case of this ticket, for somebody who settles where they differ.
  case readerMarks(ticket: Int, [ReaderMarks])
  /// A stroke is on disk, the count-th of the reader on the case.
  case strokeSaved(caseIndex: Int, count: Int, at: Date)
  /// A stroke could not be saved; nothing has changed on disk.
  case strokeFailed(caseIndex: Int, String)
  /// The reader's annotations are in a file: which, in words.
  case annotationsWritten(String)
  case annotationsNotWritten(String)
}

/// A reader's verdicts that a store holds, by the places of their cases on the desk.
public struct StandingOnDesk: Sendable, Equatable {
  /// The verdicts.
  let verdicts: [Int: Verdict]
  /// The second ones, after what the study hides was uncovered.
  let afterReveal: [Int: Verdict]

  /// Verdicts that stand.
  public init(verdicts: [Int: Verdict], afterReveal: [Int: Verdict] = [:]) {
    self.verdicts = verdicts
    self.afterReveal = afterReveal
  }
}

/// What the store holds of a reader's annotations of a case.
public struct StoredStrokes: Sendable, Equatable, ExpressibleByArrayLiteral {
  /// The strokes, the oldest first.
  public let strokes: [AnnotationStroke]
  /// How many there were when the case was said to be done, in a study of annotation; nil where it is not.
  public let done: Int?

  /// Strokes.
  public init(_ strokes: [AnnotationStroke], done: Int? = nil) {
    self.strokes = strokes
    self.done = done
  }

  /// Strokes on a case that is not done.
  public init(arrayLiteral strokes: AnnotationStroke...) { self.init(strokes) }
}

/// What one reader marked on a recording and was done with.
public struct ReaderMarks: Sendable, Equatable {
  /// The reader's name.
  public let reader: String
  /// The marks, in order of time.
  public let annotations: [Annotation]

  /// Marks of a reader.
  public init(reader: String, annotations: [Annotation]) {
    self.reader = reader
    self.annotations = annotations
  }
}

/// A stroke to be made durable, with all that is stored with it but the clock and the digest of the recording.
public struct StrokeOrder: Sendable, Equatable {
  /// The case's place on the desk.
  public let caseIndex: Int
  /// The case.
  public let studyCase: StudyCase
  /// What was done.
  public let stroke: AnnotationStroke
  /// How many strokes came before.
  public let after: Int
  /// What was on the screen beside the trace.
  public let visible: Visible
}

/// The answers before and after one was taken back, in a study that relabels.
public struct UndoneAnswers: Sendable, Equatable {
  /// The one taken back.
  public let takenBack: CaseAnswer?
  /// The one that stands again.
  public let standing: CaseAnswer?
}

/// A verdict to be made durable, with all that is stored with it but the clock and the digests of recording and model.
public struct VerdictOrder: Sendable, Equatable {
  /// The case's place on the desk.
  public let caseIndex: Int
  /// The case.
  public let studyCase: StudyCase
  /// A first verdict, one after reveal, or an adjudication.
  public let kind: VerdictEvent.Kind
  /// The verdict.
  public let verdict: Verdict
  /// The reader's remark.
  public let note: String
  /// What was on the screen beside the trace.
  public let visible: Visible
  /// The model's probability of the diagnosis asked about, whether or not it was on the screen; nil where it has not answered.
  public let probability: Double?
  /// What was measured of the recording, by the names of the quantities, whether or not it was on the screen; empty where nothing was.
  public var measured: [String: Double] = [:]
  /// What is said of each statement, in a study that relabels.
  public var answer: CaseAnswer?
  /// How many strokes of annotation the verdict is on, in a study of annotation.
  public var strokes: Int?
}

/// What the model is asked: about which opening of a record, which window first, and which leads are left out.
public struct PredictionRequest: Sendable, Hashable {
  /// The opening of a record.
  public let ticket: Int
  /// The window in view.
  public let window: Int
  /// Leads that are zero for the network.
  public let without: Set<Lead>

  /// A request.
  public init(ticket: Int, window: Int, without: Set<Lead> = []) {
    self.ticket = ticket
    self.window = window
    self.without = without
  }
}

/// What the desk asks of the world; the shell does it and decides nothing.
public enum Effect: Sendable, Equatable {
  /// Read the current case and prepare it for the model.
  case open(caseIndex: Int, ticket: Int)
  /// Ask the model about the open case.
  case predict(PredictionRequest)
  /// Filter the open case's traces and find its beats, for the eye alone; of a long recording those on the paper first.
  case prepareDisplay(DisplayFilter, ticket: Int)
  /// Read a case for the sheet beside the list.
  case preview(caseIndex: Int)
  /// Write down which cases are flagged.
  case saveFlags
  /// Remember which panels are folded away.
  case savePanels
  /// Make a verdict durable.
  case save(VerdictOrder)
  /// Take back the reviewer's last verdict.
  case undo
  /// Make a stroke of annotation durable.
  case saveStroke(StrokeOrder)
  /// Read what the store holds of the reader's annotations of a case.
  case loadStrokes(caseIndex: Int, ticket: Int)
  /// Write the reader's annotations of a case into a file beside its record, from the store.
  case writeAnnotations(caseIndex: Int)
  /// Write the verdicts that were kept into the store that is there, if it is the same, or a new one beside it.
  case rescue
  /// Note that the reviewer uncovers what the study hides on a case.
  case reveal(caseIndex: Int)
  /// Write the model's decision on a case into the study, with the model's digest.
  case recordModelDecision(caseIndex: Int, ModelDecision)
  /// Report after some time that a key has waited.
  case settleStroke(Int, afterMilliseconds: Int)
  /// Whether the terminal reports the mouse.
  case reportMouse(Bool)
  case beep
  case redraw
  case suspend
  case quit
}
