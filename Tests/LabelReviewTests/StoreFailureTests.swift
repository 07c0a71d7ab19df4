import Foundation
import GRDB
import LabelReview
import Testing

/// Whatever is wrong with the file: a message and nothing half written.
struct StoreFailureTests {
  private let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  private func error(_ work: () throws -> Void) -> ReviewStoreError? {
    do {
      try work()
      return nil
    } catch {
      return error as? ReviewStoreError
    }
  }

  private func expectOneLine(_ error: ReviewStoreError?) {
    #expect(error != nil)
    #expect(error.map { !$0.description.contains("\n") && $0.description.hasPrefix("/") } ?? false, "\(String(describing: error))")
  }

  @Test func foldersAreMade() throws {
    _ = try fixture.store()
    #expect(FileManager.default.fileExists(atPath: fixture.path))
  }

  @Test func aFolderOrADeviceIsNoStore() {
    let folder = fixture.folder.path
    #expect(error { _ = try ReviewStore(path: folder, programVersion: "1") } == .unreadable(path: folder, reason: "it is a folder"))
    for open in [
      { try ReviewStore(path: "/dev/null", programVersion: "1") }, { try ReviewStore.reading(path: "/dev/null", programVersion: "1") },
    ] {
      #expect(error { _ = try open() } == .unreadable(path: "/dev/null", reason: "it is no regular file"))
    }
  }

  @Test func tablesThatAreNotOursAreDamage() throws {
    let store = try fixture.store()
    _ = try store.openStudy(StoreFixture.draft())
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "ALTER TABLE study_case RENAME COLUMN record TO recording") }
    let error = error { _ = try store.study(named: "audit").map { try store.cases(of: $0) } }
    guard case .damaged = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    expectOneLine(error)
  }

  @Test func aMissingStoreIsNotMadeByReading() {
    let error = error { _ = try ReviewStore(path: fixture.path, programVersion: "1", createsIfMissing: false) }
    #expect(error == .missing(path: fixture.path))
    #expect(!FileManager.default.fileExists(atPath: fixture.path))
  }

  @Test func aNewerStoreIsRefusedAndUntouched() throws {
    let store = try fixture.store()
    _ = try store.openStudy(StoreFixture.draft())
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99; DROP TABLE chain_head") }
    let error = error { _ = try fixture.store() }
    #expect(error == .newerStore(path: fixture.path, version: 99, known: 6))
    expectOneLine(error)
    #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 99)
  }

  @Test func anotherProgramsDatabaseIsRefused() throws {
    let path = fixture.folder.appendingPathComponent("other.sqlite").path
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "CREATE TABLE study (x)") }
    #expect(error { _ = try ReviewStore(path: path, programVersion: "1") } == .notAStore(path: path))
  }

  @Test(arguments: [100, 5000])
  func aFileThatIsNoDatabaseIsRefused(size: Int) throws {
    let path = fixture.folder.appendingPathComponent("text").path
    try Data(repeating: UInt8(ascii: "x"), count: size).write(to: URL(fileURLWithPath: path))
    let error = error { _ = try ReviewStore(path: path, programVersion: "1") }
    guard case .damaged = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    expectOneLine(error)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == size)
  }

  @Test func aDamagedStoreIsAnErrorAndNeverACrash() throws {
    do {
      let store = try fixture.store()
      let study = try store.openStudy(StoreFixture.draft(cases: 200))
      for position in 0..<100 { try store.judge(study, position, .present, by: "A") }
    }
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.writeWithoutTransaction { _ = try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try queue.close()
    let whole = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
    for (index, start) in stride(from: 4096, to: whole.count - 4096, by: 4096).enumerated() {
      var damaged = whole
      damaged.replaceSubrange(start..<(start + 2048), with: Data(repeating: 0xA5, count: 2048))
      let path = fixture.folder.appendingPathComponent("damaged-\(index)").path
      try damaged.write(to: URL(fileURLWithPath: path))
      let error = error {
        let store = try ReviewStore(path: path, programVersion: "1")
        _ = try store.verify()
        for study in try store.studies() { _ = try store.standingVerdicts(of: study) }
      }
      if let error { #expect(!error.description.contains("\n")) }
    }
  }

  @Test func aFolderInPlaceOfTheStoreIsRefused() throws {
    expectOneLine(error { _ = try ReviewStore(path: fixture.folder.path, programVersion: "1") })
  }

  @Test func aFileInPlaceOfTheFolderIsRefused() throws {
    let file = fixture.folder.appendingPathComponent("file")
    try Data().write(to: file)
    let error = error { _ = try ReviewStore(path: file.appendingPathComponent("reviews.sqlite").path, programVersion: "1") }
    guard case .cannotOpen = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    expectOneLine(error)
  }

  @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
  func aReadOnlyFolderIsRefused() throws {
    let folder = fixture.folder.appendingPathComponent("locked")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
    expectOneLine(error { _ = try ReviewStore(path: folder.appendingPathComponent("reviews.sqlite").path, programVersion: "1") })
  }

  @Test func aFullDiskLosesNothingThatWasAcknowledged() throws {
    _ = try fixture.store().openStudy(StoreFixture.draft())
    let store = try ReviewStore(path: fixture.path, programVersion: "1", maximumPageCount: 24)
    let study = try #require(try store.study(named: "audit"))
    let caseID = try store.cases(of: study)[0].id
    var acknowledged = 0
    let error = error {
      for _ in 0..<1000 {
        _ = try store.record(
          VerdictDraft(study: study, caseID: caseID, reviewer: "A", verdict: .absent, note: String(repeating: "n", count: 500)))
        acknowledged += 1
      }
    }
    #expect(error == .diskFull(path: fixture.path))
    #expect(acknowledged > 0)
    #expect(try store.events(of: study).count == acknowledged)
    #expect(try store.verify() == [])
    let roomier = try fixture.store()
    try roomier.judge(study, 0, .present, by: "A")
    #expect(try roomier.verify() == [])
  }

  @Test func aLockedStoreSaysSoAndKeepsNothing() throws {
    let store = try fixture.store()
    let study = try store.openStudy(StoreFixture.draft())
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let queue = try DatabaseQueue(path: fixture.path, configuration: configuration)
    try queue.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    #expect(error { try store.judge(study, 0, .present, by: "A") } == .locked(path: fixture.path))
    try queue.inDatabase { try $0.execute(sql: "ROLLBACK") }
    #expect(try store.events(of: study).isEmpty)
    try store.judge(study, 0, .present, by: "A")
    #expect(try store.verify() == [])
  }

  @Test func twoConnectionsWriteOneChain() async throws {
    let path = fixture.path
    let draft = StoreFixture.draft()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for reviewer in ["A", "B", "C"] {
        group.addTask {
          let store = try ReviewStore(path: path, programVersion: "1")
          let study = try store.openStudy(draft)
          for index in 0..<100 { try store.judge(study, index % 4, .present, by: reviewer) }
        }
      }
      try await group.waitForAll()
    }
    let store = try fixture.store()
    let study = try #require(try store.study(named: "audit"))
    #expect(try store.events(of: study).count == 300)
    #expect(try store.cases(of: study).count == 4)
    #expect(try store.verify() == [])
  }
}
