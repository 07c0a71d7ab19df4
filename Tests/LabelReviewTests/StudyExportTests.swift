import Agreement
import ECG
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
    try store.recordModelDecision(
      ModelDecision(verdict: .absent, probability: 0.25, modelDigest: "m"), study: study, caseID: cases[0].id)
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

  /// A verdict of A on the first of two cases of a study that hides something, with what the program knew of it.
  private func judgedBlind(_ hidden: Visible) throws -> Study {
    var draft = StoreFixture.draft(name: "blind", cases: 2)
    draft.blinding = hidden
    let blinded = try store.createStudy(draft)
    var verdict = VerdictDraft(
      study: blinded, caseID: try store.cases(of: blinded)[0].id, reviewer: "A", verdict: .present, modelDigest: "m", probability: 0.25)
    verdict.measured = ["qrs_ms": 98]
    _ = try store.record(verdict)
    return blinded
  }

  @Test(
    arguments: [
      (["labels", "model"], ["model_digest", "probability"]), (["measurements"], ["measured"]),
      (["model", "measurements"], ["model_digest", "probability", "measured"]), (["labels", "readers"], []),
    ] as [([String], [String])])
  func whatAStudyHidesIsLeftOutAndNothingElse(parts: [String], columns: [String]) throws {
    let hidden = try #require(Visible(names: parts))
    let blinded = try judgedBlind(hidden)
    let whole = try StudyExport.standing(blinded, in: store)
    #expect(whole.columnsTelling(hidden) == columns)
    var export = whole
    export.leaveOut(hidden)
    #expect(export.columnsTelling(hidden).isEmpty && export.columns == whole.columns)
    let (row, wholeRow) = (try #require(export.rows.first), try #require(whole.rows.first))
    let (left, all) = (export.fields(of: row), whole.fields(of: wholeRow))
    for (index, name) in export.columns.enumerated() {
      #expect(left[index] == (columns.contains(name) ? "" : all[index]), "\(name)")
    }
    let object = try #require(try JSONSerialization.jsonObject(with: Data(export.json(of: row).text.utf8)) as? [String: Any])
    for name in ["model_digest", "probability", "measured"] { #expect((object[name] is NSNull) == columns.contains(name), "\(name)") }
    #expect(object["verdict"] as? String == "present" && object["path"] as? String == "/data/r0")
  }

  @Test(arguments: [false, true]) func whatWasLeftOutIsUnknownWhereItIsReadBack(isJSON: Bool) throws {
    let blinded = try judgedBlind([.model, .measurements])
    var export = try StudyExport.standing(blinded, in: store)
    export.leaveOut(blinded.blinding)
    let lines = isJSON ? export.rows.map { export.json(of: $0).text } : csv(export)
    let verdicts = try VerdictFile.parse(Data((lines.joined(separator: "\n") + "\n").utf8))
    let read = try #require(verdicts.first)
    #expect(read.verdict == .present && read.probability == nil && read.modelDigest == nil && read.measured.isEmpty)
    let other = try fixture.store(named: "other")
    let draft = StoreFixture.draft(name: "blind", cases: 2)
    #expect(try other.importVerdicts(verdicts, into: draft, origin: "file x").added == 1)
    #expect(try other.importVerdicts(verdicts, into: draft, origin: "file x").known == 1)
    let here = try store.importVerdicts(verdicts, into: draft, origin: "file x")
    #expect(here.known == 1 && here.conflictCount == 0, "the verdict is there with all that is known of it")
  }

  @Test func theCodebookOfAStudyThatRelabelsHasItsColumns() throws {
    func codebook(_ study: Study) throws -> String {
      try #require(try StudyFolder(study, in: store).files.first { $0.name == "codebook.md" }).text
    }
    let relabelling = try store.createStudy(RelabellingFixture.draft())
    try store.relabel(relabelling, 0, [RelabellingFixture.lad: .probable], by: "A")
    let (own, plain) = (try codebook(relabelling), try codebook(study))
    for column in ["diagnosis", "likelihood", "prefilled"] {
      #expect(own.contains("\n| \(column) | ") && !plain.contains("\n| \(column) | "))
    }
    #expect(own.contains("\n| measured | ") && plain.contains("\n| measured | ") && own.hasSuffix(" |\n") && plain.hasSuffix(" |\n"))
    #expect(plain.contains("basis is unanimous") && !own.contains("basis is unanimous"))
  }

  @Test func whatAStudyThatRelabelsHidesIsLeftOutOfEveryStatement() throws {
    let blinded = try store.createStudy(RelabellingFixture.draft())
    let answer = CaseAnswer([RelabellingFixture.lad: .probable], prefill: Relabelling.Prefill.none, keys: 2)
    var verdict = VerdictDraft(
      study: blinded, caseID: try store.cases(of: blinded)[0].id, reviewer: "A", answer: answer, modelDigest: "m")
    verdict.measured = ["qrs_ms": 98]
    _ = try store.record(verdict)
    var export = try StudyExport.standing(blinded, in: store)
    #expect(export.rows.count == 3 && export.columnsTelling(blinded.blinding) == ["model_digest"])
    export.leaveOut(blinded.blinding)
    let lines = csv(export)
    #expect(export.columnsTelling(blinded.blinding).isEmpty && lines.count == 4)
    #expect(lines[1].hasPrefix("r0,A,present,LAD,probable,") && lines[1].contains("qrs_ms"), "this study hides no measurements")
  }

  @Test func aStrokeGivesAwayNoReadersNameAndNoComment() throws {
    let cases = try store.cases(of: study)
    func stroke(_ place: Int, by reader: String, from source: String?, _ annotation: Annotation) throws {
      let stroke = AnnotationStroke.change([.add(annotation)], source: source)
      try store.record(StrokeDraft(study: study, caseID: cases[place].id, reviewer: reader, stroke: stroke, after: 0))
    }
    let beat = Annotation(sample: 7, code: .normal)
    try stroke(0, by: "Dr. Green", from: "measured", Annotation(sample: 5, code: .note, aux: "Mrs Roe"))
    try stroke(1, by: "Dr. Green", from: nil, Annotation(sample: 5, endSample: 9, code: .note, aux: "(NOISE"))
    try stroke(0, by: "T", from: "Dr. Green", beat)
    try stroke(1, by: "T", from: "Dr_Green", beat)
    try stroke(2, by: "T", from: "Nurse", beat)
    func exported(keepingNotes: Bool) throws -> String {
      var export = try StudyExport.events(study, in: store)
      let plan = try StudyExport.Deidentification(of: study, in: store, keepsNotes: keepingNotes)
      export.deidentify(plan, cases: cases)
      return export.rows.map { export.json(of: $0).text }.joined(separator: "\n")
    }
    let text = try exported(keepingNotes: false)
    for word in ["Green", "Nurse", "Roe"] { #expect(!text.contains(word), "\(word)") }
    #expect(text.components(separatedBy: #""source":"R3""#).count == 3, "a reader's layer is known by the reader's code")
    #expect(text.contains(#""source":"measured""#) && text.contains("[null,[5,22]]") && text.contains("(NOISE"))
    let kept = try exported(keepingNotes: true)
    #expect(kept.contains("Mrs Roe") && !kept.contains("Green") && !kept.contains("Nurse"))
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
