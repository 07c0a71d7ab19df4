import Agreement
import ECG
import Foundation
import GRDB
import LabelReview
import Testing

/// Studies of annotation in a store: what is done, what is disputed, and who settled it.
struct AnnotationStudyTests {
  private let fixture: StoreFixture
  private let store: any ReviewStoring
  private let study: Study
  private let cases: [StudyCase]

  init() throws {
    fixture = try StoreFixture()
    store = try StoreKind.sqlite.open(in: fixture)
    study = try store.createStudy(Self.draft())
    cases = try store.cases(of: study)
  }

  private static let figures = ["sampling_rate_hz": 250.0, "samples": 2500.0]

  static func draft(_ task: AnnotationTask = .beats) -> StudyDraft {
    var settings = StudySettings()
    settings.annotating = Annotating(task: task)
    return StudyDraft(
      name: "beats", diagnosisCode: Annotating.diagnosisCode, question: "Mark every beat with its kind.",
      blinding: [.labels, .model, .readers, .measurements],
      cases: (0..<3).map { CaseDraft(record: "r\($0)", path: "/data/r\($0)", recordingDigest: RecordingDigest(hexadecimal: "d\($0)")) },
      settings: settings)
  }

  private func mark(_ samples: [Int], _ code: AnnotationCode = .normal, after: Int = 0, of place: Int = 0, by reader: String) throws {
    let changes = samples.map { AnnotationChange.add(Annotation(sample: $0, code: code)) }
    try store.record(
      StrokeDraft(study: study, caseID: cases[place].id, reviewer: reader, stroke: .change(changes), after: after))
  }

  @discardableResult
  private func finish(
    _ verdict: Verdict = .present, seen: Int? = nil, of place: Int = 0, by reader: String, kind: VerdictEvent.Kind = .verdict,
    figures: [String: Double] = figures
  ) throws -> VerdictEvent {
    var draft = VerdictDraft(kind: kind, study: study, caseID: cases[place].id, reviewer: reader, verdict: verdict)
    draft.measured = figures
    draft.strokes = seen
    return try store.record(draft)
  }

  @Test func itIsOfItsKindAndTakesNoFurtherCases() throws {
    #expect(study.kind == .annotation(.beats) && study.subject == "beats" && study.isClosed && !study.recordsLiveDecisions)
    #expect(study.verdictNames.present == "done" && study.verdictNames.absent == "nothing to mark")
    #expect(StudyKind.allCases.count == 5)
    #expect(throws: ReviewStoreError.self) { try store.openStudy(Self.draft()) }
    // The same study made on another machine is the same.
    let other = try StoreFixture()
    #expect(try other.store().createStudy(Self.draft()).id == study.id)
    #expect(try store.verify() == [])
  }

  @Test func doneSaysWhetherThereIsSomething() throws {
    #expect(throws: ReviewStoreError.self) { try finish(.present, by: "A") }
    try finish(.absent, by: "A")
    try mark([10], by: "A")
    #expect(throws: ReviewStoreError.self) { try finish(.absent, by: "A") }
    try finish(.present, seen: 1, by: "A")
    #expect(throws: ReviewStoreError.strokesElsewhere(record: "r0")) { try finish(.present, seen: 0, by: "A") }
    #expect(throws: ReviewStoreError.self) { try finish(.present, by: "A", figures: [:]) }
    try finish(.unsure, of: 1, by: "A")
    let progress = try #require(try store.progress(of: study).first)
    #expect(progress.judged == 2 && progress.present == 1 && progress.absent == 0 && progress.unsure == 1)
  }

  @Test(arguments: [
    ["sampling_rate_hz": 250, "samples": 1e300], ["sampling_rate_hz": 250, "samples": 2500.5], ["sampling_rate_hz": 250, "samples": -1],
    ["sampling_rate_hz": 1e-300, "samples": 2500], ["sampling_rate_hz": 1e300, "samples": 2500],
  ])
  func aLengthThatNoRecordingHasIsRefusedAndNeverReadBack(figures: [String: Double]) throws {
    try mark([10], by: "A")
    #expect(throws: ReviewStoreError.self) { try finish(by: "A", figures: figures) }
    try finish(by: "A")
    let text = "{" + figures.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    let sqlite = try #require(store as? ReviewStore)
    let queue = try DatabaseQueue(path: sqlite.path)
    try queue.write {
      try $0.execute(sql: "DROP TRIGGER event_is_never_changed")
      try $0.execute(sql: "UPDATE event SET measured = ? WHERE kind = 'verdict'", arguments: [text])
    }
    let error = #expect(throws: ReviewStoreError.self) { try store.finishedAnnotations(.verdict, of: study) }
    #expect(error.map { "\($0)".contains("damaged") } == true)
  }

