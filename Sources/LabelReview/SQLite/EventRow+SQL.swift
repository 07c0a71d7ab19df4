import Foundation
import GRDB

extension EventRow.CasePart {
  /// Of the table of cases, in the order in which ``init(_:)`` reads them.
  static let columns = "id, identifier, record, repetition, label, recording_digest, source"

  /// The case in a row of ``columns``.
  init(_ row: ScannedRow) {
    self.init(
      rowID: row.integer(0), identifier: row.string(1), record: row.string(2), repetition: row.integer(3), label: row.stringOrNull(4),
      recordingDigest: row.stringOrNull(5), source: row.stringOrNull(6))
  }
}

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

  /// Puts the row at the end of the chain; see ``ChainWriter``.
  mutating func append(to database: Database) throws {
    var row = self
    try ChainWriter.write(in: database) { try $0.append(&row) }
    self = row
  }
}

/// Puts events at the end of the chain, many of them in one go: its head is read once and noted once, and one statement inserts them.
///
/// Must run in an immediate transaction: between reading the head and writing it nobody else may append.
struct ChainWriter {
  private let database: Database
  private let insert: RepeatedStatement
  private var head: (sequence: Int64, digest: Data)

  private init(_ database: Database) throws {
    self.database = database
    head = try EventRow.head(of: database)
    insert = try RepeatedStatement(
      """
      INSERT INTO event (sequence, identifier, kind, study_id, case_id, reviewer, verdict, time_ms, spent_ms, visible, note,
        recording_digest, model_digest, probability, program_version, undoes, form, origin, previous_digest, digest, answer, measured, annotation)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, in: database)
  }

  /// Lets `body` append events, and notes the last one.
  static func write(in database: Database, _ body: (inout ChainWriter) throws -> Void) throws {
    var chain = try ChainWriter(database)
    let before = chain.head.sequence
    try body(&chain)
    guard chain.head.sequence != before else { return }
    try database.cachedStatement(sql: "UPDATE chain_head SET sequence = ?, digest = ? WHERE id = 1").execute(arguments: [
      chain.head.sequence, chain.head.digest,
    ])
  }

  /// Puts an event at the end, and fills in its place.
  mutating func append(_ row: inout EventRow) throws {
    row.sequence = head.sequence &+ 1
    // Events without an answer, figures or a stroke stay in the form that stores of version 3 have.
    row.form = row.annotation != nil ? 5 : row.measured != nil ? 4 : row.answer != nil ? 3 : 2
    row.previousDigest = head.digest
    row.digest = row.contentDigest()
    bind(row)
    try insert.run()
    guard database.changesCount == 1 else { throw ReviewStoreError.nothingWritten }
    head = (row.sequence, row.digest)
  }

  private func bind(_ row: EventRow) {
    insert.bind(1, row.sequence)
    for (place, text) in [(2, row.identifier), (3, row.kind)] as [(Int32, String)] { insert.bind(place, text) }
    insert.bind(4, row.study.rowID)
    insert.bind(5, row.studyCase.rowID)
    for (place, text) in [(6, row.reviewer), (7, row.verdict), (10, row.visible), (11, row.note)] as [(Int32, String)] {
      insert.bind(place, text)
    }
    insert.bind(8, row.timeMilliseconds)
    insert.bind(9, row.spentMilliseconds)
    insert.bind(12, row.recordingDigest)
    insert.bind(13, row.modelDigest)
    insert.bind(14, row.probability)
    insert.bind(15, row.programVersion)
    insert.bind(16, row.undoes)
    insert.bind(17, row.form)
    insert.bind(18, row.origin)
    insert.bind(19, row.previousDigest)
    insert.bind(20, row.digest)
    insert.bind(21, row.answer)
    insert.bind(22, row.measured)
    insert.bind(23, row.annotation)
  }
}

extension String {
  /// A name without NUL and in one Unicode form, so that it is the same name whichever keyboard or file system it came from.
  package var storableName: String { storable.precomposedStringWithCanonicalMapping }

  /// The text without NUL, at which SQLite would cut it short.
  package var storable: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}
