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

  /// A study's events of a kind that were not taken back, by their numbers.
  ///
  /// Answered from the index alone, apart from the few events that were taken back.
  static let notUndone = """
    FROM event WHERE study_id = :study AND kind = :kind AND sequence NOT IN (
      SELECT undone.sequence FROM event AS undo JOIN event AS undone ON undone.identifier = undo.undoes
      WHERE undo.study_id = :study AND undo.kind = 'undo'
    )
    """

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

  /// Number and digest of the last event.
  static func head(of database: Database) throws -> (sequence: Int64, digest: Data) {
    guard let row = try Row.fetchOne(database, sql: "SELECT sequence, digest FROM chain_head WHERE id = 1") else { return (0, chainStart) }
    return (try row.decode(forColumn: "sequence"), try row.decode(forColumn: "digest"))
  }

  /// Puts the row at the end of the chain.
  ///
  /// Must run in an immediate transaction: between reading the head and writing it nobody else may append.
  mutating func append(to database: Database) throws {
    let head = try Self.head(of: database)
    sequence = head.sequence &+ 1
    previousDigest = head.digest
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
  /// A name without NUL and in one Unicode form, so that it is the same name whichever keyboard or file system it came from.
  var storableName: String { storable.precomposedStringWithCanonicalMapping }

  /// The text without NUL, at which SQLite would cut it short.
  var storable: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}
