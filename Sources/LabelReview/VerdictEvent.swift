import Agreement
import ECG
import Foundation

/// One entry of the store's log.
///
/// Entries are only ever appended; each holds the digest of the one before.
public struct VerdictEvent: Sendable, Hashable, Identifiable {
  /// What happened.
  public enum Kind: String, Sendable, CaseIterable {
    /// A reader gave a verdict.
    case verdict
    /// A reader took back a verdict.
    case undo
    /// The model's decision on a case, written by the program.
    case modelDecision = "model-decision"
    /// A reader uncovered what the study hides on a case; its verdict is the one that stood then and can no more be taken back.
    case reveal
    /// A reader gave a second verdict after uncovering what the study hides.
    case verdictAfterReveal = "verdict-after-reveal"
    /// A verdict on a case on which readers differ, given in sight of theirs.
    case adjudication
    /// A reader annotated the recording: one stroke.
    case annotation

    /// Whether somebody says something of the question: an undo, a reveal and a stroke of annotation do not.
    var givesVerdict: Bool { ![.undo, .reveal, .annotation].contains(self) }
  }

  /// What the log has as the verdict of a stroke, which gives none.
  static let verdictOfStrokes = Verdict.unsure

  /// Identifies the event in every store it is copied to.
  public let id: UUID
  /// Its number in this store's log, from 1.
  public let sequence: Int
  /// What happened.
  public let kind: Kind
  /// The study.
  public let studyID: Study.ID
  /// The case.
  public let caseID: StudyCase.ID
  /// Who: the reader's name, or `model`.
  public let reviewer: String
  /// The verdict given, or by an undo the verdict taken back; of an answer its ``CaseAnswer/summary``.
  public let verdict: Verdict
  /// What is said of each statement, in a study that relabels: by an undo the answer taken back; nil in other studies.
  public let answer: CaseAnswer?
  /// What was measured of the recording, by the names of the quantities, whether or not it was on screen; empty where nothing was.
  public let measured: [String: Double]
  /// What was done to the reader's annotations; nil for all events but strokes, whose verdict says nothing.
  public let annotation: AnnotationStroke?
  /// When, to the millisecond.
  public let time: Date
  /// How long the case was on screen before the verdict, to the millisecond; nil where nobody measured.
  public let seconds: Double?
  /// What was on screen beside the trace.
  public let visible: Visible
  /// The reader's remark, often empty.
  public let note: String
  /// Fingerprint of the recording that was judged.
  public let recordingDigest: RecordingDigest?
  /// Fingerprint of the model that was running.
  public let modelDigest: String?
  /// The model's probability of the diagnosis, 0…1.
  public let probability: Double?
  /// Version of the program that wrote the event.
  public let programVersion: String
  /// By an undo, the event taken back.
  public let undoes: UUID?
  /// Where the event was first written, if not in this store: that store's identifier, the event's number in it, and its digest there.
  public let origin: String?
  /// Digest of the event before, 64 hexadecimal digits; all zero for the first.
  public let previousDigest: String
  /// SHA-256 of this event and the digest before it, 64 hexadecimal digits.
  public let digest: String
}

/// A verdict about to be recorded.
public struct VerdictDraft: Sendable {
  /// A verdict, one after reveal, or an adjudication.
  public var kind: VerdictEvent.Kind
  /// The study.
  public var study: Study
  /// The case judged.
  public var caseID: StudyCase.ID
  /// The reader's name.
  public var reviewer: String
  /// The verdict.
  public var verdict: Verdict
  /// How long the case was on screen; nil where nobody measured.
  public var seconds: Double?
  /// What was on screen beside the trace.
  public var visible: Visible
  /// The reader's remark.
  public var note: String
  /// Fingerprint of the recording that was judged.
  public var recordingDigest: RecordingDigest?
  /// Fingerprint of the model that was running.
  public var modelDigest: String?
  /// The model's probability of the diagnosis, whether or not it was on screen.
  public var probability: Double?
  /// When the verdict was given.
  public var time: Date
  /// What is said of each statement, in a study that relabels; then the verdict is its summary.
  public var answer: CaseAnswer?
  /// What was measured of the recording, by the names of the quantities, whether or not it was on screen.
  public var measured: [String: Double] = [:]
  /// How many strokes of annotation the reader saw that the verdict is on, in a study of annotation; nil where nobody says.
  public var strokes: Int?

  /// A draft of a verdict given now.
  public init(
    kind: VerdictEvent.Kind = .verdict, study: Study, caseID: StudyCase.ID, reviewer: String, verdict: Verdict, seconds: Double? = nil,
    visible: Visible = [], note: String = "", recordingDigest: RecordingDigest? = nil, modelDigest: String? = nil,
    probability: Double? = nil, time: Date = Date()
  ) {
    self.kind = kind
    self.study = study
    self.caseID = caseID
    self.reviewer = reviewer
    self.verdict = verdict
    self.seconds = seconds
    self.visible = visible
    self.note = note
    self.recordingDigest = recordingDigest
    self.modelDigest = modelDigest
    self.probability = probability
    self.time = time
  }

  /// A draft of an answer given now, in a study that relabels.
  public init(
    kind: VerdictEvent.Kind = .verdict, study: Study, caseID: StudyCase.ID, reviewer: String, answer: CaseAnswer, seconds: Double? = nil,
    visible: Visible = [], note: String = "", recordingDigest: RecordingDigest? = nil, modelDigest: String? = nil, time: Date = Date()
  ) {
    self.init(
      kind: kind, study: study, caseID: caseID, reviewer: reviewer, verdict: answer.summary, seconds: seconds, visible: visible, note: note,
      recordingDigest: recordingDigest, modelDigest: modelDigest, time: time)
    self.answer = answer
  }
}

/// The verdict of one rater on one case that counts: the latest that was not taken back.
public struct StandingVerdict: Sendable, Hashable {
  /// The case.
  public let studyCase: StudyCase
  /// The event that stands.
  public let event: VerdictEvent

  /// Who: the reader's name, or `model`.
  public var rater: String { event.reviewer }
  /// The verdict.
  public var verdict: Verdict { event.verdict }
}

/// How far one reader has come in a study.
public struct ReviewerProgress: Sendable, Hashable {
  /// The reader's name.
  public let reviewer: String
  /// Cases with a standing verdict.
  public let judged: Int
  /// Cases in the study.
  public let total: Int
  /// Standing verdicts that say present.
  public let present: Int
  /// Standing verdicts that say absent.
  public let absent: Int
  /// Standing verdicts that say unsure.
  public let unsure: Int
  /// Median of the seconds spent on the standing verdicts; nil where none was measured.
  public let medianSeconds: Double?
  /// Median of the keys that the standing answers cost, in a study that relabels; nil where none were counted.
  public let medianKeys: Double?
  /// Time of the latest standing verdict.
  public let lastVerdictAt: Date
}
