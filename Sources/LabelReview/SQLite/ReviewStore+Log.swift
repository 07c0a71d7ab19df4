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
        arguments: [try self.row(of: study, in: database)]
      ).map { try $0.event(path: self.path) }
    }
  }

  /// One rater's verdicts of a kind that count, found in the index alone.
  public func verdicts(_ kind: VerdictEvent.Kind, of study: Study, by reviewer: String) throws -> [StudyCase.ID: Verdict] {
    try read { database in
      try self.details("event.verdict", kind, of: study, by: reviewer, in: database).mapValues { (word: String) in
        guard let verdict = Verdict(rawValue: word) else {
          throw ReviewStoreError.damaged(path: self.path, reason: "a standing verdict holds unknown words")
        }
        return verdict
      }
    }
  }

  /// How long one reader took for each verdict that counts.
  public func seconds(of study: Study, by reviewer: String) throws -> [StudyCase.ID: Double] {
    try read { try self.details("event.spent_ms", .verdict, of: study, by: reviewer, in: $0) }
      .mapValues { (milliseconds: Int64) in Double(milliseconds) / 1000 }
  }

  /// One reader's remarks beside verdicts that count.
  public func notes(of study: Study, by reviewer: String) throws -> [StudyCase.ID: String] {
    try read { try self.details("event.note", .verdict, of: study, by: reviewer, in: $0) }.filter { !$0.value.isEmpty }
  }

  /// What one rater's entries that stand have in a column, by case; those without a value are left out.
  private func details<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ column: String, _ kind: VerdictEvent.Kind, of study: Study, by reviewer: String, in database: Database
  ) throws -> [StudyCase.ID: Value] {
    let study = try row(of: study, in: database)
    let takenBack = try EventRow.takenBack(in: study, of: database)
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT event.case_id, event.sequence, \(column), study_case.identifier FROM event JOIN study_case ON study_case.id = event.case_id
        WHERE event.study_id = ? AND event.kind = ? AND event.reviewer = ? ORDER BY event.case_id, event.sequence
        """,
      arguments: [study, kind.rawValue, reviewer.storableName])
    var result: [StudyCase.ID: Value] = [:]
    var walk = StudyRules.Walk<Int64, (identifier: String, value: Value?)>()
    func keep(_ standing: (place: Int64, value: (identifier: String, value: Value?))?) {
      if let standing, let id = UUID(uuidString: standing.value.identifier) { result[id] = standing.value.value }
    }
    while let row = try rows.next() {
      let value = (identifier: try row.decode(String.self, atIndex: 3), value: try row.decode(Value?.self, atIndex: 2))
      keep(walk.add(value, at: try row.decode(atIndex: 0), isTakenBack: takenBack.contains(try row.decode(atIndex: 1))))
    }
    keep(walk.take())
    return result
  }

  /// The verdicts of a kind that count, by rater and case.
  public func standing(_ kind: VerdictEvent.Kind, of study: Study) throws -> [StandingVerdict] {
    try read { database in
      let cases = Dictionary(try self.cases(of: study, in: database).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      let rows = try self.standingRows(kind, of: study, in: database)
      let begun = Dictionary(
        try EventRow.raters(kind, of: self.row(of: study, in: database), in: database).enumerated().map { (Array($1.utf8), $0) },
        uniquingKeysWith: min)
      let standing = try rows.map { row in
        let event = try row.event(path: self.path)
        guard let studyCase = cases[event.caseID] else {
          throw ReviewStoreError.damaged(path: self.path, reason: "event \(event.sequence) names a case of another study")
        }
        return (place: begun[Array(event.reviewer.utf8)] ?? 0, verdict: StandingVerdict(studyCase: studyCase, event: event))
      }
      return standing.sorted { ($0.place, $0.verdict.studyCase.position) < ($1.place, $1.verdict.studyCase.position) }.map(\.verdict)
    }
  }

  /// The events of a kind that stand, by reviewer and case.
  func standingRows(_ kind: VerdictEvent.Kind, of study: Study, in database: Database) throws -> [EventRow] {
    let study = try row(of: study, in: database)
    let takenBack = try EventRow.takenBack(in: study, of: database)
    let rows = try EventRow.fetchCursor(
      database,
      sql: "\(EventRow.selection) WHERE event.study_id = ? AND event.kind = ? ORDER BY event.reviewer, event.case_id, event.sequence",
      arguments: [study, kind.rawValue])
    struct Place: Equatable {
      let reviewer: [UInt8]
      let caseRow: Int64
    }
    var result: [EventRow] = []
    var walk = StudyRules.Walk<Place, EventRow>()
    while let row = try rows.next() {
      let place = Place(reviewer: Array(row.reviewer.utf8), caseRow: row.studyCase.rowID)
      if let standing = walk.add(row, at: place, isTakenBack: takenBack.contains(row.sequence)) { result.append(standing.value) }
    }
    if let standing = walk.take() { result.append(standing.value) }
    return result
  }

  /// Walks over what stands of one rater, answered from the index alone: the row of each case, and the verdict; nil for a word we do not know.
  func forEachStanding(
    _ kind: VerdictEvent.Kind, of study: Int64, by rater: String, takenBack: Set<Int64>, in database: Database,
    _ body: (_ caseRow: Int64, _ verdict: Verdict?) throws -> Void
  ) throws {
    var walk = StudyRules.Walk<Int64, Verdict?>()
    try database.scan(
      "SELECT case_id, sequence, verdict FROM event WHERE study_id = ? AND kind = ? AND reviewer = ? ORDER BY case_id, sequence",
      arguments: [study, kind.rawValue, rater]
    ) { row in
      let isTakenBack = !takenBack.isEmpty && takenBack.contains(row.integer(1))
      if let standing = walk.add(row.verdict(2), at: row.integer(0), isTakenBack: isTakenBack) { try body(standing.place, standing.value) }
    }
    if let standing = walk.take() { try body(standing.place, standing.value) }
  }
}

extension EventRow {
  /// Numbers of a study's events that were taken back.
  static func takenBack(in study: Int64, of database: Database) throws -> Set<Int64> {
    try Set(
      Int64.fetchCursor(
        database,
        sql: """
          SELECT undone.sequence FROM event AS undo JOIN event AS undone ON undone.identifier = undo.undoes
          WHERE undo.study_id = ? AND undo.kind = 'undo'
          """,
        arguments: [study]))
  }

  /// Those who have entries of a kind in a study, in the order in which they began.
  static func raters(_ kind: VerdictEvent.Kind, of study: Int64, in database: Database) throws -> [String] {
    try String.fetchAll(
      database, sql: "SELECT reviewer FROM event WHERE study_id = ? AND kind = ? GROUP BY reviewer ORDER BY MIN(sequence)",
      arguments: [study, kind.rawValue])
  }
}
