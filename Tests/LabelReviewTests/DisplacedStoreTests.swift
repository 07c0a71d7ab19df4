import Agreement
import Foundation
import GRDB
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

  @Test func aCopyThatSaysTheSameOnOtherPagesIsFound() throws {
    let copy = fixture.folder.appendingPathComponent("copy").path
    try DatabaseQueue(path: fixture.path).writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: copy))
    let draft = VerdictDraft(study: study, caseID: try store.cases(of: study)[1].id, reviewer: "A", verdict: .absent)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: bytes)
    try handle.close()
    #expect(throws: ReviewStoreError.displaced(path: fixture.path, reason: "another copy was written over it")) { try store.record(draft) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == bytes)
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

  /// What may be taken from under an open store.
  enum Loss: CaseIterable {
    case file, log, index, folder, folderRenamed, folderReplaced

    func happen(to path: String) throws {
      let (manager, folder) = (FileManager.default, (path as NSString).deletingLastPathComponent)
      switch self {
      case .file: try manager.removeItem(atPath: path)
      case .log: try manager.removeItem(atPath: path + "-wal")
      case .index: try manager.removeItem(atPath: path + "-shm")
      case .folder: try manager.removeItem(atPath: folder)
      case .folderRenamed: try manager.moveItem(atPath: folder, toPath: folder + "-elsewhere")
      case .folderReplaced:
        try manager.removeItem(atPath: folder)
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
    }
  }

  @Test(arguments: Loss.allCases) func theStoreToGoOnWithHoldsAllThatWasSaved(loss: Loss) throws {
    try store.judge(study, 2, .unsure, by: "A")
    let cases = try store.cases(of: study)
    try loss.happen(to: fixture.path)
    #expect(throws: ReviewStoreError.self) {
      try store.record(VerdictDraft(study: study, caseID: cases[1].id, reviewer: "A", verdict: .absent))
    }
    let next = try store.successor(holding: study, cases: cases)
    try next.judge(study, 1, .absent, by: "A")
    #expect(try next.standing(study) == ["A r0 present", "A r1 absent", "A r2 unsure"])
    #expect(try next.verify() == [])
  }

  @Test func anOlderCopyPutInItsPlaceGetsWhatItLacks() throws {
    let older = fixture.folder.appendingPathComponent("older").path
    try DatabaseQueue(path: fixture.path).writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [older]) }
    try store.judge(study, 2, .unsure, by: "A")
    #expect(rename(older, fixture.path) == 0)
    #expect(reason() == "another file was put in its place")
    let next = try store.successor(holding: study, cases: [])
    #expect(next.path == fixture.path)
    #expect(try next.standing(study) == ["A r0 present", "A r2 unsure"] && next.verify().isEmpty)
    let names = try FileManager.default.contentsOfDirectory(atPath: (fixture.path as NSString).deletingLastPathComponent)
    #expect(!names.contains { $0.contains("rescued") })
  }

  @Test func aCopyThatWentOnInItsPlaceIsTakenAsItIs() throws {
    let copy = fixture.folder.appendingPathComponent("copy").path
    try DatabaseQueue(path: fixture.path).writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
    do { try ReviewStore(path: copy, programVersion: "test 1").judge(study, 3, .present, by: "B") }
    #expect(rename(copy, fixture.path) == 0)
    #expect(reason() == "another file was put in its place")
    let next = try store.successor(holding: study, cases: [])
    #expect(try next.path == fixture.path && next.standing(study) == ["A r0 present", "B r3 present"])
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
