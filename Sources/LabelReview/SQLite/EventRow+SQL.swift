import Foundation
import GRDB

extension EventRow {
  /// Selects whole rows, the columns in the order in which ``init(row:)`` reads them.
  ///
  /// An event whose study or case is gone comes with empty words in their place, so that verification can name it.
  static let selection = """
    SELECT event.sequence, event.identifier, event.kind,
      event.study_id, IFNULL(study.identifier, ''), IFNULL(study.diagnosis, ''), IFNULL(study.question, ''),
      IFNULL(study.blinding, ''), IFNULL(study.settings, ''), event.case_id, IFNULL(study_case.identifier, ''), IFNULL(study_case.record, ''), IFNULL(study_case.repetition, 0), study_case.label,
      study_case.recording_digest, study_case.source,
      event.reviewer, event.verdict, event.time_ms, event.spent_ms, event.visible, event.note, event.recording_digest,
      event.model_digest, event.probability, event.program_version, event.undoes, event.form, event.origin, event.previous_digest, event.digest, event.answer, event.measured, event.annotation
    FROM event LEFT JOIN study ON study.id = event.study_id LEFT JOIN study_case ON study_case.id = event.case_id
    """

  init(row: Row) throws {
    // By position: looking up 34 names in every row takes most of the time of reading a long log.
    var index = -1
    func next<Value: DatabaseValueConvertible & StatementColumnConvertible>() throws -> Value {
      index += 1
      return try row.decode(atIndex: index)
    }
    func nextOptional<Value: DatabaseValueConvertible & StatementColumnConvertible>() throws -> Value? {
      index += 1
      return try row.decode(Value?.self, atIndex: index)
    }
    sequence = try next()
    identifier = try next()
    kind = try next()
    study = StudyPart(
      rowID: try next(), identifier: try next(), diagnosis: try next(), question: try next(), blinding: try next(), settings: try next()
    )
    studyCase = CasePart(
      rowID: try next(), identifier: try next(), record: try next(), repetition: try next(), label: try nextOptional(),
      recordingDigest: try nextOptional(), source: try nextOptional()
    )
    reviewer = try next()
    verdict = try next()
    timeMilliseconds = try next()
    spentMilliseconds = try nextOptional()
    visible = try next()
    note = try next()
    recordingDigest = try nextOptional()
    modelDigest = try nextOptional()
    probability = try nextOptional()
    programVersion = try next()
    undoes = try nextOptional()
    form = try next()
    origin = try nextOptional()
    previousDigest = try next()
    digest = try next()
    answer = try nextOptional()
    measured = try nextOptional()
    annotation = try nextOptional()
  }

  /// Number and digest of the last event.
  static func head(of database: Database) throws -> (sequence: Int64, digest: Data) {
    let find = try database.cachedStatement(sql: "SELECT sequence, digest FROM chain_head WHERE id = 1")
    guard let row = try Row.fetchOne(find) else { return (0, chainStart) }
    return (try row.decode(forColumn: "sequence"), try row.decode(forColumn: "digest"))
  }

  /// Puts the row at the end of the chain.
  ///
  /// Must run in an immediate transaction: between reading the head and writing it nobody else may append.
  mutating func append(to database: Database) throws {
    let head = try Self.head(of: database)
    sequence = head.sequence &+ 1
    // Events without an answer, figures or a stroke stay in the form that stores of version 3 have.
    form = annotation != nil ? 5 : measured != nil ? 4 : answer != nil ? 3 : 2
    previousDigest = head.digest
    digest = contentDigest()
    try database.cachedStatement(
      sql: """
        INSERT INTO event (sequence, identifier, kind, study_id, case_id, reviewer, verdict, time_ms, spent_ms, visible, note,
          recording_digest, model_digest, probability, program_version, undoes, form, origin, previous_digest, digest, answer, measured, annotation)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      sequence, identifier, kind, study.rowID, studyCase.rowID, reviewer, verdict, timeMilliseconds, spentMilliseconds, visible, note,
      recordingDigest, modelDigest, probability, programVersion, undoes, form, origin, previousDigest, digest, answer, measured, annotation,
    ])
    guard database.changesCount == 1 else { throw ReviewStoreError.nothingWritten }
    try database.cachedStatement(sql: "UPDATE chain_head SET sequence = ?, digest = ? WHERE id = 1").execute(arguments: [sequence, digest])
  }
}

extension String {
  /// A name without NUL and in one Unicode form, so that it is the same name whichever keyboard or file system it came from.
  package var storableName: String { storable.precomposedStringWithCanonicalMapping }

  /// The text without NUL, at which SQLite would cut it short.
  package var storable: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}
