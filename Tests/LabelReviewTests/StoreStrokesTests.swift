import Agreement
import ECG
import Foundation
import GRDB
import LabelReview
import PlainText
import Testing

/// What every store does with strokes of annotation.
struct StoreStrokesTests {
  private let fixture: StoreFixture
  private let store: any ReviewStoring
  private let study: Study
  private let cases: [StudyCase]

  init() throws {
    fixture = try StoreFixture()
    store = try StoreKind.sqlite.open(in: fixture)
    study = try store.openStudy(StoreFixture.draft())
    cases = try store.cases(of: study)
  }

  private static func add(_ sample: Int, _ code: AnnotationCode = .normal) -> AnnotationStroke {
    .change([.add(Annotation(sample: sample, code: code))])
  }

  private func record(_ stroke: AnnotationStroke, after: Int, of place: Int = 0, by reader: String = "A") throws {
    let draft = StrokeDraft(study: study, caseID: cases[place].id, reviewer: reader, stroke: stroke, after: after, visible: .measurements)
    let event = try store.record(draft)
    #expect(event.kind == .annotation && event.annotation == stroke && event.reviewer == reader && event.visible == .measurements)
  }

  @Test func strokesAreReadBackInOrderByReaderAndCase() throws {
    try record(Self.add(10), after: 0)
    try record(Self.add(11), after: 0, by: "B")
    try record(Self.add(20), after: 1)
    try record(.undo, after: 2)
    try record(Self.add(5), after: 0, of: 2)
    let again = try StoreKind.sqlite.open(in: fixture)
    #expect(try again.strokes(of: study, caseID: cases[0].id, by: "A") == [Self.add(10), Self.add(20), .undo])
    #expect(try again.strokes(of: study, caseID: cases[0].id, by: "B") == [Self.add(11)])
    #expect(try again.strokes(of: study, caseID: cases[1].id, by: "A") == [])
    let annotators = try again.annotators(of: study)
    #expect(annotators.map(\.reader) == ["A", "B"] && annotators[0].cases == [cases[0].id, cases[2].id])
    #expect(try again.verify() == [])
  }

  @Test func whatCannotFollowIsRefusedAndNothingIsWritten() throws {
    try record(Self.add(10), after: 0)
    func draft(_ stroke: AnnotationStroke, after: Int) -> StrokeDraft {
      StrokeDraft(study: study, caseID: cases[0].id, reviewer: "A", stroke: stroke, after: after)
    }
    #expect(throws: ReviewStoreError.strokesElsewhere(record: "r0")) { try store.record(draft(Self.add(20), after: 0)) }
    #expect(throws: ReviewStoreError.strokesElsewhere(record: "r0")) { try store.record(draft(Self.add(20), after: 2)) }
    #expect(throws: ReviewStoreError.self) { try store.record(draft(Self.add(10), after: 1)) }
    #expect(throws: ReviewStoreError.self) { try store.record(draft(.redo, after: 1)) }
    var nobody = draft(.undo, after: 1)
    nobody.reviewer = " "
    #expect(throws: ReviewStoreError.namelessReviewer) { try store.record(nobody) }
    #expect(try store.events(of: study).count == 1)
  }

  @Test func strokesSayNothingOfTheQuestion() throws {
    try store.judge(study, 0, .present, by: "A")
    try record(Self.add(10), after: 0)
    #expect(try store.standing(study) == ["A r0 present"])
    #expect(try store.progress(of: study).map(\.judged) == [1])
    #expect(try store.undo(study: study, reviewer: "A")?.verdict == .present)
    #expect(try store.undo(study: study, reviewer: "A") == nil)
    #expect(try store.strokes(of: study, caseID: cases[0].id, by: "A").count == 1)
    let export = try StudyExport.events(study, in: store)
    let column = try #require(export.columns.firstIndex(of: "kind"))
    let rows = export.rows.map { export.fields(of: $0) }
    #expect(rows.map { $0[column] } == ["verdict", "annotation", "undo"])
    #expect(rows[1][2] == "", "no verdict")
    #expect(export.json(of: export.rows[1]).text.contains(#""changes":[[null,[10,1]]]"#))
  }

  @Test func anAlteredStrokeIsFound() throws {
    try record(Self.add(10), after: 0)
    let sqlite = try #require(store as? ReviewStore)
    let queue = try DatabaseQueue(path: sqlite.path)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "DROP TRIGGER event_is_never_changed; UPDATE event SET annotation = replace(annotation, '10', '11')")
    }
    #expect(try store.verify().contains(.changed(event: 1)))
  }

  @Test func strokesAreMergedAndTwoWaysOfOneReaderAreAConflict() throws {
    try record(Self.add(10), after: 0)
    let (there, other) = (try StoreFixture(), try #require(store as? ReviewStore))
    let target = try there.store()
    #expect(try target.merge(from: other).addedEvents == 1)
    let copy = try #require(try target.study(named: study.name))
    let caseID = try target.cases(of: copy)[0].id
    #expect(try target.strokes(of: copy, caseID: caseID, by: "A") == [Self.add(10)])
    #expect(try target.verify() == [])
    // The reader goes on in both stores.
    try record(Self.add(20), after: 1)
    try target.record(StrokeDraft(study: copy, caseID: caseID, reviewer: "A", stroke: Self.add(30), after: 1))
    let report = try target.merge(from: other)
    #expect(report.addedEvents == 0 && report.conflicts.count == 1)
    #expect(try target.strokes(of: copy, caseID: caseID, by: "A") == [Self.add(10), Self.add(30)])
    // One that only went on there is taken over.
    try record(Self.add(7), after: 0, of: 3)
    #expect(try target.merge(from: other).addedEvents == 1)
  }

  @Test func twoProgramsOfOneReaderSeeEachOthersStrokes() throws {
    let other = try StoreKind.sqlite.open(in: fixture)
    func record(_ stroke: AnnotationStroke, after: Int, in store: any ReviewStoring, of place: Int = 0) throws {
      try store.record(StrokeDraft(study: study, caseID: cases[place].id, reviewer: "A", stroke: stroke, after: after))
    }
    try record(Self.add(10), after: 0, in: store)
    try record(Self.add(20), after: 1, in: other)
    try record(Self.add(5), after: 0, in: store, of: 1)
    try record(.undo, after: 2, in: store)
    #expect(throws: ReviewStoreError.strokesElsewhere(record: "r0")) { try record(Self.add(30), after: 2, in: other) }
    #expect(throws: ReviewStoreError.self) { try record(Self.add(10), after: 3, in: other) }
    try record(.redo, after: 3, in: other)
    try record(Self.add(30), after: 4, in: store)
    let history = try AnnotationHistory(other.strokes(of: study, caseID: cases[0].id, by: "A"))
    #expect(history.annotations.map(\.sample) == [10, 20, 30])
    #expect(try store.verify() == [])
  }

  @Test func aLongHistoryOutlivesManyPrograms() throws {
    for number in 0..<40 {
      let own = try StoreKind.sqlite.open(in: fixture)
      try own.record(
        StrokeDraft(study: study, caseID: cases[1].id, reviewer: "A", stroke: number % 4 == 3 ? .undo : Self.add(number), after: number))
    }
    let history = try AnnotationHistory(store.strokes(of: study, caseID: cases[1].id, by: "A"))
    #expect(history.strokeCount == 40 && history.annotations.count == 20)
    #expect(try store.verify() == [])
  }
}
