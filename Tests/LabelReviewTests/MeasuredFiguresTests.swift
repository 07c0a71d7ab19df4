import Foundation
import GRDB
import LabelReview
import Testing

/// What was measured of a recording is stored with the verdict on it, and cannot be changed unseen.
@Suite struct MeasuredFiguresTests {
  private let figures = ["qrs_axis_deg": -41.25, "heart_rate_bpm": 71.5, "qrs_ms": 98]

  private func judged(_ fixture: StoreFixture) throws -> (store: ReviewStore, study: Study) {
    let store = try fixture.store()
    let study = try store.openStudy(StoreFixture.draft())
    var draft = VerdictDraft(study: study, caseID: try store.cases(of: study)[0].id, reviewer: "A", verdict: .present)
    draft.measured = figures.merging(["qt_ms": .nan]) { $1 }
    #expect(try store.record(draft).measured == figures, "what is no number is left out")
    return (store, study)
  }

  @Test func theyComeBackAndTakingBackHasNone() throws {
    let fixture = try StoreFixture()
    let (store, study) = try judged(fixture)
    #expect(try store.standingVerdicts(of: study).map(\.event.measured) == [figures])
    try store.judge(study, 1, .absent, by: "A")
    _ = try store.undo(study: study, reviewer: "A")
    _ = try store.undo(study: study, reviewer: "A")
    #expect(try store.events(of: study).map { $0.measured.count } == [3, 0, 0, 0])
    #expect(try store.verify().isEmpty)
  }

  @Test func theyAreExportedAndMerged() throws {
    let (mine, theirs) = (try StoreFixture(), try StoreFixture())
    let (store, study) = try judged(mine)
    let export = try StudyExport.standing(study, in: store)
    let row = try #require(export.rows.first)
    #expect(export.columns.last == "measured")
    #expect(export.fields(of: row).last == #"{"heart_rate_bpm":71.5,"qrs_axis_deg":-41.25,"qrs_ms":98}"#)
    let other = try theirs.store()
    _ = try other.merge(from: store)
    let copy = try #require(try other.study(named: study.name))
    #expect(try other.standingVerdicts(of: copy).map(\.event.measured) == [figures])
    #expect(try other.verify().isEmpty)
  }

  @Test func aChangedFigureIsFound() throws {
    let fixture = try StoreFixture()
    let (store, _) = try judged(fixture)
    #expect(try store.verify().isEmpty)
    try DatabaseQueue(path: fixture.path).writeWithoutTransaction { database in
      try database.execute(sql: "DROP TRIGGER event_is_never_changed; UPDATE event SET measured = replace(measured, '-41.25', '41.25')")
    }
    #expect(try !fixture.store().verify().isEmpty)
  }
}
