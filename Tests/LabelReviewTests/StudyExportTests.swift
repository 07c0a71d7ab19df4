import Agreement
import Foundation
import LabelReview
import PlainText
import Testing

struct StudyExportTests {
  private let fixture: StoreFixture
  private let store: ReviewStore
  private let study: Study

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.store()
    var draft = StoreFixture.draft()
    draft.cases.append(CaseDraft(record: "r1", path: "/elsewhere/r1", label: .present))
    study = try store.openStudy(draft)
    let cases = try store.cases(of: study)
    _ = try store.record(
      VerdictDraft(
        study: study, caseID: cases[0].id, reviewer: "A", verdict: .absent, seconds: 2.5, visible: [.labels, .heatmap], note: "so, so",
        time: Date(timeIntervalSince1970: 1_795_356_187.125)
      )
    )
    try store.judge(study, 1, .present, by: "A")
    try store.judge(study, 4, .unsure, by: "A")
    try store.judge(study, 2, .absent, by: "B")
    _ = try store.undo(study: study, reviewer: "B")
    try store.recordModelDecision(study: study, caseID: cases[0].id, decision: .absent, probability: 0.25, modelDigest: "m")
  }

  private func csv(_ export: StudyExport) -> [String] {
    [CSVWriter.row(export.columns)] + export.rows.map { CSVWriter.row(export.fields(of: $0)) }
  }

  @Test func theVerdictsThatCount() throws {
    let lines = csv(try StudyExport.standing(study, in: store))
    #expect(
      lines[0] == "case,rater,verdict,time,seconds,visible,note,event,path,repeat,source,recording_digest,model_digest,probability,measured"
    )
    let event = try #require(try store.events(of: study).first)
    #expect(lines[1] == "r0,A,absent,2026-11-22T14:03:07.125Z,2.5,labels heatmap,\"so, so\",\(event.id.uuidString),/data/r0,,,,,,")
    #expect(
      lines.dropFirst(2).map { $0.split(separator: ",").prefix(3).joined(separator: ",") } == [
        "r1 (/data/r1),A,present", "r1 (/elsewhere/r1),A,unsure",
      ])
  }

  @Test func allRatersAddLabelAndModel() throws {
    let rows = try StudyExport.standing(study, in: store, raters: .all).rows
    #expect(
      rows.dropFirst(3).map { "\($0.caseName) \($0.rater) \($0.verdict)" } == [
        "r0 label present", "r1 (/data/r1) label absent", "r3 label present", "r1 (/elsewhere/r1) label present", "r0 model absent",
      ]
    )
  }

  @Test func theLogHasEveryEventAndAnUndoGivesNoVerdict() throws {
    let export = try StudyExport.events(study, in: store)
    #expect(export.rows.count == 6)
    let fields = export.fields(of: export.rows[4])
    let byName = Dictionary(uniqueKeysWithValues: zip(export.columns, fields))
    #expect(byName["kind"] == "undo" && byName["verdict"] == "" && byName["undoes"] == export.rows[3].event?.id.uuidString)
    #expect(export.json(of: export.rows[4]).text.contains(#""verdict":null"#))
  }

  @Test func jsonReadsBack() throws {
    let export = try StudyExport.standing(study, in: store, raters: .all)
    for row in export.rows {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(export.json(of: row).text.utf8)) as? [String: Any])
      #expect(object["case"] as? String == row.caseName && object["rater"] as? String == row.rater)
    }
    #expect(export.json(of: export.rows[0]).text.contains(#""seconds":2.5,"visible":["labels","heatmap"],"note":"so, so""#))
  }

  @Test func theExportIsAVerdictFileAndGivesTheSameAgreement() throws {
    let text = csv(try StudyExport.standing(study, in: store, raters: .all)).joined(separator: "\r\n")
    let fromFile = AgreementReport(try VerdictCSV.parse(Array(text.utf8)))
    let fromStore = try AgreementReport(study: study, in: store)
    #expect(fromFile.json.text == fromStore.json.text)
    #expect(
      fromStore.pairs.map { "\($0.raterA) \($0.raterB) \($0.table.total) \($0.excludedUnsure)" } == [
        "A label 2 1", "A model 1 0", "label model 1 0",
      ])
  }
}
