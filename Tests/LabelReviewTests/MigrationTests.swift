import Foundation
import GRDB
import LabelReview
import PlainText
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

  @Test func everyStoredDigestStaysWhatItWas() throws {
    // Written by version 0.9: a plain study, a drawn one with a reveal and an adjudication, an import, a merge, an undo.
    let old = fixture.folder.appendingPathComponent("older.sqlite").path
    try FileManager.default.copyItem(atPath: Checkout.golden("LabelReview/store-version-2.sqlite").path, toPath: old)
    let read = try ReviewStore.reading(path: old, programVersion: "1")
    let before = try read.verification()
    #expect(before.faults == [] && before.uncovered == ["folder", "drawn", "paper", "elsewhere"] && before.studies == 0)
    #expect(try read.headDigest() == "9fa3c0e1433e3a48e0292d61bfb79fd20c923c54ddab09fa8a6ac37834bdc4a8")
    let store = try ReviewStore(path: old, programVersion: "1")
    let after = try store.verification()
    #expect(after.faults == [] && after.uncovered == [] && after.studies == 4)
    #expect(try store.headDigest() == read.headDigest(), "bringing a store up to date adds no event")
    #expect(try store.studies().map(\.name) == ["folder", "drawn", "paper", "elsewhere"])
    let drawn = try #require(try store.study(named: "drawn"))
    #expect(try store.standing(drawn).count == 44)
    #expect(try store.verdictsAfterReveal(of: drawn).map(\.verdict) == [.unsure])
    #expect(try store.adjudications(of: drawn).map(\.rater) == ["C"])
    let folder = try #require(try store.study(named: "folder"))
    #expect(try store.standing(folder) == ["A r0 present", "A r1 absent", "Jos\u{E9} r2 present"])
  }

  @Test func aStoreOfVersion3IsCopiedAndSaysTheSameAsBefore() throws {
    // Written by the program before studies could relabel, with its own exports beside it.
    let old = fixture.folder.appendingPathComponent("three.sqlite").path
    try FileManager.default.copyItem(atPath: Checkout.golden("LabelReview/store-version-3.sqlite").path, toPath: old)
    let store = try ReviewStore(path: old, programVersion: "1")
    let backup = try DatabaseQueue(path: old + ".version-3.backup")
    #expect(try backup.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 3)
    #expect(try store.headDigest() == "e4dea9ce9cb86abc10a81b2d1f5efec349fb388ba68b41584240e3ecbab3c03d")
    let after = try store.verification()
    #expect(after.faults == [] && after.uncovered == [] && after.events == 48 && after.cases == 17)
    let study = try #require(try store.study(named: "small"))
    for (export, name) in [
      (try StudyExport.standing(study, in: store, raters: .all), "verdicts"), (try StudyExport.events(study, in: store), "events"),
    ] {
      // Figures that were measured have a column since; these verdicts have none.
      let place = try #require(export.columns.firstIndex(of: "measured"))
      let rows = ([export.columns] + export.rows.map(export.fields)).map { row in
        row.enumerated().filter { $0.offset != place }.map(\.element)
      }
      #expect(export.rows.allSatisfy { export.fields(of: $0)[place] == "" })
      let text = rows.map { CSVWriter.row($0) + "\n" }.joined()
      #expect(try text == String(contentsOf: Checkout.golden("LabelReview/store-version-3-\(name).csv"), encoding: .utf8))
    }
    try store.judge(study, 1, .unsure, by: "B")
    #expect(try store.verify() == [])
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
    #expect(try store.verify().contains(.changed(event: 5)))
  }
}
