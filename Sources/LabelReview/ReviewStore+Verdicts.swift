import Agreement
import ECG
import Foundation
import GRDB

extension ReviewStore {
  /// Records a verdict, one after reveal, or an adjudication, as the draft's kind says.
  ///
  /// It is on disk when this returns, and stands in place of the reviewer's earlier one of its kind on the case, which the log keeps.
  ///
  /// - Throws: ``ReviewStoreError``, also where a first verdict would follow a reveal or a second one precede it; nothing was recorded then.
  public func record(_ draft: VerdictDraft) throws -> VerdictEvent {
    try Self.checkReviewer(draft.reviewer)
    return try write { database in
      var row = try self.newRow(draft.kind, study: draft.study, caseID: draft.caseID, time: draft.time, in: database)
      let isRevealed = try self.isRevealed(caseRowID: row.studyCase.rowID, study: draft.study, reviewer: draft.reviewer, in: database)
      if draft.kind == .verdict, isRevealed { throw ReviewStoreError.alreadyRevealed(record: row.studyCase.record) }
      if draft.kind == .verdictAfterReveal, !isRevealed { throw ReviewStoreError.notRevealed(record: row.studyCase.record) }
      row.reviewer = draft.reviewer.storableName
      row.verdict = draft.verdict.rawValue
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
  ///
  /// From now on the reader's verdict stands, and a second one may follow.
  ///
  /// - Throws: ``ReviewStoreError/revealNotAllowed(record:)`` in a study that does not allow it, or before the reader's verdict.
  public func recordReveal(study: Study, caseID: StudyCase.ID, reviewer: String) throws {
    try Self.checkReviewer(reviewer)
    try write { database in
      var row = try self.newRow(.reveal, study: study, caseID: caseID, time: Date(), in: database)
      let caseRowID = row.studyCase.rowID
      if try self.isRevealed(caseRowID: caseRowID, study: study, reviewer: reviewer, in: database) { return }
      let standing = try String.fetchOne(
        database,
        sql: """
          SELECT verdict FROM event WHERE sequence =
            (SELECT MAX(sequence) \(EventRow.notUndone) AND reviewer = :reviewer AND case_id = :case)
          """,
        arguments: [
          "study": study.rowID, "kind": VerdictEvent.Kind.verdict.rawValue, "reviewer": reviewer.storableName, "case": caseRowID,
        ])
      guard let standing, study.settings.allowsReveal == true else { throw ReviewStoreError.revealNotAllowed(record: row.studyCase.record) }
      row.reviewer = reviewer.storableName
      row.verdict = standing
      try row.append(to: database)
    }
  }

  private func isRevealed(caseRowID: Int64, study: Study, reviewer: String, in database: Database) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM event WHERE study_id = ? AND kind = ? AND reviewer = ? AND case_id = ?)",
      arguments: [study.rowID, VerdictEvent.Kind.reveal.rawValue, reviewer.storableName, caseRowID]) ?? false
  }

  /// Takes back a reviewer's latest verdict of some kinds in a study that is not yet taken back; the one of its kind before it on the same case, if
  /// any, stands again.
  ///
  /// - Throws: ``ReviewStoreError``, also ``ReviewStoreError/alreadyRevealed(record:)`` for a first verdict whose case has been uncovered.
  /// - Returns: the event of taking back, which names the case and the verdict; nil where there is nothing to take back.
  public func undo(
    study: Study, reviewer: String, kinds: [VerdictEvent.Kind] = [.verdict, .verdictAfterReveal]
  ) throws -> VerdictEvent? {
    try Self.checkReviewer(reviewer)
    return try write { database in
      let latest = try kinds.compactMap { kind in
        try Int64.fetchOne(
          database, sql: "SELECT MAX(sequence) \(EventRow.notUndone) AND reviewer = :reviewer",
          arguments: ["study": study.rowID, "kind": kind.rawValue, "reviewer": reviewer.storableName])
      }.max()
      let undone = try EventRow.fetchOne(database, sql: "\(EventRow.selection) WHERE event.sequence = ?", arguments: [latest])
      guard var row = undone else { return nil }
      let isFirst = row.kind == VerdictEvent.Kind.verdict.rawValue
      if isFirst, try self.isRevealed(caseRowID: row.studyCase.rowID, study: study, reviewer: reviewer, in: database) {
        throw ReviewStoreError.alreadyRevealed(record: row.studyCase.record)
      }
      row.undoes = row.identifier
      row.identifier = UUID().uuidString
      row.kind = VerdictEvent.Kind.undo.rawValue
      row.timeMilliseconds = Date().milliseconds
      row.spentMilliseconds = nil
      row.note = ""
      row.programVersion = self.programVersion
      row.origin = nil
      try row.append(to: database)
      return try row.event(path: self.path)
    }
  }

  /// Records what the model decides on a case, unless its last recorded decision says the same.
  ///
  /// The same: the decision, the model, and the probability to 1e-4, within which the program's kernels for different processors agree.
  public func recordModelDecision(
    study: Study, caseID: StudyCase.ID, decision: Verdict, probability: Double, modelDigest: String
  ) throws {
    let isRecorded = { (database: Database) in
      let last = try self.latestModelDecision(study: study, caseID: caseID, in: database)
      return last?.verdict == decision.rawValue && last?.modelDigest == modelDigest.storable
        && (last?.probability).map { abs($0 - probability) <= 1e-4 } ?? false
    }
    // Readers step through cases fast: no waiting for the write lock where there is nothing to write.
    if try read(isRecorded) { return }
    try write { database in
      if try isRecorded(database) { return }
      let decision = ModelDecision(verdict: decision, probability: probability, modelDigest: modelDigest)
      try self.append(decision, recordingDigest: nil, study: study, caseID: caseID, in: database)
    }
  }

  /// Writes what a model decides on a case, in the caller's transaction.
  func append(
    _ decision: ModelDecision, recordingDigest: RecordingDigest?, study: Study, caseID: StudyCase.ID, in database: Database
  ) throws {
    var row = try newRow(.modelDecision, study: study, caseID: caseID, time: Date(), in: database)
    row.reviewer = ReservedRater.model
    row.verdict = decision.verdict.rawValue
    row.modelDigest = decision.modelDigest?.storable
    row.probability = decision.probability.flatMap(Self.probability)
    row.recordingDigest = recordingDigest?.description.storable
    try row.append(to: database)
  }

  private func latestModelDecision(study: Study, caseID: StudyCase.ID, in database: Database) throws -> EventRow? {
    try EventRow.fetchOne(
      database,
      sql: """
        \(EventRow.selection) WHERE event.study_id = ? AND event.kind = ? AND event.reviewer = ? AND event.case_id =
          (SELECT id FROM study_case WHERE identifier = ?)
        ORDER BY event.sequence DESC LIMIT 1
        """,
      arguments: [study.rowID, VerdictEvent.Kind.modelDecision.rawValue, ReservedRater.model, caseID.uuidString]
    )
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
      sequence: 0, identifier: UUID().uuidString, kind: kind.rawValue,
      study: EventRow.StudyPart(
        rowID: try found.decode(forColumn: "study_id"), identifier: try found.decode(forColumn: "study_identifier"),
        diagnosis: try found.decode(forColumn: "diagnosis"), question: try found.decode(forColumn: "question"),
        blinding: try found.decode(forColumn: "blinding"), settings: try found.decode(forColumn: "settings")
      ),
      studyCase: EventRow.CasePart(
        rowID: try found.decode(forColumn: "id"), identifier: try found.decode(forColumn: "identifier"),
        record: try found.decode(forColumn: "record"), repetition: try found.decode(forColumn: "repetition"),
        label: try found.decode(forColumn: "label"), recordingDigest: try found.decode(forColumn: "recording_digest"),
        source: try found.decode(forColumn: "source")
      ),
      reviewer: "", verdict: "", timeMilliseconds: time.milliseconds, visible: "", note: "", programVersion: programVersion,
      previousDigest: EventRow.chainStart, digest: EventRow.chainStart
    )
  }

  static func checkReviewer(_ name: String) throws {
    guard name.contains(where: { !$0.isWhitespace }) else { throw ReviewStoreError.namelessReviewer }
    guard !ReservedRater.contains(name) else { throw ReviewStoreError.reservedReviewer(name) }
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
