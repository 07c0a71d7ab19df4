import Foundation
import GRDB
import LabelReview
import Testing

/// Changes behind the program's back: made here with SQL on a second connection, the triggers dropped first.
struct ChainTests {
  private let fixture: StoreFixture
  private let store: ReviewStore

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.store()
    let study = try store.openStudy(StoreFixture.draft(cases: 6))
    for position in 0..<6 { try store.judge(study, position, position % 2 == 0 ? .present : .absent, by: "A") }
  }

  private func tamper(_ sql: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: fixture.path, configuration: configuration)
    try queue.write { database in
      let triggers = try String.fetchAll(database, sql: "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'event'")
      try database.execute(sql: "DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_removed; \(sql)")
      // Whoever changes a store takes care to leave no trace.
      for trigger in triggers { try database.execute(sql: trigger) }
    }
    try queue.close()
  }

  /// What is wrong; figures wait for a check of their own, which finds the same.
  private func faults() throws -> [ChainFault] {
    let whole = try store.verify()
    let found = try store.verification(.figures).faults
    #expect(found == whole)
    return whole
  }

  /// Changes what SQLite's index says, and leaves the events as they are.
  ///
  /// An index's pages are those of a table without row numbers, as which they can be written.
  private func tamper(withIndex name: String, _ columns: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.writeWithoutTransaction { database in
      let page = try Int.fetchOne(database, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?", arguments: [name])
      try database.execute(
        sql: "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'pages', 'pages', \(try #require(page)), ?)",
        arguments: ["CREATE TABLE pages (\(columns), PRIMARY KEY (\(columns))) WITHOUT ROWID"])
      try database.execute(sql: "PRAGMA writable_schema = RESET")
      try database.execute(sql: sql)
      try database.execute(
        sql: "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'pages'; PRAGMA writable_schema = RESET")
    }
    try queue.close()
  }

  @Test(arguments: [
    "UPDATE pages SET f = 'absent' WHERE e = 3", "DELETE FROM pages WHERE e = 3", "UPDATE pages SET c = 'B' WHERE e = 3",
    "INSERT INTO pages SELECT a, b, c, d, 99, f, 99 FROM pages WHERE e = 3", "UPDATE pages SET a = 2",
  ])
  func anIndexThatSaysSomethingElseThanTheEventsIsFound(sql: String) throws {
    try tamper(withIndex: "event_standing", "a, b, c, d, e, f, g", sql)
    for depth in [StoreVerification.Depth.whole, .figures] {
      let faults = try store.verification(depth).faults
      #expect(!faults.isEmpty && faults.allSatisfy { if case .damagedFile = $0 { true } else { false } }, "\(faults)")
    }
  }

  @Test func anEventThatIsNotFoundByItsIdentifierIsNoticedWhereItWasTakenBack() throws {
    let study = try #require(try store.study(named: "audit"))
    let undo = try #require(try store.undo(study: study, reviewer: "A"))
    #expect(try faults() == [])
    try tamper(withIndex: "sqlite_autoindex_event_1", "a, b", "DELETE FROM pages WHERE a = '\(try #require(undo.undoes).uuidString)'")
    for depth in [StoreVerification.Depth.whole, .figures] { #expect(try !store.verification(depth).faults.isEmpty) }
  }

  @Test func anUntouchedLogIsIntact() throws {
    #expect(try faults() == [])
    #expect(try ReviewStore(path: fixture.folder.appendingPathComponent("empty").path, programVersion: "1").verify() == [])
  }

  @Test(arguments: ["UPDATE event SET verdict = 'absent'", "DELETE FROM event WHERE sequence = 6", "DELETE FROM event"])
  func theDatabaseItselfRefusesChanges(sql: String) throws {
    let queue = try DatabaseQueue(path: fixture.path)
    #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: sql) } }
    #expect(try faults() == [])
  }

  @Test(arguments: [
    "verdict = 'absent'", "reviewer = 'B'", "time_ms = time_ms + 1", "spent_ms = 1", "visible = 'labels'", "note = 'x'",
    "probability = 0.5",
    "recording_digest = 'x'", "model_digest = ''", "program_version = 'x'", "case_id = 1", "kind = 'undo'", "identifier = 'x'",
    "digest = zeroblob(32)",
  ])
  func aChangedEventIsFound(assignment: String) throws {
    try tamper("UPDATE event SET \(assignment) WHERE sequence = 3")
    #expect(try faults().first == .changed(event: 3))
  }

  @Test func aChangedEventWithAFreshDigestBreaksTheNext() throws {
    try tamper(
      """
      CREATE TEMP TABLE copy AS SELECT * FROM event WHERE sequence = 4;
      UPDATE event SET digest = (SELECT previous_digest FROM copy) WHERE sequence = 4
      """
    )
    #expect(try faults() == [.changed(event: 4), .broken(event: 5)])
  }

  @Test func removedEventsAreFound() throws {
    try tamper("DELETE FROM event WHERE sequence IN (2, 3)")
    #expect(try faults() == [.missing(first: 2, last: 3)])
  }

  @Test func eventsCutFromTheEndAreFound() throws {
    try tamper("DELETE FROM event WHERE sequence >= 5")
    #expect(try faults() == [.missing(first: 5, last: 6)])
    let study = try #require(try store.study(named: "audit"))
    try store.judge(study, 0, .unsure, by: "A")
    #expect(try faults() == [.missing(first: 5, last: 6)], "a later verdict must not hide the gap")
  }

  @Test func theFirstEventsMissingAreFound() throws {
    try tamper("DELETE FROM event WHERE sequence = 1")
    #expect(try faults() == [.missing(first: 1, last: 1)])
  }

  @Test func reorderedEventsAreFound() throws {
    try tamper(
      "UPDATE event SET sequence = -1 WHERE sequence = 2; UPDATE event SET sequence = 2 WHERE sequence = 3; UPDATE event SET sequence = 3 WHERE sequence = -1"
    )
    let faults = try self.faults()
    #expect(faults.contains(.changed(event: 2)) && faults.contains(.changed(event: 3)) && faults.contains(.broken(event: 4)))
  }

  @Test(arguments: ["UPDATE study_case SET label = 'absent' WHERE id = 3", "UPDATE study_case SET record = 'x' WHERE id = 3"])
  func aChangedCaseIsFound(sql: String) throws {
    try tamper(sql)
    #expect(try faults() == [.changed(event: 3), .changedStudy("audit")])
  }

  @Test(arguments: ["UPDATE study SET question = 'x'", "UPDATE study SET diagnosis = 'x'"])
  func aChangedStudyIsFound(sql: String) throws {
    try tamper(sql)
    #expect(try faults() == (1...6).map { .changed(event: $0) } + [.changedStudy("audit")])
  }

  @Test func aRemovedStudyIsFound() throws {
    try tamper("DELETE FROM study")
    #expect(try faults() == (1...6).map { .changed(event: $0) } + [.changedEntry(1)])
  }

  @Test(arguments: [
    "UPDATE study SET name = 'x'", "UPDATE study SET settings = '{}'", "UPDATE study SET created_ms = 0",
    "UPDATE study_case SET label = 'present' WHERE position = 7", "UPDATE study_case SET record = 'x' WHERE position = 7",
    "DELETE FROM study_case WHERE position = 7", "UPDATE study_case SET source = 'x' WHERE position = 6",
  ])
  func whatNobodyJudgedYetIsCoveredToo(sql: String) throws {
    let draft = StoreFixture.draft(cases: 8)
    _ = try store.openStudy(draft)
    #expect(try faults() == [])
    try tamper(sql)
    let faults = try self.faults()
    #expect(faults.contains { if case .changedStudy = $0 { true } else { false } }, "\(faults)")
  }

  @Test(arguments: [
    "UPDATE study_entry SET content = '0 5 x'", "DELETE FROM study_entry", "UPDATE study_entry SET study_id = 2",
    "UPDATE study_entry_head SET sequence = 0",
  ])
  func theStudiesLogIsAChainToo(sql: String) throws {
    _ = try store.openStudy(StoreFixture.draft(name: "second"))
    try tamper(
      "DROP TRIGGER study_entry_is_never_changed; DROP TRIGGER study_entry_is_never_removed; PRAGMA foreign_keys = OFF; \(sql)")
    let faults = try self.faults()
    #expect(faults.contains { if case .changedEntry = $0 { true } else { false } }, "\(faults)")
  }

  @Test(arguments: [
    ("DROP TRIGGER event_is_never_changed", "trigger event_is_never_changed"),
    ("CREATE TRIGGER quiet BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END", "trigger quiet"),
    ("DROP INDEX event_standing", "index event_standing"),
  ])
  func aMissingGuardAndAForeignPartAreNamed(sql: String, part: String) throws {
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
    #expect(try faults() == [.foreignPart(part)])
  }

  @Test func aVerdictThatChangedNoRowIsNone() throws {
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.write { try $0.execute(sql: "CREATE TRIGGER quiet BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END") }
    try queue.close()
    let study = try #require(try store.study(named: "audit"))
    #expect(throws: ReviewStoreError.nothingWritten) { try store.judge(study, 0, .unsure, by: "A") }
    #expect(try store.events(of: study).count == 6)
  }

  @Test func aCheckSaysWhatItCovers() throws {
    let found = try store.verification()
    #expect(found.faults == [] && found.events == 6 && found.studies == 1 && found.cases == 6 && found.uncovered == [])
  }

  @Test func aFalseHeadIsFound() throws {
    try tamper("UPDATE chain_head SET sequence = 4")
    #expect(try faults() == [.wrongHead(event: 6)])
  }

  @Test func aLogWithoutItsHeadIsFoundEvenWhenItIsEmpty() throws {
    try tamper("DELETE FROM chain_head; DELETE FROM event")
    #expect(try faults() == [.missingHead])
  }

  @Test func movingRecordingsIsNoFault() throws {
    try tamper("UPDATE study_case SET path = '/moved/' || record")
    #expect(try faults() == [])
  }

  @Test func faultsReadAsSentences() {
    #expect(
      ChainFault.changed(event: 3).description == "event 3: its content, or that of its study or case, was changed after it was written")
    #expect(ChainFault.missing(first: 2, last: 3).description == "events 2 to 3: missing from the log")
    #expect(ChainFault.missing(first: 2, last: 2).description == "event 2: missing from the log")
  }
}
