import Agreement
import Foundation
import LabelReview
import PlainText
import Testing

/// What `study export` writes is read back as it was.
struct RoundTripTests {
  private let fixture: StoreFixture
  private let store: ReviewStore
  private let study: Study

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.store()
    study = try store.createStudy(SampledStudyTests.draft(reveals: true))
    let cases = try store.cases(of: study)
    for (index, studyCase) in cases.enumerated() where index % 5 != 4 {
      for (reader, verdict) in [("A", Verdict.allCases[index % 3]), ("Dr. \"B\", é", .present)] {
        var draft = VerdictDraft(
          study: study, caseID: studyCase.id, reviewer: reader, verdict: verdict, seconds: Double(index) / 8, visible: [.measurements],
          note: index == 3 ? "two\r\nlines, \"quoted\", C:\\x0a\u{9B}31m\u{2028}" : "", recordingDigest: studyCase.recordingDigest,
          modelDigest: "m", probability: 1 / Double(index + 3))
        if index % 2 == 0 { draft.measured = ["qrs_axis_deg": -30.5 - Double(index), "heart_rate_bpm": 71] }
        _ = try store.record(draft)
      }
    }
    _ = try store.undo(study: study, reviewer: "A")
    try store.recordReveal(study: study, caseID: cases[0].id, reviewer: "A")
    _ = try store.record(
      VerdictDraft(kind: .verdictAfterReveal, study: study, caseID: cases[0].id, reviewer: "A", verdict: .unsure))
  }

  private static func text(_ export: StudyExport, asJSON: Bool) -> Data {
    let lines =
      asJSON
      ? export.rows.map { export.json(of: $0).text }
      : ([export.columns] + export.rows.map(export.fields)).map { CSVWriter.row($0.map(\.withControlCharactersWritten)) }
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// The rows that readers gave, without what only the store they are in can say.
  private static func readers(_ study: Study, _ store: ReviewStore) throws -> [[String]] {
    let export = try StudyExport.standing(study, in: store)
    return export.rows.map(export.fields)
  }

  private func imported(_ data: Data, into name: String, as draft: StudyDraft? = nil) throws -> (ReviewStore, Study) {
    let other = try ReviewStore(path: fixture.folder.appendingPathComponent("\(name).sqlite").path, programVersion: "test 2")
    let draft = draft ?? StudyDraft(name: "drawn", diagnosisCode: "39732003", question: "?", cases: [])
    let report = try other.importVerdicts(try VerdictFile.parse(data), into: draft, origin: "file x")
    #expect(report.madeStudy && report.added == 35 && report.conflicts == [])
    let again = try other.importVerdicts(try VerdictFile.parse(data), into: draft, origin: "file x")
    #expect(!again.madeStudy && again.added == 0 && again.known == 35)
    #expect(try other.verify() == [])
    return (other, try #require(try other.study(named: "drawn")))
  }

  @Test(arguments: [false, true], [false, true]) func theVerdictsAndTheLog(isLog: Bool, isJSON: Bool) throws {
    let export = try isLog ? StudyExport.events(study, in: store) : StudyExport.standing(study, in: store, raters: .all)
    let (other, copy) = try imported(Self.text(export, asJSON: isJSON), into: "\(isLog) \(isJSON)")
    // A file names cases in its own order.
    #expect(try Self.readers(copy, other).sorted { $0[7] < $1[7] } == Self.readers(study, store).sorted { $0[7] < $1[7] })
    let (mine, theirs) = (try AgreementReport(study: study, in: store), try AgreementReport(study: copy, in: other))
    #expect(mine.pairs.first == theirs.pairs.first && mine.repeats == theirs.repeats)
    if !isLog { #expect(mine.pairs == theirs.pairs && mine.strata.map(\.pairs) == theirs.strata.map(\.pairs)) }
  }

  @Test func aFolderMakesTheStudyAgain() throws {
    let files = Dictionary(
      uniqueKeysWithValues: try StudyFolder(study, in: store).files.map { ($0.name, Data($0.text.utf8)) })
    let draft = try StudyFolder.draft(
      named: "drawn", study: try #require(files["study.json"]), cases: try #require(files["cases.csv"]))
    let (other, copy) = try imported(try #require(files["verdicts.csv"]), into: "folder", as: draft)
    #expect(copy.id == study.id && copy.settings == study.settings && copy.blinding == study.blinding && copy.question == study.question)
    #expect(try other.cases(of: copy).map(\.id) == store.cases(of: study).map(\.id))
    let (theirs, ours) = (try Self.readers(copy, other), try Self.readers(study, store))
    #expect(theirs == ours)
    #expect(try AgreementReport(study: copy, in: other).sampling == study.settings.sampling)
    let merged = try other.merge(from: store)
    #expect(merged.conflicts == [] && merged.addedStudies == 0 && merged.addedCases == 0)
    #expect(try AgreementReport(study: copy, in: other).reveals.count == 1, "a merge brings what a folder leaves out")
  }

  @Test func wrongFilesAreRefusedByLine() throws {
    func fault(_ text: String) -> String {
      do {
        _ = try VerdictFile.parse(Data(text.utf8))
        return ""
      } catch { return "\(error)" }
    }
    let line = #"{"case":"1","rater":"A","verdict":"present"}"#
    #expect(try VerdictFile.parse(Data("\u{FEFF}\n\(line)\r\n\n".utf8)).map(\.line) == [2])
    #expect(fault(line + "\n[1]\n").hasPrefix("line 2: not a JSON object"))
    #expect(fault(line + "\n{\"case\"").hasPrefix("line 2: not a JSON object"))
    #expect(fault(#"{"case":"1","verdict":"present"}"#) == "line 1: 'rater' is empty")
    #expect(fault(#"{"case":"1","rater":"A","verdict":"maybe"}"#) == "line 1: verdict 'maybe'; expected present, absent or unsure")
    #expect(
      fault(#"{"case":"1","rater":"A","verdict":"absent","repeat":0}"#) == "line 1: 'repeat' is '0'; expected a whole number from 1 to 9")
    #expect(throws: StudyFolder.Fault.self) { try StudyFolder.draft(named: "x", study: Data("{}".utf8), cases: Data()) }
  }
}
