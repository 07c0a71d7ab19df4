import Foundation
import GRDB

/// The log of what befell studies as a whole: that cases were added to them, and that somebody looked behind their blinding.
///
/// A chain of its own beside that of events, in which each entry holds the digest of the one before. An entry about cases holds a digest of the study and of
/// those cases, judged or not, so that a name, a setting, a label or a case that is changed afterwards is found.
struct StudyLogEntry: FetchableRecord {
  /// What happened.
  enum Kind: String {
    /// Cases were added; the content is the first and the last position, and the digest of the study and these cases.
    case cases
    /// A reader looked at what the study hides; the content says at what.
    case unblind
  }

  var sequence: Int64
  var studyRow: Int64
  var studyIdentifier: String
  var kind: String
  var reviewer: String
  var timeMilliseconds: Int64
  var content: String
  var programVersion: String
  var previousDigest: Data
  var digest: Data

  /// The digest this entry should have: SHA-256 over a tag and every field, as of an event.
  func contentDigest() -> Data {
    var fields = FieldHash(tag: "einthoven-study-entry-1")
    fields.add(previousDigest)
    for text in [String(sequence), studyIdentifier, kind, reviewer, String(timeMilliseconds), content, programVersion] { fields.add(text) }
    return fields.finalize()
  }

  init(
    _ kind: Kind, study: Int64, identifier: String, reviewer: String = "", content: String, programVersion: String
  ) {
    sequence = 0
    studyRow = study
    studyIdentifier = identifier
    self.kind = kind.rawValue
    self.reviewer = reviewer
    timeMilliseconds = Date().milliseconds
    self.content = content
    self.programVersion = programVersion
    previousDigest = EventRow.chainStart
    digest = EventRow.chainStart
  }

  /// Selects whole entries, in the order of the log.
  static let selection = """
    SELECT study_entry.*, IFNULL(study.identifier, '') AS study_identifier
    FROM study_entry LEFT JOIN study ON study.id = study_entry.study_id
    """

  init(row: Row) throws {
    sequence = try row.decode(forColumn: "sequence")
    studyRow = try row.decode(forColumn: "study_id")
    studyIdentifier = try row.decode(forColumn: "study_identifier")
    kind = try row.decode(forColumn: "kind")
    reviewer = try row.decode(forColumn: "reviewer")
    timeMilliseconds = try row.decode(forColumn: "time_ms")
    content = try row.decode(forColumn: "content")
    programVersion = try row.decode(forColumn: "program_version")
    previousDigest = try row.decode(forColumn: "previous_digest")
    digest = try row.decode(forColumn: "digest")
  }

  /// Who looked behind the blinding of a study, in the order of the log.
  static func unblindings(of study: Int64, in database: Database) throws -> [StudyLogEntry] {
    try fetchAll(
      database, sql: "\(selection) WHERE study_id = ? AND kind = ? ORDER BY sequence", arguments: [study, Kind.unblind.rawValue])
  }

  /// Number and digest of the last entry.
  static func head(of database: Database) throws -> (sequence: Int64, digest: Data) {
    guard let row = try Row.fetchOne(database, sql: "SELECT sequence, digest FROM study_entry_head WHERE id = 1") else {
      return (0, EventRow.chainStart)
    }
    return (try row.decode(atIndex: 0), try row.decode(atIndex: 1))
  }

  /// Puts the entry at the end of the chain; in an immediate transaction.
  mutating func append(to database: Database) throws {
    let head = try Self.head(of: database)
    sequence = head.sequence &+ 1
    previousDigest = head.digest
    digest = contentDigest()
    try database.execute(
      sql: """
        INSERT INTO study_entry (sequence, study_id, kind, reviewer, time_ms, content, program_version, previous_digest, digest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [sequence, studyRow, kind, reviewer, timeMilliseconds, content, programVersion, previousDigest, digest])
    guard database.changesCount == 1 else { throw ReviewStoreError.nothingWritten }
    try database.execute(sql: "UPDATE study_entry_head SET sequence = ?, digest = ? WHERE id = 1", arguments: [sequence, digest])
  }
}

/// The digest of a study and of some of its cases, as a study's log holds it.
enum StudySeal {
  /// What an entry about cases says.
  struct Content: Equatable {
    let first: Int64
    let last: Int64
    let digest: String

    var text: String { "\(first) \(last) \(digest)" }

    init(first: Int64, last: Int64, digest: String) {
      self.first = first
      self.last = last
      self.digest = digest
    }

    init?(text: String) {
      let parts = text.split(separator: " ").map(String.init)
      guard parts.count == 3, let first = Int64(parts[0]), let last = Int64(parts[1]) else { return nil }
      self.init(first: first, last: last, digest: parts[2])
    }
  }

  /// SHA-256 over the study's row and its cases from one position to another, everything but where recordings are and what was learned of them later.
  static func content(of study: Int64, from first: Int64, to last: Int64, in database: Database) throws -> Content {
    var fields = FieldHash(tag: "einthoven-study-1")
    if let row = try Row.fetchOne(
      database, sql: "SELECT identifier, name, diagnosis, question, blinding, CAST(created_ms AS TEXT), settings FROM study WHERE id = ?",
      arguments: [study])
    {
      for index in 0..<7 { fields.add(try row.decode(String.self, atIndex: index)) }
    }
    try database.scan(
      """
      SELECT identifier, CAST(position AS TEXT), record, CAST(repetition AS TEXT), recording_digest, label, source
      FROM study_case WHERE study_id = ? AND position BETWEEN ? AND ? ORDER BY position
      """,
      arguments: [study, first, last]
    ) { row in
      for column in 0..<Int32(7) { fields.fields.add(row.text(column)) }
      fields.passOn()
    }
    return Content(first: first, last: last, digest: fields.finalize().hexadecimal)
  }

  /// Appends an entry that covers the cases of a study that none covers yet, where there are any or the study has no entry at all.
  static func cover(study: Int64, programVersion: String, in database: Database) throws {
    let entries = try StudyLogEntry.fetchAll(
      database, sql: "\(StudyLogEntry.selection) WHERE study_id = ? AND kind = 'cases' ORDER BY sequence", arguments: [study])
    let covered = entries.compactMap { Content(text: $0.content)?.last }.max()
    let last = try Int64.fetchOne(database, sql: "SELECT MAX(position) FROM study_case WHERE study_id = ?", arguments: [study]) ?? -1
    guard covered.map({ $0 < last }) ?? true else { return }
    let identifier = try String.fetchOne(database, sql: "SELECT identifier FROM study WHERE id = ?", arguments: [study]) ?? ""
    let content = try content(of: study, from: (covered ?? -1) + 1, to: last, in: database)
    var entry = StudyLogEntry(
      .cases, study: study, identifier: identifier, content: content.text, programVersion: programVersion)
    try entry.append(to: database)
  }
}
