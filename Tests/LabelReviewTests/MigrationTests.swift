import Foundation
import GRDB
import LabelReview
import TestSupport
import Testing

/// A store of version 1, written by Tests/Oracles/store_version_1.py with digests of its own making.
struct MigrationTests {
  private let fixture: StoreFixture
  private var path: String { fixture.folder.appendingPathComponent("old.sqlite").path }

  init() throws {
    fixture = try StoreFixture()
    try FileManager.default.copyItem(atPath: Checkout.golden("LabelReview/store-version-1.sqlite").path, toPath: path)
  }

  @Test func anOlderStoreIsCopiedAndThenBroughtUpToDate() throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let store = try ReviewStore(path: path, programVersion: "1")
    #expect(try store.verify() == [], "digests of the old form still hold")
    let study = try #require(try store.study(named: "old"))
    #expect(try store.standing(study) == ["A r0 present"])
    try store.judge(study, 1, .unsure, by: "B")
    #expect(try store.verify() == [])
    let backup = try DatabaseQueue(path: path + ".version-1.backup")
    #expect(try backup.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 1)
    #expect(try backup.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM event") } == 4)
    #expect(!before.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path).filter { $0.hasSuffix(".unfinished") } == [])
  }

  @Test func withoutABackupNothingIsChanged() throws {
    // A folder where the backup should go.
    let backup = path + ".version-1.backup"
    try FileManager.default.createDirectory(atPath: backup + "/full", withIntermediateDirectories: true)
    var message = ""
    do { _ = try ReviewStore(path: path, programVersion: "1") } catch { message = "\(error)" }
    #expect(message.contains("nothing was changed") && !message.contains("\n"))
    let queue = try DatabaseQueue(path: path)
    #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 1)
  }

  @Test(arguments: [
    "UPDATE study SET blinding = 'labels'", "UPDATE study SET settings = '{}'", "UPDATE study_case SET recording_digest = 'x' WHERE id = 1",
    "UPDATE study_case SET source = 'x' WHERE id = 1",
  ])
  func whatNewEventsCoverIsFoundChanged(sql: String) throws {
    let store = try ReviewStore(path: path, programVersion: "1")
    let study = try #require(try store.study(named: "old"))
    try store.judge(study, 0, .unsure, by: "B")
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: sql) }
    #expect(try store.verify() == [.changed(event: 5)])
  }
}
