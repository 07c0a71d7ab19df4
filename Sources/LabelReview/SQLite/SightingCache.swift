import Agreement
import ECG
import Foundation
import GRDB

/// What is known of recordings without reading them again: their digests, by what the file system says of their files, what models decide on them, and what
/// was measured of them.
///
/// A file beside the store, `<store>.cache`. Losing it loses nothing: everything in it is found out anew. It is never believed where a verdict is given;
/// then the samples themselves are read. All calls are silent about failures, which cost time only.
public final class SightingCache: Sendable {
  let database: any DatabaseWriter

  /// Version of the tables; a file of another version is thrown away.
  private static let version = 1

  /// The cache beside a store; nil where none can be made.
  public init?(beside store: String) {
    let path = Self.path(beside: store)
    guard let database = Self.open(path) ?? Self.openAnew(path) else { return nil }
    self.database = database
  }

  /// Where the cache of a store lies.
  public static func path(beside store: String) -> String { store + ".cache" }

  private static func open(_ path: String) -> (any DatabaseWriter)? {
    var configuration = Configuration()
    configuration.busyMode = .timeout(1)
    guard let queue = try? DatabaseQueue(path: path, configuration: configuration) else { return nil }
    do {
      try queue.writeWithoutTransaction { database in
        // What a lost power supply takes is found out anew.
        try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found == version || found == 0 else { throw CocoaError(.fileReadCorruptFile) }
        try database.execute(
          sql: """
            CREATE TABLE IF NOT EXISTS recording (stamp BLOB PRIMARY KEY, path TEXT NOT NULL, digest TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS model (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE IF NOT EXISTS decision (
              model INTEGER NOT NULL, code TEXT NOT NULL, digest TEXT NOT NULL, probability REAL NOT NULL, present INTEGER NOT NULL,
              PRIMARY KEY (model, code, digest)) STRICT, WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS figures (
              digest TEXT PRIMARY KEY, method INTEGER NOT NULL, rate REAL, qrs REAL, axis REAL, quality TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            PRAGMA user_version = \(version)
            """)
      }
      return queue
    } catch {
      try? queue.close()
      return nil
    }
  }

  /// A cache that cannot be read is worth nothing.
  private static func openAnew(_ path: String) -> (any DatabaseWriter)? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    return open(path)
  }

  /// The digests of recordings by the stamps of their files.
  public func digests(of stamps: [FileStamp?]) -> [RecordingDigest?] {
    let found = try? database.read { database in
      // One walk over many costs less than looking each up.
      let isWalk = stamps.count > 200
      guard isWalk else {
        let find = try database.cachedStatement(sql: "SELECT digest FROM recording WHERE stamp = ?")
        return try stamps.map { stamp in
          try stamp.flatMap { try String.fetchOne(find, arguments: [Data($0.bytes)]) }.map { RecordingDigest(hexadecimal: $0) }
        }
      }
      var known: [FileStamp: RecordingDigest] = [:]
      known.reserveCapacity(stamps.count)
      let rows = try Row.fetchCursor(database, sql: "SELECT stamp, digest FROM recording")
      while let row = try rows.next() {
        let bytes: Data = try row.decode(atIndex: 0)
        guard let stamp = FileStamp(bytes: Array(bytes)) else { continue }
        known[stamp] = RecordingDigest(hexadecimal: try row.decode(atIndex: 1))
      }
      return stamps.map { stamp in stamp.flatMap { known[$0] } }
    }
    return found ?? Array(repeating: nil, count: stamps.count)
  }

  /// A recording that has been read.
  public struct Learned: Sendable {
    /// The stamp its files had before they were read.
    public let stamp: FileStamp
    /// Where they are.
    public let path: String
    /// What they hold.
    public let digest: RecordingDigest

    /// A recording that has been read.
    public init(stamp: FileStamp, path: String, digest: RecordingDigest) {
      self.stamp = stamp
      self.path = path
      self.digest = digest
    }
  }

  /// Keeps digests for the next start.
  public func remember(_ recordings: [Learned]) {
    guard !recordings.isEmpty else { return }
    try? database.write { database in
      let insert = try database.cachedStatement(sql: "INSERT OR REPLACE INTO recording (stamp, path, digest) VALUES (?, ?, ?)")
      for recording in recordings {
        try insert.execute(arguments: [Data(recording.stamp.bytes), recording.path.storable, recording.digest.description])
      }
    }
  }

  /// What the model of a study decides on the recordings of cases that nobody opened: the model whose decisions the study holds, else the one asked last.
  ///
  /// Nothing of a drawn study, whose decisions are those of the drawing, and nothing where there is no cache beside the store.
  public static func foreseen(for study: Study, in store: any ReviewStoring) throws -> [RecordingDigest: Verdict] {
    guard !study.isClosed, FileManager.default.fileExists(atPath: path(beside: store.path)), let cache = SightingCache(beside: store.path)
    else { return [:] }
    let last = try store.modelDecisions(of: study).max { $0.event.sequence < $1.event.sequence }?.event.modelDigest
    guard let model = last ?? cache.latestModel else { return [:] }
    return cache.decisions(of: model, about: study.diagnosisCode).mapValues(\.verdict)
  }

  private var latestModel: String? {
    (try? database.read { try String.fetchOne($0, sql: "SELECT digest FROM model ORDER BY id DESC LIMIT 1") }) ?? nil
  }

  /// What a model decides on a diagnosis in recordings, by their digests.
  public func decisions(of model: String, about code: String) -> [RecordingDigest: ModelDecision] {
    let found = try? database.read { database in
      var decisions: [RecordingDigest: ModelDecision] = [:]
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT digest, probability, present FROM decision WHERE model = (SELECT id FROM model WHERE digest = ?) AND code = ?",
        arguments: [model, code])
      while let row = try rows.next() {
        let digest = RecordingDigest(hexadecimal: try row.decode(atIndex: 0))
        let isPresent: Bool = try row.decode(atIndex: 2)
        decisions[digest] = ModelDecision(
          verdict: isPresent ? .present : .absent, probability: try row.decode(atIndex: 1), modelDigest: model)
      }
      return decisions
    }
    return found ?? [:]
  }

  /// Keeps what a model decides on a diagnosis.
  public func remember(_ decisions: [(digest: RecordingDigest, decision: ModelDecision)], of model: String, about code: String) {
    guard !decisions.isEmpty else { return }
    try? database.write { database in
      try database.execute(sql: "INSERT OR IGNORE INTO model (digest) VALUES (?)", arguments: [model])
      let id = try Int64.fetchOne(database, sql: "SELECT id FROM model WHERE digest = ?", arguments: [model])
      let insert = try database.cachedStatement(
        sql: "INSERT OR REPLACE INTO decision (model, code, digest, probability, present) VALUES (?, ?, ?, ?, ?)")
      for (digest, decision) in decisions {
        guard let probability = decision.probability else { continue }
        try insert.execute(arguments: [id, code, digest.description, probability, decision.verdict == .present])
      }
    }
  }
}
