import Agreement
import ECG
import Foundation
import GRDB

extension ReviewStore {
  /// Makes a verdict durable.
  @discardableResult
  public func record(_ draft: VerdictDraft) throws -> VerdictEvent {
    try StudyRules.checkReviewer(draft.reviewer)
    return try write { database in
      var row = try self.newRow(draft.kind, study: draft.study, caseID: draft.caseID, time: draft.time, in: database)
      row.reviewer = draft.reviewer.storableName
      try StudyRules.checkVerdict(draft.kind, on: row.studyCase.record, after: try self.history(of: row, in: database))
      try StudyRules.checkAnswer(draft.answer, to: draft.study, record: row.studyCase.record)
      if let task = draft.study.annotating?.task {
        let strokes = try self.strokes(study: row.study.rowID, studyCase: row.studyCase.rowID, reviewer: row.reviewer, in: database)
        try StudyRules.checkAnnotated(
          draft.verdict, on: row.studyCase.record, for: task, after: strokes, seen: draft.strokes, figures: draft.measured)
      }
      try self.checkRecording(draft.recordingDigest, of: row.studyCase, in: database)
      row.verdict = (draft.answer?.summary ?? draft.verdict).rawValue
      row.answer = draft.answer?.form
      row.measured = MeasuredFigures.text(draft.measured)
      row.spentMilliseconds = draft.seconds.flatMap(Self.milliseconds)
      row.visible = draft.visible.text
      row.note = draft.note.storable
      row.recordingDigest = draft.recordingDigest?.description.storable
      row.modelDigest = draft.modelDigest?.storable
      row.probability = draft.probability.flatMap(Self.probability)
      try row.append(to: database)
      return try row.event(path: self.path)
    }
  }

  /// Notes that a reader uncovers what the study hides on a case.
  public func recordReveal(study: Study, caseID: StudyCase.ID, reviewer: String) throws {
    try StudyRules.checkReviewer(reviewer)
    try write { database in
      var row = try self.newRow(.reveal, study: study, caseID: caseID, time: Date(), in: database)
      row.reviewer = reviewer.storableName
      let history = try self.history(of: row, in: database)
      let isAllowed = study.settings.allowsReveal == true
      guard let standing = try StudyRules.reveal(on: row.studyCase.record, after: history, isAllowed: isAllowed) else { return }
      row.verdict = standing.rawValue
      try row.append(to: database)
    }
  }

  /// Refuses a verdict on other samples than those of the case, and learns what they are where nobody has read them before.
  func checkRecording(_ judged: RecordingDigest?, of studyCase: EventRow.CasePart, in database: Database) throws {
    let find = try database.cachedStatement(sql: "SELECT IFNULL(recording_digest, learned_digest) FROM study_case WHERE id = ?")
    let known = try String.fetchOne(find, arguments: [studyCase.rowID]).map { RecordingDigest(hexadecimal: $0) }
    try StudyRules.checkRecording(judged, isThatOf: known, record: studyCase.record)
    guard known == nil, let judged else { return }
    let learn = try database.cachedStatement(sql: "UPDATE study_case SET learned_digest = ? WHERE id = ?")
    try learn.execute(arguments: [judged.description.storable, studyCase.rowID])
  }

  /// What the rater of a row did on its case, the oldest first.
  private func history(of row: EventRow, in database: Database) throws -> [StudyRules.Entry] {
    let find = try database.cachedStatement(
      sql: """
        SELECT identifier, kind, verdict, undoes FROM event
        WHERE study_id = ? AND kind IN (\(Self.kindsOfReaders)) AND reviewer = ? AND case_id = ? ORDER BY sequence
        """)
    return try Row.fetchAll(find, arguments: [row.study.rowID, row.reviewer, row.studyCase.rowID]).map { try Self.entry($0) }
  }

  /// Named one by one, because the index has the kind before the reviewer and the case.
  private static let kindsOfReaders = VerdictEvent.Kind.allCases.filter { $0 != .modelDecision && $0 != .annotation }.map {
    "'\($0.rawValue)'"
  }
  .joined(separator: ", ")

  /// An entry as the rules see it, of the columns identifier, kind, verdict and undoes.
  static func entry(_ row: Row) throws -> StudyRules.Entry {
    StudyRules.Entry(
      identifier: try row.decode(atIndex: 0), kind: VerdictEvent.Kind(rawValue: try row.decode(atIndex: 1)),
      verdict: Verdict(rawValue: try row.decode(atIndex: 2)), undoes: try row.decode(atIndex: 3))
  }

  /// Takes back a reviewer's latest verdict of some kinds.
  public func undo(study: Study, reviewer: String, kinds: [VerdictEvent.Kind]) throws -> VerdictEvent? {
    try StudyRules.checkReviewer(reviewer)
    return try write { database in
      guard var row = try self.latest(kinds, of: study, by: reviewer.storableName, in: database) else { return nil }
      let entry = StudyRules.Entry(identifier: row.identifier, kind: VerdictEvent.Kind(rawValue: row.kind), verdict: nil)
      try StudyRules.Undo.check(entry, on: row.studyCase.record, in: try self.history(of: row, in: database))
      row.undoes = row.identifier
      row.identifier = UUID().uuidString
      row.kind = VerdictEvent.Kind.undo.rawValue
      row.timeMilliseconds = Date().milliseconds
      row.spentMilliseconds = nil
      row.note = ""
      row.measured = nil
      row.annotation = nil
      row.programVersion = self.programVersion
      row.origin = nil
      try row.append(to: database)
      return try row.event(path: self.path)
    }
  }

