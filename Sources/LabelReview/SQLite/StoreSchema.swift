import Foundation
import GRDB

/// The tables of a review store, by version.
///
/// A store's version is SQLite's `user_version`. Every entry of ``migrations`` takes a store one version further; none is ever changed once released.
enum StoreSchema {
  /// The version this program writes.
  static var version: Int { migrations.count }

  /// SQLite's `application_id` of a review store: the letters "Eint".
  static let applicationID = 0x4569_6E74

  /// Brings an empty or older store to ``version``, in one transaction; an older store with anything in it is copied first, see ``backUp(path:version:)``.
  ///
  /// - Parameters:
  ///   - programVersion: noted in the studies' logs, which a store that had none gets; nil for a store that is only read.
  ///   - backsUp: false for a store that is a copy already.
  /// - Throws: ``ReviewStoreError/newerStore(path:version:known:)`` and ``ReviewStoreError/notAStore(path:)``.
  static func migrate(_ database: Database, path: String, programVersion: String?, backsUp: Bool = true) throws {
    if try isCurrent(database) { return }
    // A table that others refer to is made anew; a transaction cannot switch this off itself.
    try database.execute(sql: "PRAGMA foreign_keys = OFF")
    defer { try? database.execute(sql: "PRAGMA foreign_keys = ON") }
    try database.inTransaction(.immediate) {
      // Another program may have made the tables while this one waited for the lock.
      if try isCurrent(database) { return .rollback }
      let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      let owner = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      let tables = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_schema") ?? 0
      guard owner == applicationID || (owner == 0 && found == 0 && tables == 0) else { throw ReviewStoreError.notAStore(path: path) }
      guard (0...version).contains(found) else {
        throw ReviewStoreError.newerStore(path: path, version: found, known: version)
      }
      if backsUp, found > 0, found < version { try backUp(path: path, version: found) }
      for migration in migrations[found...] { try database.execute(sql: migration) }
      if let programVersion, found < 3 {
        for study in try Int64.fetchAll(database, sql: "SELECT id FROM study ORDER BY id") {
          try StudySeal.cover(study: study, programVersion: programVersion, in: database)
        }
      }
      try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
      return .commit
    }
  }

  /// Copies a store to `<path>.version-<n>.backup` as it is, through a connection of its own: the caller holds the write lock, so nobody changes it meanwhile.
  ///
  /// - Throws: ``ReviewStoreError/cannotBackUp(path:backup:reason:)``; nothing was changed then.
  private static func backUp(path: String, version: Int) throws {
    let backup = "\(path).version-\(version).backup"
    let unfinished = backup + ".unfinished"
    do {
      try? FileManager.default.removeItem(atPath: unfinished)
      var configuration = Configuration()
      configuration.readonly = true
      try DatabaseQueue(path: path, configuration: configuration).writeWithoutTransaction { database in
        try database.execute(sql: "VACUUM INTO ?", arguments: [unfinished])
      }
      guard rename(unfinished, backup) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      try? FileManager.default.removeItem(atPath: unfinished)
      let reason = (error as? DatabaseError)?.message ?? "it cannot be written"
      throw ReviewStoreError.cannotBackUp(path: path, backup: backup, reason: reason)
    }
  }

  /// The tables, indexes and triggers of a store of ``version``, as SQLite writes them down.
  static func expectedParts() throws -> [String: String] {
    let queue = try DatabaseQueue()
    return try queue.writeWithoutTransaction { database in
      for migration in migrations { try database.execute(sql: migration) }
      return try parts(of: database)
    }
  }

  /// What a database is made of: each part by its kind and name.
  static func parts(of database: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(database, sql: "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return Dictionary(
      try rows.map {
        ("\(try $0.decode(String.self, atIndex: 0)) \(try $0.decode(String.self, atIndex: 1))", words(try $0.decode(atIndex: 2)))
      },
      uniquingKeysWith: { first, _ in first })
  }

  /// A statement without its line breaks, comments and blanks, by which programs may differ that make the same.
  private static func words(_ statement: String) -> String {
    var words = ""
    for line in statement.split(separator: "\n") {
      let comment = line.firstRange(of: "--")?.lowerBound ?? line.endIndex
      words += line[..<comment].filter { !$0.isWhitespace }.lowercased()
    }
    return words
  }

  /// Whether a store is one of ``version``.
  static func isCurrent(_ database: Database) throws -> Bool {
    try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID
      && Int.fetchOne(database, sql: "PRAGMA user_version") == version
  }

  /// What makes a table a log: where its last row is noted down, so that rows cut from its end are missed, and that none is changed or removed.
  private static func chain(of table: String, head: String, noun: String) -> String {
    """
    CREATE TABLE \(head) (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      sequence INTEGER NOT NULL,
      digest BLOB NOT NULL
    ) STRICT;
    INSERT INTO \(head) VALUES (1, 0, zeroblob(32));
    CREATE TRIGGER \(table)_is_never_changed BEFORE UPDATE ON \(table)
    BEGIN SELECT RAISE(ABORT, '\(noun) are append-only'); END;
    CREATE TRIGGER \(table)_is_never_removed BEFORE DELETE ON \(table)
    BEGIN SELECT RAISE(ABORT, '\(noun) are append-only'); END;
    """
  }

