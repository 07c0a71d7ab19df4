import Foundation
import GRDB
import LabelReview
import Testing

/// Settings of studies that this program cannot read.
struct StudySettingsTests {
  private let fixture: StoreFixture
  private let store: ReviewStore

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.store()
    for name in ["audit", "second"] { _ = try store.openStudy(StoreFixture.draft(name: name)) }
  }

  private func write(_ settings: String, to study: String = "audit") throws {
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.write { try $0.execute(sql: "UPDATE study SET settings = ? WHERE name = ?", arguments: [settings, study]) }
    try queue.close()
  }

  @Test(arguments: ["", "{}", "no JSON", #"{"version":1,"relabelling":{"prefill":"none"}}"#, #"{"version":1,"order":"random"}"#])
  func damagedSettingsAreNotThoseOfAPlainOpenStudy(settings: String) throws {
    try write(settings)
    let error = #expect(throws: ReviewStoreError.self) { try store.study(named: "audit") }
    #expect(error.map { "\($0)".contains("damaged") && "\($0)".contains("'audit'") } == true)
    #expect(throws: ReviewStoreError.self) { try store.openStudy(StoreFixture.draft(cases: 9)) }
    #expect(throws: ReviewStoreError.self) { try fixture.store(named: "target").merge(from: store) }
    #expect(try store.study(named: "second")?.name == "second", "others stay usable")
    #expect(try store.studyListing().map { (try? $0.get())?.name } == [nil, "second"])
    #expect(throws: ReviewStoreError.self) { try store.studies() }
    let found = try store.verification()
    #expect(found.faults == [.changedStudy("audit")] && found.unreadable.count == 1 && found.unreadable[0].contains("'audit'"))
  }

  @Test func settingsOfANewerProgramAskForIt() throws {
    try write(#"{"version":2,"blocks":{"size":3},"order":"spiral"}"#)
    let error = #expect(throws: ReviewStoreError.self) { try store.study(named: "audit") }
    #expect(error == .newerStudy("audit", version: 2, known: 1))
    #expect(error.map { "\($0)".contains("study 'audit'") && "\($0)".contains("update einthoven") } == true)
    #expect(try store.verification().unreadable == ["\(ReviewStoreError.newerStudy("audit", version: 2, known: 1))"])
  }
}
