import Agreement
import ECG
import Foundation
import PlainText

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
///
/// What it says lies in one place however many lists hold it, for a study may have many thousand.
public struct StudyCase: Sendable, Hashable, Identifiable {
  /// What a case says; it never changes.
  private final class Content: Sendable {
    let id: UUID
    let position: Int
    let record: String
    let path: String
    let repetition: Int
    let digest: RecordingDigest?
    let isDigestLearned: Bool
    let label: Verdict?
    let labels: CaseAnswer?
    let source: String?

    init(
      id: UUID, position: Int, record: String, path: String, repetition: Int, digest: RecordingDigest?, isDigestLearned: Bool,
      label: Verdict?, labels: CaseAnswer?, source: String?
    ) {
      self.id = id
      self.position = position
      self.record = record
      self.path = path
      self.repetition = repetition
      self.digest = digest
      self.isDigestLearned = isDigestLearned
      self.label = label
      self.labels = labels
      self.source = source
    }
  }

  private let content: Content

  /// Identifies the case in every store the study is copied to.
  public var id: UUID { content.id }
  /// Place in the study, from 0; never changes.
  public var position: Int { content.position }
  /// The record's name.
  public var record: String { content.record }
  /// Where the recording was seen last.
  public var path: String { content.path }
  /// Which showing of the recording this is, from 1: a study may show a recording twice.
  public var repetition: Int { content.repetition }
  /// Fingerprint of the recording, as far as it is known: what the case is, wherever it lies.
  public var digest: RecordingDigest? { content.digest }
  /// What the recording's label says: present, absent, or nil where it has no diagnoses at all, and in a study that relabels.
  public var label: Verdict? { content.label }
  /// What the recording's label says of each statement that a study relabels; nil in other studies.
  public var labels: CaseAnswer? { content.labels }
  /// The data source it comes from, where it is known: the name of its folder when it was sampled.
  public var source: String? { content.source }

  /// The label as it is stored: a verdict's word, or the form of an answer.
  var storedLabel: String? { labels?.form ?? label?.rawValue }

  /// Fingerprint of the recording when the case was added, where it was known.
  public var recordingDigest: RecordingDigest? { content.isDigestLearned ? nil : digest }

  /// Fingerprint of the recording as somebody read it later, where it was not known at first.
  public var learnedDigest: RecordingDigest? { content.isDigestLearned ? digest : nil }

  /// What tells the case's recording from every other: showings of one recording have one key.
  public var recordingKey: RecordingKey { digest.map { .digest($0) } ?? .path(ExactText(path)) }

  init(
    id: UUID, position: Int, record: String, path: String, repetition: Int, recordingDigest: RecordingDigest?,
    learnedDigest: RecordingDigest?, label: Verdict?, labels: CaseAnswer? = nil, source: String?
  ) {
    content = Content(
      id: id, position: position, record: record, path: path, repetition: repetition, digest: recordingDigest ?? learnedDigest,
      isDigestLearned: recordingDigest == nil && learnedDigest != nil, label: label, labels: labels, source: source)
  }

  /// Whether two say the same, wherever they lie.
  public static func == (one: StudyCase, other: StudyCase) -> Bool {
    one.content === other.content
      || one.id == other.id && one.position == other.position && one.record == other.record && one.path == other.path
        && one.repetition == other.repetition && one.digest == other.digest && one.content.isDigestLearned == other.content.isDigestLearned
        && one.label == other.label && one.labels == other.labels && one.source == other.source
  }

  /// By what identifies the case.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// What tells a recording from every other: its digest, or, while nobody has read it, the bytes of its path.
public enum RecordingKey: Sendable, Hashable {
  case digest(RecordingDigest)
  case path(ExactText)
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
  /// What the label says: present or absent; nil (or unsure, which is the same) where the recording has no diagnoses.
  public var label: Verdict?
  /// What the label says of each statement that a study relabels; nil in other studies.
  public var labels: CaseAnswer?
  /// Which showing of the recording this is, from 1.
  public var repetition: Int
  /// What is not known of most cases of a file that was typed: there may be a million of them.
  private var details: Boxed<Details>?

  private struct Details: Sendable {
    var recordingDigest: RecordingDigest?
    var source: String?
    var decision: ModelDecision?
  }

  /// Fingerprint of the recording, where it is known.
  public var recordingDigest: RecordingDigest? {
    get { details?.value.recordingDigest }
    set { set(\.recordingDigest, newValue) }
  }
  /// The data source it comes from, where it is known.
  public var source: String? {
    get { details?.value.source }
    set { set(\.source, newValue) }
  }
  /// What the model decided when the case was sampled.
  public var decision: ModelDecision? {
    get { details?.value.decision }
    set { set(\.decision, newValue) }
  }

  private mutating func set<Value>(_ detail: WritableKeyPath<Details, Value?>, _ value: Value?) {
    if details == nil {
      if value == nil { return }
      details = Boxed(Details())
    }
    details?.value[keyPath: detail] = value
  }

  /// The label as it is stored: a verdict's word, or the form of an answer.
  func storedLabel(_ forms: inout AnswerForms) -> String? {
    if let labels { return forms.form(of: labels) }
    return label == .unsure ? nil : label?.rawValue
  }

  /// A draft.
  public init(
    record: String, path: String, recordingDigest: RecordingDigest? = nil, label: Verdict? = nil, repetition: Int = 1,
    source: String? = nil,
    decision: ModelDecision? = nil
  ) {
    self.record = record
    self.path = path
    self.label = label
    self.repetition = repetition
    if recordingDigest != nil || source != nil || decision != nil {
      details = Boxed(Details(recordingDigest: recordingDigest, source: source, decision: decision))
    }
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
