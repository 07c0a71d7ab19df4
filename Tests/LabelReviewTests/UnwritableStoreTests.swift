import Foundation
import LabelReview
import Testing

/// A store that cannot be written is read; nothing is ever written into what may be a copy.
struct UnwritableStoreTests {
  private let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  private func unwritable(_ path: String) throws -> ReviewStore {
    try ReviewStore(path: path, programVersion: "test 1", createsIfMissing: false, isUnwritable: true)
  }

  @Test func everythingIsReadAndNothingIsWritten() throws {
    do {
      let store = try fixture.store()
      let study = try store.openStudy(StoreFixture.draft())
      try store.judge(study, 0, .present, by: "A")
      try store.judge(study, 1, .unsure, by: "A")
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
    let store = try unwritable(fixture.path)
    let study = try #require(try store.studies().first)
    #expect(store.isReadOnly && store.path == fixture.path)
    #expect(try store.standing(study) == ["A r0 present", "A r1 unsure"])
    #expect(try store.progress(of: study).map(\.judged) == [2] && store.verify() == [])
    #expect(try StudyExport.events(study, in: store).rows.count == 2)
    let refusal = ReviewStoreError.readOnly(path: fixture.path)
    #expect(throws: refusal) { try store.requireWritable() }
    #expect(throws: refusal) { try store.judge(study, 2, .present, by: "A") }
    #expect(throws: refusal) { try store.undo(study: study, reviewer: "A") }
    #expect(throws: refusal) { try store.createStudy(StoreFixture.draft(name: "other")) }
    #expect(try store.standing(study).count == 2, "reading after a refusal")
    let names = try FileManager.default.contentsOfDirectory(atPath: (fixture.path as NSString).deletingLastPathComponent)
    #expect(names == ["reviews.sqlite"] && before == FileManager.default.contents(atPath: fixture.path))
  }

  @Test func verdictsThatAreOnlyInTheWriteAheadLogAreSeen() throws {
    let writer = try fixture.store()
    let study = try writer.openStudy(StoreFixture.draft())
    try writer.judge(study, 0, .present, by: "A")
    // Beside the program that is writing.
    let reader = try unwritable(fixture.path)
    #expect(try reader.standing(study) == ["A r0 present"])
    try writer.judge(study, 1, .absent, by: "A")
    #expect(try reader.standing(study) == ["A r0 present", "A r1 absent"])
    // As a program that was killed leaves them.
    let left = fixture.folder.appendingPathComponent("left.sqlite").path
    for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: fixture.path + suffix, toPath: left + suffix) }
    #expect(try unwritable(left).standing(study) == ["A r0 present", "A r1 absent"])
  }

  /// SQLite leaves a memory without a header and an empty log where it finds no room for them.
  @Test func onAFullDiskTheFileIsReadAsItIs() throws {
    do {
      let store = try fixture.store()
      try store.judge(try store.openStudy(StoreFixture.draft()), 0, .present, by: "A")
    }
    let left = [("-shm", Data(count: 3)), ("-wal", Data())]
    for (suffix, data) in left { try data.write(to: URL(fileURLWithPath: fixture.path + suffix)) }
    let store = try ReviewStore(
      path: fixture.path, programVersion: "test 1", createsIfMissing: false, isUnwritable: true, isDiskFull: true)
    let study = try #require(try store.studies().first)
    #expect(try store.standing(study) == ["A r0 present"] && store.verify() == [] && store.isReadOnly)
    #expect(throws: ReviewStoreError.self) { try store.judge(study, 1, .present, by: "A") }
    for (suffix, data) in left { #expect(FileManager.default.contents(atPath: fixture.path + suffix) == data) }
    // With room again the same files are nobody's.
    let roomier = try fixture.store()
    try roomier.judge(study, 1, .absent, by: "A")
    #expect(try roomier.standing(study) == ["A r0 present", "A r1 absent"])
  }

  @Test func whatIsNoStoreIsRefused() throws {
    let file = fixture.folder.appendingPathComponent("text")
    try Data("no database".utf8).write(to: file)
    #expect(throws: ReviewStoreError.damaged(path: file.path, reason: "file is not a database")) { try unwritable(file.path) }
  }

  @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
  func filesAndFoldersWithoutPermissionAreUnwritable() throws {
    do { _ = try fixture.store().openStudy(StoreFixture.draft()) }
    let folder = (fixture.path as NSString).deletingLastPathComponent
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
    #expect(try fixture.store().studies().count == 1 && fixture.store().isReadOnly)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    #expect(try !fixture.store().isReadOnly)
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: fixture.path)
    #expect(try fixture.store().studies().count == 1 && fixture.store().isReadOnly)
  }
}
