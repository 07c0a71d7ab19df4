import Agreement
import Foundation
import LabelReview
import TestSupport
import Testing

struct MergeTests {
  private let fixture: StoreFixture
  private let anna: ReviewStore
  private let ben: ReviewStore
  private let all: ReviewStore

  init() throws {
    let fixture = try StoreFixture()
    self.fixture = fixture
    func store(_ name: String) throws -> ReviewStore {
      try ReviewStore(path: fixture.folder.appendingPathComponent(name).path, programVersion: "test 1")
    }
    (anna, ben, all) = (try store("anna"), try store("ben"), try store("all"))
  }

  private func judge(_ store: ReviewStore, _ study: Study, by reader: String, upTo count: Int, saying verdict: Verdict = .present) throws {
    for position in 0..<count { try store.judge(study, position, verdict, by: reader) }
  }

  @Test func readersOnTwoMachinesComeTogether() throws {
    let mine = try anna.createStudy(SampledStudyTests.draft())
    let theirs = try ben.createStudy(SampledStudyTests.draft())
    try judge(anna, mine, by: "A", upTo: 22)
    try judge(ben, theirs, by: "B", upTo: 22, saying: .absent)
    _ = try ben.undo(study: theirs, reviewer: "B")
    let first = try all.merge(from: anna)
    #expect(first.addedStudies == 1 && first.addedCases == 22 && first.addedEvents == 42 && first.conflicts == [])
    let second = try all.merge(from: ben)
    #expect(second.addedStudies == 0 && second.addedCases == 0 && second.addedEvents == 23 && second.conflicts == [])
    #expect(second.knownEvents == 20, "the model's decisions were there")
    let study = try #require(try all.study(named: "drawn"))
    #expect(try all.standing(study).count == 43)
    #expect(try all.verify() == [])
    let origin = try #require(try all.events(of: study).last?.origin)
    #expect(origin.split(separator: " ").count == 3)
    #expect(try origin.hasSuffix(ben.headDigest()), "the last event names its digest in the store it comes from")
    for source in [anna, ben] {
      let again = try all.merge(from: source)
      #expect(again.addedEvents == 0 && again.addedCases == 0 && again.conflicts == [])
    }
    #expect(try all.events(of: study).count == 65)
  }

