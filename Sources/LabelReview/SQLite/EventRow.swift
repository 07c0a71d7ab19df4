import Agreement
import ECG
import Foundation
import GRDB

/// One row of the event table with the parts of its study and case that its digest covers, exactly as stored.
///
/// Digests are made from this and never from decoded values, so that a word this program does not know still verifies.
struct EventRow: FetchableRecord {
  var sequence: Int64
  var identifier: String
  var kind: String
  var study: StudyPart
  var studyCase: CasePart
  var reviewer: String
  var verdict: String
  var timeMilliseconds: Int64
  var spentMilliseconds: Int64?
  var visible: String
  var note: String
  var recordingDigest: String?
  var modelDigest: String?
  var probability: Double?
  var programVersion: String
  var undoes: String?
  /// Which fields the digest covers: 1 to 5, see ``EventFields/order(form:hasAnswer:hasFigures:hasStroke:)``.
  var form: Int64 = 2
  var origin: String?
  /// What is said of each statement of a study that relabels, in the form of ``CaseAnswer``.
  var answer: String?
  /// What was measured of the recording, as a JSON object.
  var measured: String?
  /// What was done to the reader's annotations, in the form of ``AnnotationStroke``.
  var annotation: String?
  var previousDigest: Data
  var digest: Data

  /// What an event's digest covers of its study: an edited question would change what every verdict means.
  struct StudyPart {
    var rowID: Int64
    var identifier: String
    var diagnosis: String
    var question: String
    var blinding: String
    var settings: String

    func addQuestion(to fields: inout FieldBytes) {
      for text in [identifier, diagnosis, question] { fields.add(text) }
    }

    func addDrawing(to fields: inout FieldBytes) {
      for text in [blinding, settings] { fields.add(text) }
    }
  }

  /// What an event's digest covers of its case: not the path, which may change when recordings move.
  struct CasePart {
    var rowID: Int64
    var identifier: String
    var record: String
    var repetition: Int64
    var label: String?
    var recordingDigest: String?
    var source: String?

    func addIdentity(to fields: inout FieldBytes) {
      for text in [identifier, record] { fields.add(text) }
      fields.add(repetition)
      fields.add(label)
    }

    func addSource(to fields: inout FieldBytes) {
      for text in [recordingDigest, source] { fields.add(text) }
    }
  }

  /// The digest before the first event.
  static let chainStart = Data(repeating: 0, count: 32)

  /// The digest this row should have: SHA-256 over a tag and the fields of ``EventFields/order(form:hasAnswer:hasFigures:hasStroke:)``.
  func contentDigest() -> Data {
    var hash = FieldHash(tag: EventFields.tag(form: form))
    let order = EventFields.order(form: form, hasAnswer: answer != nil, hasFigures: measured != nil, hasStroke: annotation != nil)
    for field in order { add(field, to: &hash.fields) }
    return hash.finalize()
  }

  private func add(_ field: EventFields, to fields: inout FieldBytes) {
    switch field {
    case .previousDigest: fields.add(previousDigest)
    case .sequence: fields.add(sequence)
    case .identifier: fields.add(identifier)
    case .kind: fields.add(kind)
    case .question: study.addQuestion(to: &fields)
    case .caseIdentity: studyCase.addIdentity(to: &fields)
    case .reviewer: fields.add(reviewer)
    case .verdict: fields.add(verdict)
    case .time: fields.add(timeMilliseconds)
    case .spent: fields.add(spentMilliseconds)
    case .visible: fields.add(visible)
    case .note: fields.add(note)
    case .recordingDigest: fields.add(recordingDigest)
    case .modelDigest: fields.add(modelDigest)
    case .probability: fields.add(probability?.bitPattern)
    case .programVersion: fields.add(programVersion)
    case .undoes: fields.add(undoes)
    case .drawing: study.addDrawing(to: &fields)
    case .caseSource: studyCase.addSource(to: &fields)
    case .origin: fields.add(origin)
    case .answer: fields.add(answer)
    case .measured: fields.add(measured)
    case .annotation: fields.add(annotation)
    }
  }

