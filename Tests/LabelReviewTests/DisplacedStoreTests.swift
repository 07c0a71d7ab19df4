import Agreement
import Foundation
import LabelReview
import Testing

/// "Saved" means found again: what is written into a file that nobody will find is not saved.
struct DisplacedStoreTests {
  private let fixture: StoreFixture
  private let store: ReviewStore
  private let study: Study

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.store()
    study = try store.openStudy(StoreFixture.draft())
    try store.judge(study, 0, .present, by: "A")
  }

  private func reason() -> String? {
    do {
      try store.judge(study, 1, .absent, by: "A")
      return nil
    } catch ReviewStoreError.displaced(_, let reason) {
      return reason
    } catch {
      return "\(error)"
    }
  }

  @Test func aRemovedStoreSavesNothing() throws {
    try FileManager.default.removeItem(atPath: fixture.path)
    #expect(reason() == "it was removed")
  }

  @Test(arguments: ["-wal", "-shm"]) func whatIsWrittenFirstIsLookedAfterToo(suffix: String) throws {
    try FileManager.default.removeItem(atPath: fixture.path + suffix)
    #expect(reason() == "its file \(suffix) was removed or replaced")
  }

  @Test func anotherFileInItsPlaceSavesNothing() throws {
    let other = fixture.folder.appendingPathComponent("other").path
    _ = try ReviewStore(path: other, programVersion: "test 1").openStudy(StoreFixture.draft())
    #expect(rename(other, fixture.path) == 0)
    #expect(reason() == "another file was put in its place")
  }

  @Test func aStoreThatIsCutShortSavesNothing() throws {
    #expect(truncate(fixture.path, 0) == 0)
    // What is told depends on how much of it the connection still has in memory.
    #expect(reason()?.contains("damaged") == true)
  }

  @Test func anotherStoreWrittenOverItIsFound() throws {
    let other = fixture.folder.appendingPathComponent("other").path
    do { _ = try ReviewStore(path: other, programVersion: "test 1").openStudy(StoreFixture.draft()) }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: other)))
    try handle.close()
    #expect(reason() == "another store was written over it")
  }

  @Test func anOtherCopyOfItWrittenOverItIsFound() throws {
    // A copy of this store that went on elsewhere.
    let copy = fixture.folder.appendingPathComponent("copy").path
    try FileManager.default.copyItem(atPath: fixture.path, toPath: copy)
    try FileManager.default.copyItem(atPath: fixture.path + "-wal", toPath: copy + "-wal")
    do {
      let elsewhere = try ReviewStore(path: copy, programVersion: "test 1")
      for position in 0..<3 { try elsewhere.judge(study, position, .unsure, by: "B") }
    }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: copy)))
    try handle.close()
    #expect(reason() == "another copy was written over it")
  }

  @Test func whatWasWrittenOverAStoreStaysAsItIs() throws {
    let copy = fixture.folder.appendingPathComponent("copy").path
    try store.judge(study, 2, .unsure, by: "A")
    let bytes: Data = try {
      let own = try ReviewStore(path: copy, programVersion: "test 1")
      _ = try own.merge(from: store)
      return try Data(contentsOf: URL(fileURLWithPath: copy))
    }()
    var opened: ReviewStore? = try ReviewStore(path: fixture.path, programVersion: "test 1")
    try opened?.judge(study, 0, .absent, by: "C")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: bytes)
    try handle.close()
    #expect(throws: ReviewStoreError.self) { try opened?.judge(study, 1, .absent, by: "C") }
    // SQLite writes back what it holds when the last connection is closed.
    opened = nil
    #expect(reason() != nil)
    #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == bytes)
  }

  @Test func otherProgramsThatWriteAreNoFault() throws {
    let second = try ReviewStore(path: fixture.path, programVersion: "test 2")
    // Enough that SQLite writes the pages back meanwhile.
    for round in 0..<400 {
      try second.judge(study, round % 4, .absent, by: "B")
      if round.isMultiple(of: 50) { try store.judge(study, round % 4, .present, by: "A") }
    }
    #expect(reason() == nil)
    #expect(try store.verify() == [])
  }

  @Test func anEmptyFileIsNoStore() throws {
    let empty = fixture.folder.appendingPathComponent("empty").path
    try Data().write(to: URL(fileURLWithPath: empty))
    #expect(throws: ReviewStoreError.missing(path: empty)) { try ReviewStore.reading(path: empty, programVersion: "1") }
    #expect(throws: ReviewStoreError.missing(path: empty)) {
      try ReviewStore(path: empty, programVersion: "1", createsIfMissing: false)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: empty)).isEmpty)
  }
}