  @Test func theOtherStoreStaysAsItIs() throws {
    let other = fixture.folder.appendingPathComponent("other.sqlite")
    for isOld in [false, true] {
      if isOld {
        try? FileManager.default.removeItem(at: other)
        try FileManager.default.copyItem(at: Checkout.golden("LabelReview/store-version-1.sqlite"), to: other)
      } else {
        let store = try ReviewStore(path: other.path, programVersion: "test 1")
        try judge(store, try store.createStudy(SampledStudyTests.draft()), by: "A", upTo: 3)
      }
      let before = (try Data(contentsOf: other), try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path).sorted())
      #expect(try all.merge(from: ReviewStore.reading(path: other.path, programVersion: "test 1")).addedEvents > 0)
      #expect(try Data(contentsOf: other) == before.0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path).sorted() == before.1)
    }
  }

  @Test func plainStudiesOfOneFolderMerge() throws {
    let mine = try anna.openStudy(StoreFixture.draft())
    let theirs = try ben.openStudy(StoreFixture.draft(cases: 6))
    try judge(anna, mine, by: "A", upTo: 4)
    try judge(ben, theirs, by: "B", upTo: 6)
    let report = try anna.merge(from: ben)
    #expect(report.addedCases == 2 && report.addedEvents == 6 && report.conflicts == [])
    #expect(try anna.standing(mine).count == 10)
    #expect(try anna.verify() == [])
  }

  @Test func whatContradictsIsListedAndLeftOut() throws {
    let mine = try anna.openStudy(StoreFixture.draft())
    let theirs = try ben.openStudy(StoreFixture.draft())
    try anna.judge(mine, 0, .present, by: "A")
    try ben.judge(theirs, 0, .absent, by: "A")
    try ben.judge(theirs, 1, .unsure, by: "A")
    for _ in 0..<2 {
      let report = try anna.merge(from: ben)
      #expect(
        report.conflicts == [
          .verdicts(study: "audit", record: "r0", rater: "A", here: "verdict present", there: "verdict absent")
        ])
    }
    #expect(try anna.standing(mine) == ["A r0 present", "A r1 unsure"])
    var other = StoreFixture.draft(name: "other")
    other.question = "Something else?"
    _ = try anna.openStudy(StoreFixture.draft(name: "other"))
    _ = try ben.openStudy(other)
    #expect(try anna.merge(from: ben).conflicts.contains(.otherStudy("other")))
    #expect(try anna.verify() == [])
  }

  @Test func aCopyThatWentOnMergesBack() throws {
    let study = try anna.openStudy(StoreFixture.draft())
    try judge(anna, study, by: "A", upTo: 4)
    _ = try ben.merge(from: anna)
    let copy = try #require(try ben.study(named: "audit"))
    _ = try ben.undo(study: copy, reviewer: "A")
    try ben.judge(copy, 0, .absent, by: "A")
    let report = try anna.merge(from: ben)
    #expect(report.addedEvents == 2 && report.knownEvents == 4 && report.conflicts == [])
    #expect(try anna.standing(study) == ["A r0 absent", "A r1 present", "A r2 present"])
    #expect(try anna.verify() == [])
  }

  @Test func importsAreIdempotentAndListContradictions() throws {
    let csv = "case,rater,verdict,time,note\n1,A,present,2026-11-22T14:03:07.125Z,so\n1,label,absent,,\n1,model,present,,\n2,A,unsure,,\n"
    let verdicts = try VerdictFile.parse(Array(csv.utf8))
    func importAgain(_ verdicts: [ImportedVerdict]) throws -> ImportReport {
      let draft = StudyDraft(name: "paper", diagnosisCode: "39732003", question: "?", cases: [])
      return try all.importVerdicts(verdicts, into: draft, origin: "file x")
    }
    let first = try importAgain(verdicts)
    #expect(first.madeStudy && first.added == 2 && first.conflicts == [])
    let second = try importAgain(verdicts)
    #expect(!second.madeStudy && second.added == 0 && second.known == 2 && second.skipped == 2)
    let changed = try VerdictFile.parse(Array(csv.replacing("1,A,present", with: "1,A,absent").utf8))
    #expect(try importAgain(changed).conflicts == ["line 2: A on case '1': 'present' in the study and 'absent' in the file"])
    let study = try #require(try all.study(named: "paper"))
    #expect(try all.events(of: study).first { $0.kind == .verdict }?.origin == "file x line 2")
    #expect(try all.verify() == [])
    #expect(throws: VerdictFile.Fault.badField(column: "time", text: "noon", line: 2)) {
      try VerdictFile.parse(Array("case,rater,verdict,time\n1,A,present,noon\n".utf8))
    }
  }

  @Test func theFolderOfAStudyIsDeidentifiedOnRequest() throws {
    let study = try anna.createStudy(SampledStudyTests.draft())
    try judge(anna, study, by: "Dr. Anna", upTo: 3)
    try judge(anna, study, by: "Ben", upTo: 3)
    let named = try StudyFolder(study, in: anna, deidentified: nil).files.map(\.text).joined()
    #expect(named.contains("Dr. Anna"))
    let plan = try StudyExport.Deidentification(of: study, in: anna, keepsNotes: false)
    let folder = try StudyFolder(study, in: anna, deidentified: plan)
    let coded = folder.files.map(\.text).joined()
    #expect(!coded.contains("Dr. Anna") && !coded.contains("Ben") && coded.contains(",R1,present") && coded.contains(",R2,present"))
    #expect(!coded.contains("/data/"), "where recordings lie is nobody's business")
    #expect(folder.files.map(\.name) == ["verdicts.csv", "events.csv", "cases.csv", "consensus.csv", "study.json", "codebook.md"])
    #expect(folder.files[3].text.hasPrefix("case,label,model,R1,R2,consensus,basis,adjudicator\n"))
  }

  @Test func whoLookedBehindTheBlindingIsTakenOverOnce() throws {
    let (mine, theirs) = (try anna.openStudy(StoreFixture.draft()), try ben.openStudy(StoreFixture.draft()))
    try ben.recordUnblinding(of: theirs, by: "Ben", what: "export of all raters")
    try ben.recordUnblinding(of: theirs, by: "Ben", what: "the consensus")
    try anna.recordUnblinding(of: mine, by: "Anna", what: "the consensus")
    #expect(try all.merge(from: ben).addedUnblindings == 2)
    for added in [1, 0] { #expect(try all.merge(from: anna).addedUnblindings == added && all.merge(from: ben).addedUnblindings == 0) }
    let study = try #require(try all.study(named: "audit"))
    let found = try all.unblindings(of: study)
    #expect(found.map { "\($0.reviewer) \($0.what)" } == ["Ben export of all raters", "Ben the consensus", "Anna the consensus"])
    #expect(try found.prefix(2).map(\.time) == ben.unblindings(of: theirs).map(\.time))
    #expect(try all.verify() == [])
    #expect(try StudyExport.events(study, in: all).rows.count == 3)
  }

  @Test func theCodebookNamesEveryKindOfEvent() throws {
    let study = try anna.openStudy(StoreFixture.draft())
    let book = try #require(try StudyFolder(study, in: anna).files.first { $0.name == "codebook.md" }?.text)
    let row = try #require(book.split(separator: "\n").first { $0.hasPrefix("| kind | ") })
    let words = row.dropFirst("| kind | ".count).split { !$0.isLetter && $0 != "-" }.map(String.init)
    for kind in VerdictEvent.Kind.allCases.map(\.rawValue) + ["unblind"] { #expect(words.contains(kind), "\(kind)") }
  }
}
