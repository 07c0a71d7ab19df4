import Foundation
import GRDB

extension EventRow {
  /// Selects whole rows.
  ///
  /// An event whose study or case is gone comes with empty words in their place, so that verification can name it.
  static let selection = """
    SELECT event.*, study.identifier AS study_identifier, study.diagnosis, study.question,
      study_case.identifier AS case_identifier, study_case.record, study_case.repetition, study_case.label
    FROM event LEFT JOIN study ON study.id = event.study_id LEFT JOIN study_case ON study_case.id = event.case_id
    """

  /// True of an event that no later event takes back.
  static let isNotUndone = "NOT EXISTS (SELECT 1 FROM event AS later WHERE later.undoes = event.identifier)"

  init(row: Row) throws {
    sequence = try row.decode(forColumn: "sequence")
    identifier = try row.decode(forColumn: "identifier")
    kind = try row.decode(forColumn: "kind")
    study = StudyPart(
      rowID: try row.decode(forColumn: "study_id"),
      identifier: try row.decode(String?.self, forColumn: "study_identifier") ?? "",
      diagnosis: try row.decode(String?.self, forColumn: "diagnosis") ?? "",
      question: try row.decode(String?.self, forColumn: "question") ?? ""
    )
    studyCase = CasePart(
      rowID: try row.decode(forColumn: "case_id"),
      identifier: try row.decode(String?.self, forColumn: "case_identifier") ?? "",
      record: try row.decode(String?.self, forColumn: "record") ?? "",
      repetition: try row.decode(Int64?.self, forColumn: "repetition") ?? 0,
      label: try row.decode(forColumn: "label")
    )
    reviewer = try row.decode(forColumn: "reviewer")
    verdict = try row.decode(forColumn: "verdict")
    timeMilliseconds = try row.decode(forColumn: "time_ms")
    spentMilliseconds = try row.decode(forColumn: "spent_ms")
    visible = try row.decode(forColumn: "visible")
    note = try row.decode(forColumn: "note")
    recordingDigest = try row.decode(forColumn: "recording_digest")
    modelDigest = try row.decode(forColumn: "model_digest")
    probability = try row.decode(forColumn: "probability")
    programVersion = try row.decode(forColumn: "program_version")
    undoes = try row.decode(forColumn: "undoes")
    previousDigest = try row.decode(forColumn: "previous_digest")
    digest = try row.decode(forColumn: "digest")
  }

  /// Puts the row at the end of the chain.
  ///
  /// Must run in an immediate transaction: between reading the head and writing it nobody else may append.
  mutating func append(to database: Database) throws {
    let head = try Row.fetchOne(database, sql: "SELECT sequence, digest FROM chain_head WHERE id = 1")
    sequence = (head?["sequence"] ?? 0) + 1
    previousDigest = head?["digest"] ?? Self.chainStart
    digest = contentDigest()
    try database.cachedStatement(
      sql: """
        INSERT INTO event (sequence, identifier, kind, study_id, case_id, reviewer, verdict, time_ms, spent_ms, visible, note,
          recording_digest, model_digest, probability, program_version, undoes, previous_digest, digest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      sequence, identifier, kind, study.rowID, studyCase.rowID, reviewer, verdict, timeMilliseconds, spentMilliseconds, visible, note,
      recordingDigest, modelDigest, probability, programVersion, undoes, previousDigest, digest,
    ])
    try database.cachedStatement(sql: "UPDATE chain_head SET sequence = ?, digest = ? WHERE id = 1").execute(arguments: [sequence, digest])
  }
}

extension String {
  /// The text without NUL, at which SQLite would cut it short.
  var storable: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}
