import Agreement
import ECG
import Foundation

/// A question put to readers about a list of cases.
public struct Study: Sendable, Hashable, Identifiable {
  /// Identifies the study in every store it is copied to.
  public let id: UUID
  /// The name people use; unique in a store.
  public let name: String
  /// SNOMED CT code of the diagnosis asked about.
  public let diagnosisCode: String
  /// The question as the reader sees it.
  public let question: String
  /// What the study hides from its readers.
  public let blinding: Visible
  /// When it was made, to the millisecond.
  public let createdAt: Date
  /// How the study came about and how it is judged.
  public let settings: StudySettings
  /// The settings exactly as stored: a JSON object with a `version`.
  public let settingsJSON: String

  /// Whether the cases were drawn by a model's outcomes; such a study takes no further cases.
  public var isSampled: Bool { settings.sampling != nil }
}

/// One case of a study: a recording shown to readers for a verdict.
public struct StudyCase: Sendable, Hashable, Identifiable {
  /// Identifies the case in every store the study is copied to.
  public let id: UUID
  /// Place in the study, from 0; never changes.
  public let position: Int
  /// The record's name.
  public let record: String
  /// Where the recording was seen last.
  public let path: String
  /// Which showing of the recording this is, from 1: a study may show a recording twice.
  public let repetition: Int
  /// Fingerprint of the recording when the case was added, where it was known.
  public let recordingDigest: RecordingDigest?
  /// Fingerprint of the recording as somebody read it later, where it was not known at first.
  public let learnedDigest: RecordingDigest?
  /// What the recording's label says: present, absent, or nil where it has no diagnoses at all, and in a study that relabels.
  public let label: Verdict?
  /// What the recording's label says of each statement that a study relabels; nil in other studies.
  public let labels: CaseAnswer?
  /// The data source it comes from, where it is known: the name of its folder when it was sampled.
  public let source: String?

  /// The label as it is stored: a verdict's word, or the form of an answer.
  var storedLabel: String? { labels?.form ?? label?.rawValue }

  /// Fingerprint of the recording, as far as it is known: what the case is, wherever it lies.
  public var digest: RecordingDigest? { recordingDigest ?? learnedDigest }

  /// What tells the case's recording from every other: showings of one recording have one key.
  public var recordingKey: RecordingKey { digest.map { .digest($0) } ?? .path(Array(path.utf8)) }
}

/// What tells a recording from every other: its digest, or, while nobody has read it, the bytes of its path.
public enum RecordingKey: Sendable, Hashable {
  case digest(RecordingDigest)
  case path([UInt8])
}

/// A study about to be made or resumed.
public struct StudyDraft: Sendable {
  /// The name to make or resume.
  public var name: String
  /// SNOMED CT code of the diagnosis asked about.
  public var diagnosisCode: String
  /// The question as the reader will see it.
  public var question: String
  /// What to hide from the readers.
  public var blinding: Visible
  /// Its cases in order.
  public var cases: [CaseDraft]
  /// How it came about and how it is judged.
  public var settings: StudySettings

  /// A draft that hides nothing unless told to.
  public init(
    name: String, diagnosisCode: String, question: String, blinding: Visible = [], cases: [CaseDraft],
    settings: StudySettings = StudySettings()
  ) {
    self.name = name
    self.diagnosisCode = diagnosisCode
    self.question = question
    self.blinding = blinding
    self.cases = cases
    self.settings = settings
  }
}

/// A case about to be added to a study.
public struct CaseDraft: Sendable {
  /// The record's name.
  public var record: String
  /// Where it is, in one spelling (absolute, without links), since two drafts with one path are one case.
  public var path: String
  /// Fingerprint of the recording, where it is known.
  public var recordingDigest: RecordingDigest?
  /// What the label says: present or absent; nil (or unsure, which is the same) where the recording has no diagnoses.
  public var label: Verdict?
  /// What the label says of each statement that a study relabels; nil in other studies.
  public var labels: CaseAnswer?
  /// Which showing of the recording this is, from 1.
  public var repetition: Int
  /// The data source it comes from, where it is known.
  public var source: String?
  /// What the model decided when the case was sampled.
  public var decision: ModelDecision?

  /// The label as it is stored: a verdict's word, or the form of an answer.
  var storedLabel: String? { labels?.form ?? (label == .unsure ? nil : label?.rawValue) }

  /// A draft.
  public init(
    record: String, path: String, recordingDigest: RecordingDigest? = nil, label: Verdict? = nil, repetition: Int = 1,
    source: String? = nil,
    decision: ModelDecision? = nil
  ) {
    self.record = record
    self.path = path
    self.recordingDigest = recordingDigest
    self.label = label
    self.repetition = repetition
    self.source = source
    self.decision = decision
  }
}

/// What a model says about a diagnosis in one recording.
public struct ModelDecision: Sendable, Hashable {
  /// Present or absent.
  public var verdict: Verdict
  /// The probability behind it, 0…1, where it is known.
  public var probability: Double?
  /// Digest of the model, where it is known.
  public var modelDigest: String?
  /// What it decides on each statement of a relabelling study; nil of one question's.
  public var answer: CaseAnswer?

  /// A decision.
  public init(verdict: Verdict, probability: Double? = nil, modelDigest: String? = nil, answer: CaseAnswer? = nil) {
    self.verdict = verdict
    self.probability = probability
    self.modelDigest = modelDigest
    self.answer = answer
  }
}
