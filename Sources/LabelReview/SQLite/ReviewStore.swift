import ECG
import Foundation
import GRDB
import Synchronization

/// Studies and verdicts on disk: one SQLite file in WAL mode that several programs may use at once.
///
/// Verdicts are an append-only log of events in which each holds the digest of the one before; see ``VerdictEvent`` and ``verify()``.
/// When a call that writes returns, what it wrote is on disk (`synchronous = FULL`): neither a crash nor a lost power supply takes it back.
/// A store that this program may not write can be read; see ``isReadOnly``.
public final class ReviewStore: ReviewStoring {
  /// Where the store lies.
  public let path: String
  /// Whether the file or its folder may not be written, or the disk is full: everything can be read, and whatever would write throws
  /// ``ReviewStoreError/readOnly(path:)`` or ``ReviewStoreError/diskFull(path:)``.
  public let isReadOnly: Bool
  let database: any DatabaseWriter
  let programVersion: String
  /// The file as it was opened; nil where nothing is written.
  let file: StoreFile?
  /// What was annotated last.
  let strokeCache = StrokeCache()
  private let isLeftOpen = Mutex(false)

  /// Seconds to wait for another program that is writing.
  private static let busyTimeoutSeconds = 5.0

  /// Opens a store, making it and its folders where there is none.
  ///
  /// - Parameters:
  ///   - programVersion: written into every event.
  ///   - createsIfMissing: false to refuse a path at which there is no store, as a command that only reads should.
  /// - Throws: ``ReviewStoreError``.
  public convenience init(path: String, programVersion: String, createsIfMissing: Bool = true) throws {
    try self.init(path: path, programVersion: programVersion, createsIfMissing: createsIfMissing, maximumPageCount: nil)
  }

  /// Opens a store that may not grow beyond a number of pages, as if it could not be written, which nothing keeps root from, or as if the disk were full.
  package init(
    path: String, programVersion: String, createsIfMissing: Bool = true, maximumPageCount: Int? = nil, isUnwritable: Bool? = nil,
    isDiskFull: Bool? = nil
  ) throws {
    self.path = path
    self.programVersion = programVersion.storable
    if !FileManager.default.fileExists(atPath: path) {
      guard createsIfMissing else { throw ReviewStoreError.missing(path: path) }
      try Self.makeFolder(of: path)
    }
    try Self.requireFile(path)
    var configuration = Configuration()
    configuration.busyMode = .timeout(Self.busyTimeoutSeconds)
    configuration.foreignKeysEnabled = true
    if !createsIfMissing, Self.isEmpty(path) { throw ReviewStoreError.missing(path: path) }
    var isForReading = isUnwritable ?? UnwritableStore.isUnwritable(path)
    var writable: (any DatabaseWriter)?
    if !isForReading {
      do {
        writable = try Self.open(
          path: path, programVersion: self.programVersion, configuration: configuration, maximumPageCount: maximumPageCount)
      } catch ReviewStoreError.diskFull where !createsIfMissing {
        isForReading = true
      }
    }
    let isFull = isDiskFull ?? UnwritableStore.hasNoRoom(path)
    database = try writable ?? UnwritableStore.open(path: path, configuration: configuration, isFull: isFull)
    isReadOnly = isForReading
    let opened = database
    file =
      isReadOnly
      ? nil : try ReviewStoreError.translating(path: path) { try opened.writeWithoutTransaction { try StoreFile(path: path, $0) } }
  }

  /// A file without a byte is no store yet.
  private static func isEmpty(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_size == 0
  }

  /// Opens a store for reading only: neither its file nor what lies beside it is changed, whatever its version.
  ///
  /// - Throws: ``ReviewStoreError``.
  public static func reading(path: String, programVersion: String) throws -> ReviewStore {
    try ReviewStore(path: path, programVersion: programVersion, createsIfMissing: false, isUnwritable: true)
  }

  /// SQLite says of folders, pipes and devices only that its input or output failed.
  private static func requireFile(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
    throw ReviewStoreError.unreadable(path: path, reason: status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is no regular file")
  }

  private static func open(
    path: String, programVersion: String, configuration: Configuration, maximumPageCount: Int?
  ) throws -> DatabasePool {
    try ReviewStoreError.translating(path: path) {
      let pool = try openPool(path: path, configuration: configuration)
      try pool.writeWithoutTransaction { database in
        // After the pool is open, because opening it sets NORMAL, which may lose the last verdicts with the power supply.
        try database.execute(sql: "PRAGMA synchronous = FULL")
        if let maximumPageCount { try database.execute(sql: "PRAGMA max_page_count = \(maximumPageCount)") }
        try StoreSchema.migrate(database, path: path, programVersion: programVersion)
      }
      return pool
    }
  }

  static func makeFolder(of path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw ReviewStoreError.cannotOpen(path: path, reason: "its folder \(folder.path) cannot be made")
    }
  }

  /// SQLite does not wait its busy timeout when two programs switch one new file to WAL at the same moment, so wait here.
  private static func openPool(path: String, configuration: Configuration) throws -> DatabasePool {
    let deadline = Date(timeIntervalSinceNow: busyTimeoutSeconds)
    while true {
      do {
        return try DatabasePool(path: path, configuration: configuration)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && Date() < deadline {
        guard FileLocks.work(beside: path) else { throw ReviewStoreError.noLocks(path: path) }
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
  }

  func read<Result>(_ work: (Database) throws -> Result) throws -> Result {
    try ReviewStoreError.translating(path: path) { try database.read(work) }
  }

  /// Runs work in one immediate transaction: it sees what every program wrote before, and none writes meanwhile.
  func write<Result>(_ work: (Database) throws -> Result) throws -> Result {
    // Not left to SQLite: what is read may be a copy.
    try requireWritable()
    return try ReviewStoreError.translating(path: path) {
      do {
        let result: Result
        do {
          result = try database.write { database in
            try file?.check(database)
            return try work(database)
          }
        } catch let error as DatabaseError {
          try file?.checkAfterFailure()
          throw error
        }
        // What was committed into a file that is gone by now is not saved.
        try file?.check(nil)
        return result
      } catch let error as ReviewStoreError {
        if case .displaced = error { leaveOpen() }
        throw error
      }
    }
  }

  /// Never closes the connection: at its end SQLite would write its notes back, into whatever was written over the file since.
  private func leaveOpen() {
    isLeftOpen.withLock { isLeftOpen in
      if !isLeftOpen { _ = Unmanaged.passRetained(database as AnyObject) }
      isLeftOpen = true
    }
  }
}
