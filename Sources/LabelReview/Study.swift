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
  /// How the study came about, as a JSON object with a `version`: the sampling frame, seed and order of a sampled study go here.
  public let settingsJSON: String

  /// Row in the store; means nothing outside it.
  let rowID: Int64
}

/// One case of a study: a recording shown to readers for a verdict.
public struct StudyCase: Sendable, Hashable, Identifiable {
  /// Identifies the case in every store the study is copied to.
  public let id: UUID
  /// Place in the study, from 0; never changes.
  public let position: Int
  /// The record's name.
  public let record: String
  /// Where the recording was when the case was added.
  public let path: String
  /// Which showing of the recording this is, from 1: a study may show a recording twice.
  public let repetition: Int
  /// Fingerprint of the recording when the case was added, where it was known.
  public let recordingDigest: RecordingDigest?
  /// What the recording's label says: present, absent, or nil where it has no diagnoses at all.
  public let label: Verdict?

  /// Row in the store; means nothing outside it.
  let rowID: Int64
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

  /// A draft that hides nothing unless told to.
  public init(name: String, diagnosisCode: String, question: String, blinding: Visible = [], cases: [CaseDraft]) {
    self.name = name
    self.diagnosisCode = diagnosisCode
    self.question = question
    self.blinding = blinding
    self.cases = cases
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

  /// A draft.
  public init(record: String, path: String, recordingDigest: RecordingDigest? = nil, label: Verdict? = nil) {
    self.record = record
    self.path = path
    self.recordingDigest = recordingDigest
    self.label = label
  }
}
