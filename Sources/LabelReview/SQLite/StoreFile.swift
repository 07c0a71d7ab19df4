import Foundation
import GRDB
import Synchronization

/// The file that a store was opened on: tells whether it is still the one at its path, and still holds what was written into it.
///
/// SQLite goes on writing into a file that was removed, and into its notes beside a file that was replaced; what it calls committed is then found by nobody.
final class StoreFile: Sendable {
  /// Which file something is.
  private struct Identity: Equatable {
    let device: UInt64
    let inode: UInt64

    init(_ status: stat) { (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino)) }
  }

  /// What was last seen of the main file, and the files beside it that SQLite writes first.
  private struct Seen {
    var beside: [String: Identity] = [:]
    var size: Int64 = -1
    var writtenAt: Int64 = -1
    var head: Int64 = 0
    /// Whether the main file can be read by itself at all.
    var canBeRead = false
  }

  /// What the main file says without the notes beside it.
  private struct Content {
    let identifier: String
    let sequence: Int64
    let digest: Data
    let places: [String]
  }

  /// On which pages the tables begin: a copy that says the same may have them elsewhere, and pages of the two would be mixed.
  private static func places(_ database: Database) throws -> [String] {
    try String.fetchAll(database, sql: "SELECT name || ' ' || rootpage FROM sqlite_schema ORDER BY name")
  }

  /// Which store this is, wherever it is copied to.
  let storeIdentifier: String
  private let path: String
  private let main: Identity
  private let firstPlaces: [String]
  private let seen = Mutex(Seen())

  /// The file of a connection that was just opened on a path.
  ///
  /// - Throws: ``ReviewStoreError/displaced(path:reason:)`` where it is gone already.
  init(path: String, _ database: Database) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { throw ReviewStoreError.displaced(path: path, reason: "it was removed") }
    self.path = path
    main = Identity(status)
    storeIdentifier = try String.fetchOne(database, sql: "SELECT identifier FROM store_identity WHERE id = 1") ?? ""
    let places = try Self.places(database)
    // A new store, and one that was just brought up to date, lies in the notes alone until they are written back.
    firstPlaces = places
    if (try? content())?.places != places { try database.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)") }
    let first = try? content()
    seen.withLock { $0.canBeRead = first?.places == places }
  }

  /// Whether another file, or none, is at the path.
  var isAnotherFile: Bool {
    var status = stat()
    return stat(path, &status) != 0 || Identity(status) != main
  }

  /// Makes sure that the file is where it was and is what it was.
  ///
  /// - Parameter database: the connection, in a transaction; nil to look at the files alone.
  /// - Throws: ``ReviewStoreError/displaced(path:reason:)``.
  func check(_ database: Database?) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { throw displaced("it was removed") }
    guard Identity(status) == main else { throw displaced("another file was put in its place") }
    try checkBeside()
    let (size, writtenAt) = (Int64(status.st_size), Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec))
    let isChanged = seen.withLock { $0.size != size || $0.writtenAt != writtenAt }
    guard isChanged, let database, size == 0 || seen.withLock({ $0.canBeRead }) else { return }
    try checkContent(database)
    seen.withLock { ($0.size, $0.writtenAt) = (size, writtenAt) }
  }

  /// Makes sure that a failure is not that of a file which is another by now.
  ///
  /// - Throws: ``ReviewStoreError/displaced(path:reason:)``.
  func checkAfterFailure() throws {
    try check(nil)
    guard seen.withLock({ $0.canBeRead }) else { return }
    guard let content = contentInTheEnd() else { throw displaced("it was cut short or damaged") }
    guard content.identifier == storeIdentifier else { throw displaced("another store was written over it") }
    guard content.places == firstPlaces else { throw displaced("another copy was written over it") }
  }

  /// What to say; from now on nobody takes this store's notes for those of whatever lies at the path.
  private func displaced(_ reason: String) -> ReviewStoreError {
    setNotesAside()
    return .displaced(path: path, reason: reason)
  }

  /// Gives the write-ahead log beside the path another name, where it belongs to the file that was opened: SQLite would play it back into any other.
  private func setNotesAside() {
    for suffix in ["-wal", "-shm"] {
      var status = stat()
      guard stat(path + suffix, &status) == 0, seen.withLock({ $0.beside[suffix] }) == Identity(status) else { continue }
      rename(path + suffix, "\(path).displaced-\(getpid())\(suffix)")
    }
  }

  /// What is committed lies in these first.
  private func checkBeside() throws {
    for suffix in ["-wal", "-shm"] {
      var status = stat()
      let found = stat(path + suffix, &status) == 0 ? Identity(status) : nil
      let known = seen.withLock { seen in
        if seen.beside[suffix] == nil { seen.beside[suffix] = found }
        return seen.beside[suffix]
      }
      if let known, known != found { throw displaced("its file \(suffix) was removed or replaced") }
    }
  }

  /// What was written back to the main file must be this store's, a part of its log, and never less than before.
  private func checkContent(_ database: Database) throws {
    guard let content = contentInTheEnd() else { throw displaced("it was cut short or damaged") }
    guard content.identifier == storeIdentifier else { throw displaced("another store was written over it") }
    let digest = try Data.fetchOne(database, sql: "SELECT digest FROM event WHERE sequence = ?", arguments: [content.sequence])
    let isOurs = try (content.sequence == 0 || digest == content.digest) && content.places == Self.places(database)
    guard isOurs, seen.withLock({ content.sequence >= $0.head }) else { throw displaced("another copy was written over it") }
    seen.withLock { $0.head = content.sequence }
  }

  /// The main file's content; another program may be writing pages back at this moment.
  private func contentInTheEnd() -> Content? {
    for attempt in 0..<4 {
      if attempt > 0 { usleep(20_000) }
      if let content = try? content() { return content }
    }
    return nil
  }

  /// Reads the main file alone, by SQLite and not by hand: closing a file gives up all locks that the process has on it.
  private func content() throws -> Content {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: UnwritableStore.immutableAddress(of: path), configuration: configuration)
    return try queue.read { database in
      let head = try Row.fetchOne(database, sql: "SELECT sequence, digest FROM chain_head WHERE id = 1")
      guard let head, let identifier = try String.fetchOne(database, sql: "SELECT identifier FROM store_identity WHERE id = 1") else {
        throw CocoaError(.fileReadCorruptFile)
      }
      return Content(
        identifier: identifier, sequence: try head.decode(atIndex: 0), digest: try head.decode(atIndex: 1),
        places: try Self.places(database))
    }
  }
}

/// Whether files can be locked, without which several programs would write over one another.
enum FileLocks {
  /// Tries it beside a store, on a file without a name.
  static func work(beside path: String) -> Bool {
    let test = "\(path).lock-test-\(UUID().uuidString)"
    let descriptor = open(test, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return true }
    unlink(test)
    defer { close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_len = 1
    guard fcntl(descriptor, F_SETLK, &lock) != 0 else { return true }
    return ![ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL].contains(errno)
  }
}