  private static let migrations = [
    // Identifiers are UUIDs that survive copying to another store; integer keys do not. Times are milliseconds since 1970 UTC.
    // A later kind of event (a verdict after reveal, an adjudication) is a new word in event.kind, not a new table.
    """
    CREATE TABLE study (
      id INTEGER PRIMARY KEY,
      identifier TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL UNIQUE,
      diagnosis TEXT NOT NULL,
      question TEXT NOT NULL,
      blinding TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      settings TEXT NOT NULL
    ) STRICT;

    CREATE TABLE study_case (
      id INTEGER PRIMARY KEY,
      identifier TEXT NOT NULL UNIQUE,
      study_id INTEGER NOT NULL REFERENCES study (id),
      position INTEGER NOT NULL,
      record TEXT NOT NULL,
      path TEXT NOT NULL,
      repetition INTEGER NOT NULL,
      recording_digest TEXT,
      label TEXT,
      UNIQUE (study_id, position),
      UNIQUE (study_id, path, repetition)
    ) STRICT;

    CREATE TABLE event (
      sequence INTEGER PRIMARY KEY,
      identifier TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      study_id INTEGER NOT NULL REFERENCES study (id),
      case_id INTEGER NOT NULL REFERENCES study_case (id),
      reviewer TEXT NOT NULL,
      verdict TEXT NOT NULL,
      time_ms INTEGER NOT NULL,
      spent_ms INTEGER,
      visible TEXT NOT NULL,
      note TEXT NOT NULL,
      recording_digest TEXT,
      model_digest TEXT,
      probability REAL,
      program_version TEXT NOT NULL,
      undoes TEXT UNIQUE REFERENCES event (identifier),
      previous_digest BLOB NOT NULL,
      digest BLOB NOT NULL
    ) STRICT;
    CREATE INDEX event_by_case ON event (study_id, kind, reviewer, case_id, sequence);

    \(chain(of: "event", head: "chain_head", noun: "events"))
    """,
    // What a merge and a sampled study need, and an index that answers "which verdicts stand" without the table.
    """
    ALTER TABLE study_case ADD COLUMN source TEXT;
    ALTER TABLE event ADD COLUMN form INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE event ADD COLUMN origin TEXT;
    DROP INDEX event_by_case;
    CREATE INDEX event_standing ON event (study_id, kind, reviewer, case_id, sequence, verdict);

    -- Which store this is, for the origin of events that are merged into another.
    CREATE TABLE store_identity (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      identifier TEXT NOT NULL
    ) STRICT;
    INSERT INTO store_identity VALUES (1, lower(hex(randomblob(16))));
    """,
    // A case is a recording, wherever it lies: two may have lain at one path. What befalls a study as a whole has a log of its own.
    """
    CREATE TABLE study_case_3 (
      id INTEGER PRIMARY KEY,
      identifier TEXT NOT NULL UNIQUE,
      study_id INTEGER NOT NULL REFERENCES study (id),
      position INTEGER NOT NULL,
      record TEXT NOT NULL,
      path TEXT NOT NULL,
      repetition INTEGER NOT NULL,
      recording_digest TEXT,
      label TEXT,
      source TEXT,
      learned_digest TEXT,
      UNIQUE (study_id, position)
    ) STRICT;
    INSERT INTO study_case_3
      SELECT id, identifier, study_id, position, record, path, repetition, recording_digest, label, source, NULL FROM study_case;
    UPDATE study_case_3 SET learned_digest = judged.recording_digest
      FROM (
        SELECT case_id, recording_digest, MAX(sequence) FROM event WHERE recording_digest IS NOT NULL GROUP BY case_id
      ) AS judged
      WHERE judged.case_id = study_case_3.id AND study_case_3.recording_digest IS NULL;
    DROP TABLE study_case;
    ALTER TABLE study_case_3 RENAME TO study_case;

    CREATE TABLE study_entry (
      sequence INTEGER PRIMARY KEY,
      study_id INTEGER NOT NULL REFERENCES study (id),
      kind TEXT NOT NULL,
      reviewer TEXT NOT NULL,
      time_ms INTEGER NOT NULL,
      content TEXT NOT NULL,
      program_version TEXT NOT NULL,
      previous_digest BLOB NOT NULL,
      digest BLOB NOT NULL
    ) STRICT;
    CREATE INDEX study_entry_by_study ON study_entry (study_id, kind, sequence);
    \(chain(of: "study_entry", head: "study_entry_head", noun: "entries"))
    """,
    // What a reader says of many statements at once: one event a case, in the form of CaseAnswer. Cases of such a study have that form as their label.
    """
    ALTER TABLE event ADD COLUMN answer TEXT;
    """,
    // What was measured of the recording that was judged, as a JSON object.
    """
    ALTER TABLE event ADD COLUMN measured TEXT;
    """,
    // What a reader did to the annotations of a recording: one event a stroke, in the form of AnnotationStroke.
    """
    ALTER TABLE event ADD COLUMN annotation TEXT;
    """,
  ]
}