  /// The event that taking back takes back.
  private func latest(
    _ kinds: [VerdictEvent.Kind], of study: Study, by reviewer: String, in database: Database
  ) throws -> EventRow? {
    // Backwards through the log itself, which ends soon: the reader's latest is near its end. The index has them by case.
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT identifier, kind, verdict, undoes, sequence FROM event WHERE +study_id = ? AND +reviewer = ? ORDER BY sequence DESC
        """,
      arguments: [try row(of: study, in: database), reviewer])
    var search = StudyRules.Undo(of: kinds)
    while let row = try rows.next() {
      guard search.finds(try Self.entry(row)) else { continue }
      let sequence: Int64 = try row.decode(atIndex: 4)
      return try EventRow.fetchOne(database, sql: "\(EventRow.selection) WHERE event.sequence = ?", arguments: [sequence])
    }
    return nil
  }

  /// Records what the model decides on a case, where that is news.
  public func recordModelDecision(_ decision: ModelDecision, study: Study, caseID: StudyCase.ID) throws {
    let isNews = { (database: Database) in
      StudyRules.isNews(decision, after: try self.latestModelDecision(study: study, caseID: caseID, in: database))
    }
    // Readers step through cases fast: no waiting for the write lock where there is nothing to write.
    guard try read(isNews) else { return }
    try write { database in
      guard try isNews(database) else { return }
      var row = try self.newRow(.modelDecision, study: study, caseID: caseID, time: Date(), in: database)
      row.take(decision, form: decision.answer?.form, recordingDigest: nil)
      try row.append(to: database)
    }
  }

  private func latestModelDecision(study: Study, caseID: StudyCase.ID, in database: Database) throws -> ModelDecision? {
    let row = try EventRow.fetchOne(
      database,
      sql: """
        \(EventRow.selection) WHERE event.study_id = ? AND event.kind = ? AND event.reviewer = ? AND event.case_id =
          (SELECT id FROM study_case WHERE identifier = ?)
        ORDER BY event.sequence DESC LIMIT 1
        """,
      arguments: [try row(of: study, in: database), VerdictEvent.Kind.modelDecision.rawValue, ReservedRater.model, caseID.uuidString]
    )
    return row.flatMap { row in
      Verdict(rawValue: row.verdict).map {
        ModelDecision(
          verdict: $0, probability: row.probability, modelDigest: row.modelDigest, answer: row.answer.flatMap(CaseAnswer.init(form:)))
      }
    }
  }

  /// A row about a case with everything that does not depend on the kind of event; its place in the chain is still open.
  func newRow(_ kind: VerdictEvent.Kind, study: Study, caseID: StudyCase.ID, time: Date, in database: Database) throws -> EventRow {
    let find = try database.cachedStatement(
      sql: """
        SELECT study_case.*, study.identifier AS study_identifier, study.diagnosis, study.question, study.blinding, study.settings
        FROM study_case JOIN study ON study.id = study_case.study_id
        WHERE study_case.identifier = ? AND study.identifier = ?
        """)
    let found = try Row.fetchOne(find, arguments: [caseID.uuidString, study.id.uuidString])
    guard let found else { throw ReviewStoreError.unknownCase(caseID.uuidString, study: study.name) }
    return EventRow(
      kind, identifier: UUID(),
      of: EventRow.StudyPart(
        rowID: try found.decode(forColumn: "study_id"), identifier: try found.decode(forColumn: "study_identifier"),
        diagnosis: try found.decode(forColumn: "diagnosis"), question: try found.decode(forColumn: "question"),
        blinding: try found.decode(forColumn: "blinding"), settings: try found.decode(forColumn: "settings")
      ),
      on: EventRow.CasePart(
        rowID: try found.decode(forColumn: "id"), identifier: try found.decode(forColumn: "identifier"),
        record: try found.decode(forColumn: "record"), repetition: try found.decode(forColumn: "repetition"),
        label: try found.decode(forColumn: "label"), recordingDigest: try found.decode(forColumn: "recording_digest"),
        source: try found.decode(forColumn: "source")
      ),
      time: time, programVersion: programVersion
    )
  }

  /// Whole milliseconds of a span; nil where it is not a span of time.
  static func milliseconds(_ seconds: Double) -> Int64? {
    guard seconds >= 0, seconds < 1e12 else { return nil }
    return Int64((seconds * 1000).rounded())
  }

  /// A probability as SQLite keeps it, which knows neither NaN nor minus zero; nil where it is none.
  static func probability(_ value: Double) -> Double? {
    (0...1).contains(value) ? value + 0.0 : nil
  }
}
