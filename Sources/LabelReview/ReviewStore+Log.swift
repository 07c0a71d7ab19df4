import Agreement
import ECG
import Foundation
import GRDB

extension ReviewStore {
  /// Every event of a study in the order of the log.
  public func events(of study: Study) throws -> [VerdictEvent] {
    try read { database in
      try EventRow.fetchAll(
        database,
        sql: "\(EventRow.selection) WHERE event.study_id = ? ORDER BY event.sequence",
        arguments: [study.rowID]
      ).map { try $0.event(path: self.path) }
    }
  }

  /// The verdict of each reader on each case that counts, the latest not taken back: ordered by reader (as they began), then case.
  public func standingVerdicts(of study: Study) throws -> [StandingVerdict] {
    try read { try self.latest(.verdict, of: study, in: $0) }
  }

  /// Each reader's second verdicts that count, given after uncovering what the study hides.
  public func verdictsAfterReveal(of study: Study) throws -> [StandingVerdict] {
    try read { try self.latest(.verdictAfterReveal, of: study, in: $0) }
  }

  /// The adjudications that count.
  public func adjudications(of study: Study) throws -> [StandingVerdict] {
    try read { try self.latest(.adjudication, of: study, in: $0) }
  }

  /// One reader's verdicts of a kind that count, and nothing else of them: fast in a long log.
  ///
  /// For reveals, the cases uncovered.
  public func verdicts(_ kind: VerdictEvent.Kind, of study: Study, by reviewer: String) throws -> [StudyCase.ID: Verdict] {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT study_case.identifier, latest.verdict FROM
            (SELECT case_id, verdict, MAX(sequence) \(EventRow.notUndone) AND reviewer = :reviewer GROUP BY case_id) AS latest
          JOIN study_case ON study_case.id = latest.case_id
          """,
        arguments: ["study": study.rowID, "kind": kind.rawValue, "reviewer": reviewer.storableName])
      var result: [StudyCase.ID: Verdict] = [:]
      while let row = try rows.next() {
        guard let id = UUID(uuidString: try row.decode(atIndex: 0)), let verdict = Verdict(rawValue: try row.decode(atIndex: 1)) else {
          throw ReviewStoreError.damaged(path: self.path, reason: "a standing verdict holds unknown words")
        }
        result[id] = verdict
      }
      return result
    }
  }

  /// How long one reader took for each verdict that counts, in seconds, where that was measured: fast in a long log.
  public func seconds(of study: Study, by reviewer: String) throws -> [StudyCase.ID: Double] {
    try details("spent_ms", of: study, by: reviewer).mapValues { (milliseconds: Int64) in Double(milliseconds) / 1000 }
  }

  /// One reader's remarks beside verdicts that count, where there are any: fast in a long log.
  public func notes(of study: Study, by reviewer: String) throws -> [StudyCase.ID: String] {
    try details("note", of: study, by: reviewer)
  }

  /// What one reader's verdicts that count have in a column, where it is not empty.
  ///
  /// Unlike ``verdicts(_:of:by:)``, which finds all it needs in the index, this looks up each of those events.
  private func details<Value: DatabaseValueConvertible>(
    _ column: String, of study: Study, by reviewer: String
  ) throws -> [StudyCase.ID: Value] {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT study_case.identifier, event.\(column) FROM
            (SELECT MAX(sequence) AS last \(EventRow.notUndone) AND reviewer = :reviewer GROUP BY case_id) AS latest
          JOIN event ON event.sequence = latest.last AND event.\(column) <> '' JOIN study_case ON study_case.id = event.case_id
          """,
        arguments: ["study": study.rowID, "kind": VerdictEvent.Kind.verdict.rawValue, "reviewer": reviewer.storableName])
      var result: [StudyCase.ID: Value] = [:]
      while let row = try rows.next() {
        if let id = UUID(uuidString: try row.decode(atIndex: 0)) { result[id] = try row.decode(atIndex: 1) }
      }
      return result
    }
  }

  /// The model's latest decision on each case that has one, in order of the cases.
  public func modelDecisions(of study: Study) throws -> [StandingVerdict] {
    try read { try self.latest(.modelDecision, of: study, in: $0) }
  }

  private func latest(_ kind: VerdictEvent.Kind, of study: Study, in database: Database) throws -> [StandingVerdict] {
    let cases = Dictionary(try cases(of: study, in: database).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let arguments: StatementArguments = ["study": study.rowID, "kind": kind.rawValue]
    let begun = try String.fetchAll(
      database,
      sql: "SELECT reviewer \(EventRow.notUndone) GROUP BY reviewer ORDER BY MIN(sequence)",
      arguments: arguments
    )
    let places = Dictionary(begun.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
    let rows = try EventRow.fetchAll(
      database,
      sql: "\(EventRow.selection) WHERE event.sequence IN (SELECT MAX(sequence) \(EventRow.notUndone) GROUP BY reviewer, case_id)",
      arguments: arguments
    )
    let standing = try rows.map { row in
      let event = try row.event(path: path)
      guard let studyCase = cases[event.caseID] else {
        throw ReviewStoreError.damaged(path: path, reason: "event \(event.sequence) names a case of another study")
      }
      return StandingVerdict(studyCase: studyCase, event: event)
    }
    return standing.sorted {
      (places[$0.rater] ?? 0, $0.studyCase.position) < (places[$1.rater] ?? 0, $1.studyCase.position)
    }
  }
}
