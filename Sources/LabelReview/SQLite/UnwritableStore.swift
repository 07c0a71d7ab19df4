import Foundation
import GRDB

/// Opens a store that lies in a file or folder that this program may not write.
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

  /// The store for reading: beside a program that is writing it, through that one's shared memory; else a copy, with what is not yet in the main file.
  ///
  /// - Throws: ``ReviewStoreError``.
  static func open(path: String, configuration: Configuration) throws -> DatabaseQueue {
    try ReviewStoreError.translating(path: path) {
      guard FileManager.default.fileExists(atPath: path + "-shm") else { return try openCopy(of: path, configuration: configuration) }
      var reading = configuration
      reading.readonly = true
      let queue = try DatabaseQueue(path: path, configuration: reading)
      try queue.writeWithoutTransaction { try StoreSchema.migrate($0, path: path, programVersion: nil) }
      return queue
    }
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
      let reason = "it may not be written, and a copy for reading failed: \((error as NSError).localizedDescription)"
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