  /// The event these columns hold.
  ///
  /// - Throws: ``ReviewStoreError/damaged(path:reason:)`` where a word is not one of ours.
  func event(path: String) throws -> VerdictEvent {
    func known<Value>(_ value: Value?, _ column: String) throws -> Value {
      guard let value else { throw ReviewStoreError.damaged(path: path, reason: "event \(sequence) holds an unknown \(column)") }
      return value
    }
    return VerdictEvent(
      id: try known(UUID(uuidString: identifier), "identifier"),
      sequence: Int(sequence),
      kind: try known(VerdictEvent.Kind(rawValue: kind), "kind"),
      studyID: try known(UUID(uuidString: study.identifier), "study"),
      caseID: try known(UUID(uuidString: studyCase.identifier), "case"),
      reviewer: reviewer,
      verdict: try known(Verdict(rawValue: verdict), "verdict"),
      answer: try answer.map { try known(CaseAnswer(form: $0), "answer") },
      measured: try measured.map { try known(MeasuredFigures.read($0), "figure") } ?? [:],
      annotation: try annotation.map { try known(AnnotationStroke(form: $0), "stroke") },
      time: Date(milliseconds: timeMilliseconds),
      seconds: spentMilliseconds.map { Double($0) / 1000 },
      visible: try known(Visible(text: visible), "part of the screen"),
      note: note,
      recordingDigest: recordingDigest.map { RecordingDigest(hexadecimal: $0) },
      modelDigest: modelDigest,
      probability: probability,
      programVersion: programVersion,
      undoes: try undoes.map { try known(UUID(uuidString: $0), "undone event") },
      origin: origin,
      previousDigest: previousDigest.hexadecimal,
      digest: digest.hexadecimal
    )
  }
}

/// What an event's digest covers.
///
/// Texts in UTF-8, whole numbers in decimal digits, a probability as those of its bit pattern, digests of events as they are.
enum EventFields {
  case previousDigest, sequence, identifier, kind
  /// Of its study: identifier, diagnosis and question.
  case question
  /// Of its case: identifier, record, number of the showing, label.
  case caseIdentity
  case reviewer, verdict, time, spent, visible, note, recordingDigest, modelDigest, probability, programVersion, undoes
  /// Of its study: what it hides, and how it came about.
  case drawing
  /// Of its case: the recording's digest and source at sampling.
  case caseSource
  case origin, answer, measured, annotation

  /// The fields in the order in which they are hashed.
  ///
  /// Form 1, of stores made by version 1 of the schema, does not know what the study hides, how it came about, the recording's digest and source at
  /// sampling, and an event's origin. Form 2 has them behind the others. Form 3 is that of an event with an answer, which comes last, form 4 that of one
  /// with measured figures behind it, form 5 that of one with a stroke of annotation behind these.
  static func order(form: Int64, hasAnswer: Bool, hasFigures: Bool, hasStroke: Bool) -> [EventFields] {
    switch (form >= 2, form >= 3 || hasAnswer, form >= 4 || hasFigures, form >= 5 || hasStroke) {
    case (true, false, false, false): second
    case (true, true, false, false): third
    case (true, true, true, false): fourth
    case (true, true, true, true): fifth
    case (let isLater, let hasAnswer, let hasFigures, let hasStroke):
      (isLater ? second : first) + (hasAnswer ? [.answer] : []) + (hasFigures ? [.measured] : []) + (hasStroke ? [.annotation] : [])
    }
  }

  private static let first: [EventFields] = [
    .previousDigest, .sequence, .identifier, .kind, .question, .caseIdentity, .reviewer, .verdict, .time, .spent, .visible, .note,
    .recordingDigest, .modelDigest, .probability, .programVersion, .undoes,
  ]
  private static let second = first + [.drawing, .caseSource, .origin]
  private static let third = second + [.answer]
  private static let fourth = third + [.measured]
  private static let fifth = fourth + [.annotation]

  /// What is hashed before the fields.
  static func tag(form: Int64) -> String { "einthoven-event-\(form)" }
}

extension EventRow {
  /// A row that says nothing yet; its place in the chain is still open.
  init(
    _ kind: VerdictEvent.Kind, identifier: UUID, of study: StudyPart, on studyCase: CasePart, time: Date, programVersion: String
  ) {
    self.init(
      sequence: 0, identifier: identifier.stored, kind: kind.rawValue, study: study, studyCase: studyCase, reviewer: "", verdict: "",
      timeMilliseconds: time.milliseconds, visible: "", note: "", programVersion: programVersion, previousDigest: Self.chainStart,
      digest: Self.chainStart)
  }

  /// Says what a model decides.
  ///
  /// - Parameter form: the decision's answer as it is stored, in a study that relabels.
  mutating func take(_ decision: ModelDecision, form: String?, recordingDigest: RecordingDigest?) {
    reviewer = ReservedRater.model
    verdict = (decision.answer?.summary ?? decision.verdict).rawValue
    answer = form
    modelDigest = decision.modelDigest?.storable
    probability = decision.probability.flatMap(ReviewStore.probability)
    self.recordingDigest = recordingDigest?.description.storable
  }
}

extension Date {
  /// A time from whole milliseconds since 1970 UTC.
  init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }

  /// Whole milliseconds since 1970 UTC, kept within the years 1…9999.
  var milliseconds: Int64 {
    let value = (timeIntervalSince1970 * 1000).rounded()
    guard value.isFinite else { return 0 }
    return Int64(min(max(value, -62_135_596_800_000), 253_402_300_799_999))
  }
}
