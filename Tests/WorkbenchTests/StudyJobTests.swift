import Agreement
import ECG
import ECGFiles
import Foundation
import LabelReview
import PlainText
import TestSupport
import Testing
import Workbench

/// Studies drawn and labels corrected, without a console.
@Suite struct StudyJobTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let diagnosis = Diagnosis.leftAxisDeviation

  private func records(_ labels: [(String, String?)]) throws -> [RecordReference] { try folder.samples(labels) }

  private func decisions(_ references: [RecordReference], positive: Set<String>, leftOut: Set<String> = []) throws -> ModelDecisions {
    let rows = references.filter { !leftOut.contains($0.name) }.map { reference in
      CSVWriter.row([
        reference.name, reference.path, Self.diagnosis.code, positive.contains(reference.name) ? "0.9" : "0.1", "0.5",
        positive.contains(reference.name) ? "true" : "false",
      ])
    }
    let text = (["record,path,code,probability,threshold,positive"] + rows).joined(separator: "\n") + "\n"
    return try ModelDecisions.read(Data(text.utf8), path: "p.csv", about: Self.diagnosis, modelDigest: "m")
  }

  @Test func aRecordingInTwoPlacesStandsOnceInTheFrame() throws {
    _ = try records([("a", "426783006"), ("b", "426783006"), ("c", "426783006")])
    try folder.write(try Data(contentsOf: folder.url.appendingPathComponent("north/b.dat")), as: "north/c.dat")
    let references = try RecordLocator.references(at: folder.path)
    let decisions = try decisions(references, positive: [])
    let result = try StudyDrawing(name: "s", diagnosis: Self.diagnosis, sample: [.trueNegative: 2]).draw(from: references, decisions)
    #expect(result.draft.settings.sampling?.frame[.trueNegative] == 2)
    #expect(Set(result.draft.cases.map(\.record)) == ["a", "b"])
    #expect(result.notes.count == 1 && result.notes[0].contains("one recording seen twice"))
  }

  @Test func decisionsOfAnotherModelThanTheOneNamedAreRefused() throws {
    let text = "record,path,code,probability,threshold,positive,model\na,a,39732003,0.9,0.5,true,0123456789abcdef\n"
    func read(_ digest: String?) throws -> ModelDecisions {
      try ModelDecisions.read(Data(text.utf8), path: "p.csv", about: Self.diagnosis, modelDigest: digest)
    }
    let whole = "0123456789abcdef" + String(repeating: "0", count: 48)
    #expect(try read(nil).modelDigest == nil && read(whole).modelDigest == whole)
    let error = #expect(throws: JobError.self) { try read(String(repeating: "f", count: 64)) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("made by model 0123456789abcdef, and --model is ffffffffffffffff"))
  }

  @Test func casesAreDrawnByOutcomeAndWhatIsOutsideIsCounted() throws {
    let references = try records([
      ("a", "39732003"), ("b", "426783006"), ("c", "39732003"), ("d", "426783006"), ("e", nil), ("f", "39732003"),
    ])
    let decisions = try decisions(references, positive: ["b", "c"], leftOut: ["f"])
    var drawing = StudyDrawing(name: "audit", diagnosis: Self.diagnosis, sample: [.falsePositive: 1, .falseNegative: 1])
    drawing.repeatedShare = 0.5
    let result = try drawing.draw(from: references, decisions)
    let firsts = result.draft.cases.filter { $0.repetition == 1 }
    #expect(Set(firsts.map(\.record)) == ["a", "b"])
    #expect(result.draft.cases.count { $0.repetition == 2 } == 1)
    #expect(firsts.allSatisfy { $0.recordingDigest != nil && $0.decision?.modelDigest == "m" && $0.source == "north" })
    let frame = try #require(result.draft.settings.sampling)
    #expect(frame.frame == [.falsePositive: 1, .falseNegative: 1, .truePositive: 1, .trueNegative: 1])
    #expect(frame.unlabelled == 1 && frame.unreadable == 1 && frame.repeated == 1)
    #expect(frame.thresholds == [Self.diagnosis.code: 0.5])
    #expect(try drawing.draw(from: references.reversed(), decisions).draft.cases.map(\.record) == result.draft.cases.map(\.record))
  }

  @Test func onMisclassifiedCasesLabelAndModelAreHiddenTogether() throws {
    let references = try records([("a", "39732003"), ("b", "426783006"), ("c", "39732003")])
    let decisions = try decisions(references, positive: ["b", "c"])
    var drawing = StudyDrawing(name: "audit", diagnosis: Self.diagnosis, sample: [.falsePositive: 1, .falseNegative: 1])
    drawing.blinding = [.labels]
    let result = try drawing.draw(from: references, decisions)
    #expect(result.hidesBoth && result.draft.blinding == [.labels, .model])
    drawing.sample[.truePositive] = 1
    let open = try drawing.draw(from: references, decisions)
    #expect(!open.hidesBoth && open.draft.blinding == [.labels])
  }

  @Test func tooFewRecordingsMakeNoStudyUnlessAllowed() throws {
    let references = try records([("a", "39732003"), ("b", "426783006")])
    let decisions = try decisions(references, positive: ["b"])
    var drawing = StudyDrawing(name: "audit", diagnosis: Self.diagnosis, sample: [.falsePositive: 3, .truePositive: 1])
    let error = #expect(throws: JobError.self) { try drawing.draw(from: references, decisions) }
    #expect(error?.description.contains("1 false positives where 3 were asked for") == true)
    drawing.allowsFewer = true
    #expect(try drawing.draw(from: references, decisions).draft.cases.map(\.record) == ["b"])
    drawing.sample = [.truePositive: 2]
    #expect(throws: JobError.self) { try drawing.draw(from: references, decisions) }
  }

  @Test func predictionsThatContradictThemselvesOrAreNoneAreRefused() throws {
    let head = "record,path,code,probability,threshold,positive\n"
    func read(_ text: String) throws -> ModelDecisions { try ModelDecisions.read(Data(text.utf8), path: "p", about: Self.diagnosis) }
    for text in [
      "record,path\n", head + "a,/a,39732003,1.5,0.5,true\n", head + "a,/a,39732003,0.5,0.5,maybe\n",
      head + "a,/a,426783006,0.5,0.5,true\n",
      head + "a,/a,39732003,0.9,0.5,true\na,/a,39732003,0.1,0.5,false\n", "{\"record\":1}\n", "",
    ] {
      #expect(throws: (any Error).self, "\(text)") { try read(text) }
    }
    let twins = try read("\u{FEFF}" + head + "a,/x/a,39732003,0.9,0.5,true\na,/y/a,39732003,0.1,0.5,false\n")
    func reference(_ path: String) -> RecordReference {
      RecordReference(name: "a", path: path, url: URL(fileURLWithPath: path + ".hea"), format: .wfdb)
    }
    #expect(twins[reference("/x/a")]?.verdict == .present && twins[reference("/y/a")]?.verdict == .absent)
    #expect(twins[reference("/z/a")] == nil, "a name that two records share is nobody's")
  }

  @Test func aCorrectedHeaderSaysWhatReadersFoundAndWhatStoodThereBefore() throws {
    let references = try records([("a", "426783006,39732003"), ("b", "426783006")])
    let store = try ReviewStore(path: folder.url.appendingPathComponent("s.sqlite").path, programVersion: "test")
    let study = try PlainStudy.open(references, paths: [folder.path], diagnosis: Self.diagnosis, in: store).study
    for studyCase in try store.cases(of: study) {
      for reader in ["HG", "SW"] {
        let verdict: Verdict = studyCase.record == "a" ? .absent : .present
        _ = try store.record(VerdictDraft(study: study, caseID: studyCase.id, reviewer: reader, verdict: verdict))
      }
    }
    let headers = try CorrectedHeaders(try store.consensus(of: study), of: study)
    try headers.check()
    #expect(headers.files.map(\.name) == ["a.hea", "b.hea"] && headers.remarks.isEmpty)
    let (first, second) = (String(decoding: headers.files[0].bytes, as: UTF8.self), String(decoding: headers.files[1].bytes, as: UTF8.self))
    #expect(first.contains("#Dx: 426783006\n") && first.contains("#Label before: 426783006,39732003\n"))
    #expect(first.contains("#Label corrected: unanimous in study \(study.name)\n"))
    #expect(second.contains("#Dx: 426783006,39732003\n"))
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("north/b.hea"))
    let without = try CorrectedHeaders(try store.consensus(of: study), of: study)
    #expect(without.files.map(\.name) == ["a.hea"] && without.remarks.count == 1)
  }
}
