import ECG
import Foundation
import GRDB

extension ReviewStore {
  /// Records a verdict.
  ///
  /// It is on disk when this returns, and stands in place of the reviewer's earlier verdict on the case, which the log keeps.
  ///
  /// - Throws: ``ReviewStoreError``; nothing was recorded then.
  public func record(_ draft: VerdictDraft) throws -> VerdictEvent {
    try Self.checkReviewer(draft.reviewer)
    return try write { database in
      var row = try self.newRow(.verdict, study: draft.study, caseID: draft.caseID, time: draft.time, in: database)
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

  /// Takes back a reviewer's latest verdict in a study that is not yet taken back; the one before it on the same case, if any, stands again.
  ///
  /// - Returns: the event of taking back, which names the case and the verdict; nil where there is nothing to take back.
  public func undo(study: Study, reviewer: String) throws -> VerdictEvent? {
    try Self.checkReviewer(reviewer)
    return try write { database in
      let undone = try EventRow.fetchOne(
        database,
        sql: "\(EventRow.selection) WHERE event.sequence = (SELECT MAX(sequence) \(EventRow.notUndone) AND reviewer = :reviewer)",
        arguments: ["study": study.rowID, "kind": VerdictEvent.Kind.verdict.rawValue, "reviewer": reviewer.storableName]
      )
      guard var row = undone else { return nil }
      row.undoes = row.identifier
      row.identifier = UUID().uuidString
      row.kind = VerdictEvent.Kind.undo.rawValue
      row.timeMilliseconds = Date().milliseconds
      row.spentMilliseconds = nil
      row.note = ""
      row.programVersion = self.programVersion
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
      var row = try self.newRow(.modelDecision, study: study, caseID: caseID, time: Date(), in: database)
      row.reviewer = ReservedRater.model
      row.verdict = decision.rawValue
      row.modelDigest = modelDigest.storable
      row.probability = Self.probability(probability)
      try row.append(to: database)
    }
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
  private func newRow(_ kind: VerdictEvent.Kind, study: Study, caseID: StudyCase.ID, time: Date, in database: Database) throws -> EventRow {
    let found = try Row.fetchOne(
      database,
      sql: """
        SELECT study_case.*, study.identifier AS study_identifier, study.diagnosis, study.question
        FROM study_case JOIN study ON study.id = study_case.study_id
        WHERE study_case.identifier = ? AND study.identifier = ?
        """,
      arguments: [caseID.uuidString, study.id.uuidString]
    )
    guard let found else { throw ReviewStoreError.unknownCase(caseID.uuidString, study: study.name) }
    return EventRow(
      sequence: 0, identifier: UUID().uuidString, kind: kind.rawValue,
      study: EventRow.StudyPart(
        rowID: try found.decode(forColumn: "study_id"), identifier: try found.decode(forColumn: "study_identifier"),
        diagnosis: try found.decode(forColumn: "diagnosis"), question: try found.decode(forColumn: "question")
      ),
      studyCase: EventRow.CasePart(
        rowID: try found.decode(forColumn: "id"), identifier: try found.decode(forColumn: "identifier"),
        record: try found.decode(forColumn: "record"), repetition: try found.decode(forColumn: "repetition"),
        label: try found.decode(forColumn: "label")
      ),
      reviewer: "", verdict: "", timeMilliseconds: time.milliseconds, visible: "", note: "", programVersion: programVersion,
      previousDigest: EventRow.chainStart, digest: EventRow.chainStart
    )
  }

  private static func checkReviewer(_ name: String) throws {
    guard name.contains(where: { !$0.isWhitespace }) else { throw ReviewStoreError.namelessReviewer }
    guard !ReservedRater.contains(name) else { throw ReviewStoreError.reservedReviewer(name) }
  }

  /// Whole milliseconds of a span; nil where it is not a span of time.
  private static func milliseconds(_ seconds: Double) -> Int64? {
    guard seconds >= 0, seconds < 1e12 else { return nil }
    return Int64((seconds * 1000).rounded())
  }

  /// A probability as SQLite keeps it, which knows neither NaN nor minus zero; nil where it is none.
  private static func probability(_ value: Double) -> Double? {
    (0...1).contains(value) ? value + 0.0 : nil
  }
}