  @Test func anAnswerIsWhatStoodWhenItWasDone() throws {
    try mark([10, 20], by: "A")
    #expect(try store.strokesWhenDone(.verdict, of: study, caseID: cases[0].id, by: "A") == nil)
    #expect(try store.finishedAnnotations(.verdict, of: study).isEmpty)
    try finish(by: "A")
    try mark([30], after: 1, by: "A")
    #expect(try store.strokesWhenDone(.verdict, of: study, caseID: cases[0].id, by: "A") == 1)
    let done = try #require(try store.finishedAnnotations(.verdict, of: study).first)
    #expect(done.annotations.map(\.sample) == [10, 20] && done.samplingRateHertz == 250 && done.sampleCount == 2500)
    try finish(by: "A")
    #expect(try store.finishedAnnotations(.verdict, of: study).map { $0.annotations.count } == [3])
    // Taking back goes to what was done before.
    _ = try store.undo(study: study, reviewer: "A")
    #expect(try store.finishedAnnotations(.verdict, of: study).map { $0.annotations.count } == [2])
    #expect(try store.strokesWhenDone(.verdict, of: study, caseID: cases[0].id, by: "A") == 1)
    _ = try store.undo(study: study, reviewer: "A")
    #expect(try store.finishedAnnotations(.verdict, of: study).isEmpty)
    #expect(try store.strokes(of: study, caseID: cases[0].id, by: "A").count == 2, "strokes are taken back one by one")
  }

  @Test func readersDifferWhereTheirMarksDo() throws {
    for reader in ["A", "B"] { try mark([100, 200], by: reader) }
    try mark([100], of: 1, by: "A")
    try mark([100], AnnotationCode(rawValue: 5), of: 1, by: "B")
    try mark([100], of: 2, by: "A")
    for place in 0..<3 { try finish(of: place, by: "A") }
    for place in 0..<2 { try finish(of: place, by: "B") }
    #expect(try store.disputes(of: study, adjudicator: "T").map(\.studyCase.record) == ["r1"])
    #expect(try store.disputeCounts(of: study) == (1, 0))
    let before = try store.annotationOutcomes(of: study)
    #expect(before.map(\.basis) == ["unanimous", "open", "open"] && before[2].readers.count == 1)
    #expect(throws: ReviewStoreError.adjudicatorIsReader("A", study: "beats")) { try store.disputes(of: study, adjudicator: "A") }
    try mark([100], AnnotationCode(rawValue: 6), of: 1, by: "T")
    try finish(of: 1, by: "T", kind: .adjudication)
    #expect(try store.disputeCounts(of: study) == (1, 1))
    let after = try store.annotationOutcomes(of: study)[1]
    #expect(
      after.basis == "adjudicated" && after.consensus?.annotations.map(\.code) == [AnnotationCode(rawValue: 6)]
        && after.consensus?.reader == "T")
    #expect(try StudyExport.standing(study, in: store, raters: .consensus).rows.count == 2)
    #expect(try store.verify() == [])
  }

  @Test func unsureIsADispute() throws {
    for reader in ["A", "B"] { try mark([100], by: reader) }
    try finish(by: "A")
    try finish(.unsure, by: "B")
    #expect(try store.annotationOutcomes(of: study)[0].isDisputed)
  }

  @Test func aTableForTheStatisticsHasWhatIsDone() throws {
    for reader in ["B", "A"] {
      try mark([100], by: reader)
      try mark([50], of: 2, by: reader)
      try finish(of: 2, by: reader)
    }
    let table = try #require(try MarkTable(of: study, in: store))
    #expect(table.columns.map(\.reader) == ["B", "A"] && table.recordings.map(\.name) == ["r2"] && table.task == .beats)
    #expect(table.columns[0].marks[0]?.map(\.sample) == [50])
    let ordinary = try store.openStudy(StoreFixture.draft())
    #expect(try MarkTable(of: ordinary, in: store) == nil)
    #expect(try store.annotationOutcomes(of: ordinary).isEmpty)
  }

  @Test func itMergesAndTakesNoFileOfVerdicts() throws {
    try mark([100], by: "A")
    try finish(by: "A")
    let there = try StoreFixture()
    let target = try there.store()
    let other = try #require(store as? ReviewStore)
    #expect(try target.merge(from: other).addedEvents == 2)
    let copy = try #require(try target.study(named: study.name))
    #expect(try target.finishedAnnotations(.verdict, of: copy).map { $0.annotations.map(\.sample) } == [[100]])
    #expect(try target.merge(from: other).conflicts.isEmpty)
    #expect(try target.verify() == [])
    let verdicts = try VerdictFile.parse(Data("case,rater,verdict\nr0,C,present\n".utf8))
    #expect(throws: ImportFault.annotations(study: "beats")) { try target.importVerdicts(verdicts, into: Self.draft(), origin: "f.csv") }
  }
}
