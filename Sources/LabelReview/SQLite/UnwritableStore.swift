import Files
import Foundation
import GRDB

/// Opens a store that lies in a file or folder that this program may not write, or on a full disk.
///
/// In WAL mode even a reader writes beside the file, so that SQLite refuses such a store.
enum UnwritableStore {
  /// Whether there is a regular file that cannot be written, or in whose folder nothing can be made.
  static func isUnwritable(_ path: String) -> Bool {
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let manager = FileManager.default
    guard (try? manager.attributesOfItem(atPath: file.path))?[.type] as? FileAttributeType == .typeRegular else { return false }
    return !manager.isWritableFile(atPath: file.path) || !manager.isWritableFile(atPath: file.deletingLastPathComponent().path)
  }

  /// Whether the disk has no room for what SQLite writes beside a store that it reads, 32 kB.
  static func hasNoRoom(_ path: String) -> Bool {
    var status = statvfs()
    let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent().path
    return statvfs(folder, &status) == 0 && status.f_bavail < (1 << 16) / max(1, status.f_frsize)
  }

  /// Why a store that is open for reading takes nothing.
  static func reason(_ path: String) -> ReviewStoreError { hasNoRoom(path) ? .diskFull(path: path) : .readOnly(path: path) }

  /// The store for reading: beside a program that is writing it, through that one's shared memory; else a copy, with what is not yet in the main file;
  /// on a full disk the file as it is, where nothing is missing from it.
  ///
  /// - Throws: ``ReviewStoreError``.
  static func open(path: String, configuration: Configuration, isFull: Bool) throws -> DatabaseQueue {
    try ReviewStoreError.translating(path: path) {
      if isFull, isEmpty(path + "-wal"), let queue = try openAsItIs(path: path, configuration: configuration) { return queue }
      if FileManager.default.fileExists(atPath: path + "-shm") {
        // What SQLite leaves there where it finds no room is nobody's memory.
        let queue =
          isFull ? try? openBeside(path: path, configuration: configuration) : try openBeside(path: path, configuration: configuration)
        if let queue { return queue }
      }
      return try openCopy(of: path, configuration: configuration)
    }
  }

  private static func isEmpty(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 || status.st_size == 0
  }

  private static func openBeside(path: String, configuration: Configuration) throws -> DatabaseQueue {
    var reading = configuration
    reading.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: reading)
    try queue.writeWithoutTransaction { try StoreSchema.migrate($0, path: path, programVersion: nil) }
    return queue
  }

  /// The main file without any beside it; nil for one that would have to be brought up to date.
  private static func openAsItIs(path: String, configuration: Configuration) throws -> DatabaseQueue? {
    guard try isDatabase(path) else { return nil }
    var reading = configuration
    reading.readonly = true
    let queue = try DatabaseQueue(path: immutableAddress(of: path), configuration: reading)
    return try queue.read(StoreSchema.isCurrent) ? queue : nil
  }

  /// An address by which SQLite reads a file alone, without locks.
  static func immutableAddress(of path: String) -> String {
    let allowed = CharacterSet(charactersIn: "/.-_~").union(.alphanumerics)
    return "file:\(path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path)?immutable=1"
  }

  /// A copy whose file has no name any more once it is open, so that it ends with the program however that ends.
  private static func openCopy(of path: String, configuration: Configuration) throws -> DatabaseQueue {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("einthoven-\(UUID().uuidString)")
    let copy = folder.appendingPathComponent("reviews.sqlite").path
    defer { try? FileManager.default.removeItem(at: folder) }
    guard try isDatabase(path) else { throw ReviewStoreError.damaged(path: path, reason: "file is not a database") }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for suffix in ["", "-wal"] where suffix.isEmpty || FileManager.default.fileExists(atPath: path + suffix) {
        try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy + suffix)
      }
    } catch {
      let reason = "it may not be written, and a copy for reading failed: \(error.fileCause)"
      throw ReviewStoreError.cannotOpen(path: path, reason: reason)
    }
    let queue = try DatabaseQueue(path: copy, configuration: configuration)
    try queue.writeWithoutTransaction { database in
      // One file in place of three, which stays open.
      try database.execute(sql: "PRAGMA journal_mode = DELETE")
      try StoreSchema.migrate(database, path: path, programVersion: nil, backsUp: false)
    }
    return queue
  }

  /// Whether a file begins as SQLite's do, or is empty: nothing else is copied.
  private static func isDatabase(_ path: String) throws -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw ReviewStoreError.unreadable(path: path, reason: "permission denied")
    }
    defer { try? handle.close() }
    let start = try? handle.read(upToCount: 16)
    return start == nil || start?.isEmpty == true || start == Data("SQLite format 3\0".utf8)
  }
}
