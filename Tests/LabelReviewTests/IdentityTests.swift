import Agreement
import ECG
import Foundation
import LabelReview
import PlainText
import Testing

/// A recording is what its samples are: where it lies and what it is called decide nothing once somebody has read it.
struct IdentityTests {
  private let fixture: StoreFixture
  private let store: ReviewStore

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.store()
  }

  private static func digest(_ name: String) -> RecordingDigest { RecordingDigest(hexadecimal: name) }

  private static func draft(_ cases: [(record: String, path: String, digest: String?)], name: String = "ecgs") -> StudyDraft {
    StudyDraft(
      name: name, diagnosisCode: "39732003", question: "?",
      cases: cases.map { CaseDraft(record: $0.record, path: $0.path, recordingDigest: $0.digest.map(digest)) })
  }

  @Test func aFolderThatMovedHasTheSameCases() throws {
    let study = try store.openStudy(Self.draft([("1", "/a/1", "d1"), ("2", "/a/2", "d2")]))
    try store.judge(study, 0, .present, by: "A")
    let again = try store.openStudy(Self.draft([("1", "/b/1", "d1"), ("2", "/b/2", "d2"), ("3", "/b/3", "d3")]))
    let cases = try store.cases(of: again)
    #expect(again == study && cases.map(\.path) == ["/b/1", "/b/2", "/b/3"] && cases.map(\.position) == [0, 1, 2])
    #expect(try store.standing(study) == ["A 1 present"] && store.verify() == [])
  }

  @Test func recordingsThatChangedPlacesKeepTheirCases() throws {
    let study = try store.openStudy(Self.draft([("1", "/a/1", "d1"), ("1", "/b/1", "d2")]))
    _ = try store.openStudy(Self.draft([("1", "/a/1", "d2"), ("1", "/b/1", "d1")]))
    #expect(try store.cases(of: study).map { "\($0.path) \($0.digest?.description ?? "")" } == ["/b/1 d1", "/a/1 d2"])
  }

  @Test func otherSamplesAtAPathAreAnotherCase() throws {
    let study = try store.openStudy(Self.draft([("1", "/a/1", "d1")]))
    try store.judge(study, 0, .present, by: "A")
    _ = try store.openStudy(Self.draft([("1", "/a/1", "d9")]))
    #expect(try store.cases(of: study).map { $0.digest?.description } == ["d1", "d9"])
    #expect(try store.standing(study) == ["A 1 present"])
  }

  @Test func aStudyLearnsItsDigestsAndForgetsNone() throws {
    let study = try store.openStudy(Self.draft([("1", "/a/1", nil), ("2", "/a/2", nil)]))
    let cases = try store.cases(of: study)
    #expect(cases.map(\.digest) == [nil, nil])
    try store.note([cases[0].id: Sighting(record: "1", path: "/a/1", digest: Self.digest("d1"))], in: study)
    try store.note([cases[0].id: Sighting(record: "1", path: "/c/1", digest: Self.digest("d7"))], in: study)
    let learned = try store.cases(of: study)[0]
    #expect(learned.digest == Self.digest("d1") && learned.recordingDigest == nil && learned.path == "/c/1")
    try store.record(
      VerdictDraft(study: study, caseID: cases[1].id, reviewer: "A", verdict: .absent, recordingDigest: Self.digest("d2")))
    #expect(try store.cases(of: study)[1].digest == Self.digest("d2"))
    #expect(throws: ReviewStoreError.otherRecording(record: "2")) {
      try store.record(
        VerdictDraft(study: study, caseID: cases[1].id, reviewer: "B", verdict: .absent, recordingDigest: Self.digest("d3")))
    }
    #expect(try store.verify() == [])
  }

  @Test func oneRecordingInTwoPlacesIsOneCase() {
    let twice = [("1", "/a/1", "d1"), ("copy", "/a/copy", "d1"), ("2", "/a/2", nil)].map {
      Sighting(record: $0.0, path: $0.1, digest: $0.2.map(Self.digest))
    }
    #expect(Recognition(twice, as: []).outcomes == [.new, .twin(of: 0), .new])
    #expect(Recognition(twice, as: []).twins.map(\.second) == [1])
  }

  @Test func namesThatAreOneTextToUnicodeAreTwoRecordings() throws {
    let study = try store.openStudy(Self.draft([("\u{E9}", "/\u{E9}", nil), ("e\u{301}", "/e\u{301}", nil)]))
    let cases = try store.cases(of: study)
    #expect(cases.count == 2)
    try store.judge(study, 0, .present, by: "A")
    try store.judge(study, 1, .absent, by: "A")
    let export = try StudyExport.standing(study, in: store)
    let text = ([export.columns] + export.rows.map(export.fields)).map { $0.joined(separator: ",") }.joined(separator: "\n")
    let copy = try ReviewStore(path: fixture.folder.appendingPathComponent("copy").path, programVersion: "test 1")
    let draft = StudyDraft(name: "copy", diagnosisCode: "39732003", question: "?", cases: [])
    let report = try copy.importVerdicts(try VerdictFile.parse(Data(text.utf8)), into: draft, origin: "file x")
    #expect(report.added == 2 && report.conflicts == [])
    let copied = try #require(try copy.study(named: "copy"))
    #expect(try copy.standingVerdicts(of: copied).map(\.verdict) == [.present, .absent])
  }

  @Test func twoRecordingsThatLayAtOnePathHaveTwoNamesInAnExport() throws {
    let study = try store.openStudy(Self.draft([("1", "/a/1", "d1")]))
    _ = try store.openStudy(Self.draft([("1", "/a/1", "d9")]))
    try store.judge(study, 0, .present, by: "A")
    try store.judge(study, 1, .absent, by: "A")
    let export = try StudyExport.standing(study, in: store)
    #expect(export.rows.map(\.caseName) == ["1 (/a/1)", "1 (/a/1, 2)"])
    let text = ([export.columns] + export.rows.map(export.fields)).map { CSVWriter.row($0) }.joined(separator: "\n")
    #expect(throws: Never.self) { try VerdictCSV.parse(Array(text.utf8)) }
    // By their names alone each finds its case again.
    let names = "case,rater,verdict\n\"1 (/a/1)\",B,present\n\"1 (/a/1, 2)\",B,absent\n"
    let draft = StudyDraft(name: "ecgs", diagnosisCode: "39732003", question: "?", cases: [])
    #expect(try store.importVerdicts(try VerdictFile.parse(Data(names.utf8)), into: draft, origin: "file x").added == 2)
    let standing = try store.standingVerdicts(of: study).map { "\($0.rater) \($0.studyCase.digest?.description ?? "") \($0.verdict)" }
    #expect(standing == ["A d1 present", "A d9 absent", "B d1 present", "B d9 absent"])
  }

  @Test func storesMergeByDigestAndNotByName() throws {
    let other = try ReviewStore(path: fixture.folder.appendingPathComponent("other").path, programVersion: "test 1")
    let mine = try store.openStudy(Self.draft([("1", "/a/1", "d1"), ("2", "/a/2", "d2")]))
    let theirs = try other.openStudy(Self.draft([("2", "/x/2", "d1"), ("1", "/x/1", "d3")]))
    try store.judge(mine, 0, .present, by: "A")
    try other.judge(theirs, 0, .absent, by: "B")
    try other.judge(theirs, 1, .unsure, by: "B")
    let report = try store.merge(from: other)
    #expect(report.addedCases == 1 && report.conflicts == [])
    let standing = try store.standingVerdicts(of: mine).map { "\($0.rater) \($0.studyCase.digest?.description ?? "") \($0.verdict)" }
    #expect(standing == ["A d1 present", "B d1 absent", "B d3 unsure"])
    #expect(try store.verify() == [])
  }

  @Test func aFilesVerdictFindsItsRecordingByDigest() throws {
    let study = try store.openStudy(Self.draft([("1", "/a/1", "d1"), ("2", "/a/2", "d2")]))
    let draft = StudyDraft(name: "ecgs", diagnosisCode: "39732003", question: "?", cases: [])
    func take(_ rows: String) throws -> ImportReport {
      try store.importVerdicts(
        try VerdictFile.parse(Data(("case,rater,verdict,recording_digest\n" + rows).utf8)), into: draft, origin: "file x")
    }
    #expect(try take("1,A,present,d2\n").added == 1)
    #expect(try store.standing(study) == ["A 2 present"])
    #expect(throws: ImportFault.otherRecording("1", line: 2, study: "ecgs")) { try take("1,A,present,d9\n") }
  }

  @Test func aFileAboutAnotherDiagnosisIsRefused() throws {
    let draft = StudyDraft(name: "s", diagnosisCode: "39732003", question: "?", cases: [])
    func take(_ rows: String) throws -> ImportReport {
      try store.importVerdicts(
        try VerdictFile.parse(Data(("case,rater,diagnosis,verdict\n" + rows).utf8)), into: draft, origin: "file x")
    }
    #expect(throws: ImportFault.unknownDiagnosis("XYZ", line: 2)) { try take("1,A,XYZ,present\n") }
    #expect(throws: ImportFault.otherDiagnosis("AF", line: 3, asked: "LAD")) { try take("1,A,LAD,present\n1,model,AF,present\n") }
    #expect(try store.studies().isEmpty)
    #expect(try take("1,A,lad,present\n").added == 1)
  }

  @Test func twoCasesOfOneRecordingCountOnce() throws {
    let study = try store.openStudy(Self.draft([("1", "/a/1", nil), ("2", "/a/2", nil), ("3", "/a/3", nil)]))
    let cases = try store.cases(of: study)
    for reader in ["A", "B"] { for position in 0..<3 { try store.judge(study, position, .present, by: reader) } }
    for place in 0..<2 {
      try store.note([cases[place].id: Sighting(record: "\(place)", path: cases[place].path, digest: Self.digest("d"))], in: study)
    }
    let report = try AgreementReport(study: study, in: store)
    #expect(report.pairs.first?.verdicts.total == 2)
  }

  @Test func theCacheIsBesideTheStoreAndLosingItLosesNothing() throws {
    let place = fixture.path
    let cache = try #require(SightingCache(beside: place))
    let stamps = (0..<300).compactMap { FileStamp(bytes: Array(repeating: UInt8($0 % 256), count: $0 < 256 ? 32 : 64)) }
    cache.remember(stamps.prefix(250).enumerated().map { .init(stamp: $1, path: "/a/\($0)", digest: Self.digest("d\($0)")) })
    let again = try #require(SightingCache(beside: place))
    for count in [3, 300] {
      let found = again.digests(of: stamps.prefix(count).map { $0 } + [nil])
      #expect(found.count == count + 1 && found[2] == Self.digest("d2") && found.last == .some(nil))
      #expect(count < 300 || found[299] == nil)
    }
    again.remember([(Self.digest("d1"), ModelDecision(verdict: .present, probability: 0.75, modelDigest: "m"))], of: "m", about: "1")
    #expect(
      cache.decisions(of: "m", about: "1") == [Self.digest("d1"): ModelDecision(verdict: .present, probability: 0.75, modelDigest: "m")])
    #expect(cache.decisions(of: "n", about: "1").isEmpty && cache.decisions(of: "m", about: "2").isEmpty)
    let damaged = fixture.folder.appendingPathComponent("damaged").path
    try Data("no database at all".utf8).write(to: URL(fileURLWithPath: SightingCache.path(beside: damaged)))
    #expect(SightingCache(beside: damaged)?.digests(of: [stamps[0]]) == [nil])
    #expect(SightingCache(beside: "/no/such/folder/store") == nil)
  }

  @Test func aStampFollowsItsFile() throws {
    let file = fixture.folder.appendingPathComponent("x").path
    try Data("1".utf8).write(to: URL(fileURLWithPath: file))
    let first = try #require(FileStamp(of: file))
    try FileManager.default.moveItem(atPath: file, toPath: file + "moved")
    #expect(FileStamp(of: file) == nil && FileStamp(of: file + "moved") == first)
    #expect(FileStamp(bytes: first.bytes) == first)
    try Data("22".utf8).write(to: URL(fileURLWithPath: file + "moved"))
    #expect(FileStamp(of: file + "moved") != first)
    let beside = [file + "none", file + "moved"]
    let stamp = try #require(FileStamp(of: file + "moved", beside: beside))
    #expect(stamp.byteCount == 4 && FileStamp(bytes: stamp.bytes) == stamp)
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file + "moved")
    var isLink = false
    #expect(FileStamp(of: file, beside: beside, isLink: &isLink) == stamp && isLink)
  }
}
