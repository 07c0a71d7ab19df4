import ECG
import Evaluation
import Foundation
import TestSupport
import Testing

/// What is made of label headers and output files, well formed and not.
@Suite struct EvaluationInputTests {
  private let folder: EvaluationFolder

  init() throws {
    folder = try EvaluationFolder()
    try folder.write("labels/a.hea", "a 12 500 5000\n#Age: 50\n#Dx: 426783006,59118001\n#Patient: 7\n#Fold: 9\n")
    try folder.write("labels/deeper/b.hea", "b 12 500 5000\r\n# Dx: 39732003 , 55827005\r\n")
  }

  private func outputs(_ path: String = "outputs") throws -> [RecordOutput] {
    try OutputSource(path: folder.path(path), records: ["a", "b"]).outputs(of: ["a", "b"])
  }

  @Test func headersSayLabelsPatientAndFold() throws {
    var labels = try LabelFolder(path: folder.path("labels"))
    #expect(labels.records.map(\.name) == ["a", "b"])
    #expect(labels.records.map { $0.labels.diagnoses.map(\.abbreviation) } == [["SNR", "CRBBB"], ["LAD"]])
    #expect(labels.records.map(\.patient) == ["7", nil])
    #expect(labels.records.map(\.fold) == [9, nil])
    try labels.keep(fold: 9, path: "labels")
    #expect(labels.records.map(\.name) == ["a"])
    #expect(throws: EvaluationError.self) { try labels.keep(fold: 3, path: "labels") }
  }

  @Test func foldersWithoutLabelsAreRefused() throws {
    try folder.write("empty/note.txt", "")
    #expect(throws: EvaluationError.noLabels(path: folder.path("empty"))) { try LabelFolder(path: folder.path("empty")) }
    #expect(throws: EvaluationError.self) { try LabelFolder(path: folder.path("nowhere")) }
    try folder.write("labels/again/a.hea", "a 12 500 5000\n")
    #expect(throws: EvaluationError.self) { try LabelFolder(path: folder.path("labels")) }
  }

  @Test func labelsAreFoundAsRecordsAreEverywhere() throws {
    #expect(try LabelFolder(path: folder.path("labels/a.hea")).records.map(\.name) == ["a"])
    try folder.write("labels/long.hea", "long/2 12 500 5000\np1 2500\np2 2500\n#Dx: 39732003\n")
    for name in ["p1", "p2"] { try folder.write("labels/\(name).hea", "\(name) 12 500 2500\n") }
    try folder.write("elsewhere/c.hea", "c 12 500 5000\n#Dx: 426783006\n")
    symlink(folder.path("elsewhere"), folder.path("labels/linked"))
    let labels = try LabelFolder(path: folder.path("labels"))
    #expect(labels.records.map(\.name) == ["a", "b", "c", "long"] && labels.failures.isEmpty && labels.unlabelled.isEmpty)
  }

  @Test func aRecordWhoseLabelCannotBeReadIsInNoFigure() throws {
    try folder.write("labels/none.hea", "none 12 500 5000\n#Age: 50\n")
    try folder.write("labels/words.hea", "words 12 500 5000\n#Dx: left axis deviation\n")
    let labels = try LabelFolder(path: folder.path("labels"))
    #expect(labels.records.map(\.name) == ["a", "b"] && labels.unlabelled == ["none", "words"])
  }

  @Test func namesThatAreOneTextToUnicodeAreTwoRecords() throws {
    for (name, code) in [("\u{E9}", "39732003"), ("e\u{301}", "426783006")] {
      try folder.write("uni/\(name).hea", "\(name) 12 500 5000\n#Dx: \(code)\n")
      try folder.write("out/\(name).csv", "#\(name)\n\(code)\n1\n0.9\n")
    }
    let labels = try LabelFolder(path: folder.path("uni"))
    let rows = labels.records.map { "\($0.name),uni/\($0.name),\($0.labels.diagnoses[0].code),0.9,true\n" }
    try folder.write("out.csv", "record,path,code,probability,positive\n" + rows.joined())
    for outputs in ["out", "out.csv"] {
      let data = try EvaluationData(labels, outputs: folder.path(outputs))
      #expect(data.labels.count == 2 && data.malformed.isEmpty)
      let decided = try OutputSource(path: folder.path(outputs), records: labels.records.map(\.name)).outputs(
        of: labels.records.map(\.name))
      #expect(zip(decided, labels.records).allSatisfy { $0.decisions == $1.labels }, "\(outputs)")
    }
  }

  @Test func partsOfTwoModelsAreNotOneFile() throws {
    func line(_ name: String, _ model: String) -> String {
      #"{"record":"\#(name)","path":"\#(name)","classes":[],"precision":"exact","model":"\#(model)","preprocessing":"paper"}"# + "\n"
    }
    try folder.write("same.jsonl", line("a", "0123") + line("b", "0123"))
    #expect(try outputs("same.jsonl").count == 2)
    try folder.write("mixed.jsonl", line("a", "0123") + line("b", "4567"))
    let expected = EvaluationError.otherModel(
      path: folder.path("mixed.jsonl"), line: 2, model: "4567 (paper, exact)", first: "0123 (paper, exact)")
    #expect(throws: expected) { try outputs("mixed.jsonl") }
    let header = "record,code,probability,positive,model,preprocessing,precision\n"
    try folder.write("mixed.csv", header + "a,39732003,0.5,true,0123,paper,exact\nb,39732003,0.5,true,0123,z-score,exact\n")
    #expect(throws: EvaluationError.self) { try outputs("mixed.csv") }
  }

  @Test func aByteOrderMarkBeforeLinesOfJSONIsNoText() throws {
    let line = #"{"record":"a","classes":[{"code":"39732003","probability":0.5,"positive":true}]}"#
    try folder.write("lines.jsonl", "\u{FEFF}\(line)\n" + line.replacing(#""a""#, with: #""b""#) + "\n")
    #expect(try outputs("lines.jsonl").map { $0.decisions.diagnoses.map(\.abbreviation) } == [["LAD"], ["LAD"]])
  }

  @Test func malformedFilesAreAllNegativeAndNamed() throws {
    for text in ["", "#a\n", "#a\n39732003\n1\n", "#a\n39732003,426783006\n1,0\n0.5\n", "#a\n39732003\n1\n0.5\n1,2\n", "\0\u{FF}\n\n"] {
      try folder.write("outputs/a.csv", text)
      try folder.write("outputs/b.csv", "#b\n39732003\n1\n0.5\n")
      let source = try OutputSource(path: folder.path("outputs"), records: ["a", "b"])
      #expect(source.failures.count == 1)
      #expect("\(source.failures)".contains("a.csv"))
      let outputs = try source.outputs(of: ["a", "b"])
      #expect(outputs[0] == RecordOutput())
      #expect(outputs[1].decisions == DiagnosisSet([.leftAxisDeviation]))
    }
  }

  @Test func mergedCodesAndScoresThatAreNoNumbers() throws {
    try folder.write("outputs/a.csv", "#a\n59118001,713427006,63593006,284470004,39732003\n0,1,0,0,x\n0.2,0.4,nan,0.6,garbage\n")
    try folder.write("outputs/b.csv", "#b\n59118001,713427006,39732003,10370003\nt,nan,True,\n,0.4,nan,0x1p3\n")
    let outputs = try outputs()
    let crbbb = try #require(Diagnosis.named("CRBBB")).index
    let pac = try #require(Diagnosis.named("PAC")).index
    #expect(outputs.map { $0.decisions.diagnoses.map(\.abbreviation) } == [["CRBBB"], ["LAD", "CRBBB"]])
    #expect(abs(outputs[0].scores[crbbb] - 0.3) < 1e-12)
    #expect(outputs[0].scores[pac] == 0.6, "as numpy.nanmean, which the official scorer takes")
    #expect(outputs[1].scores[crbbb] == 0.2)
    #expect(outputs.map { $0.scores[Diagnosis.leftAxisDeviation.index] } == [0, 0])
    #expect(outputs[1].scores[0] == 0)
  }

  @Test func aLabelWithoutOutputIsAnError() throws {
    try folder.write("outputs/a.csv", "#a\n39732003\n1\n0.5\n")
    #expect(throws: EvaluationError.noOutput(records: ["b"], path: folder.path("outputs"))) { try outputs() }
    #expect(throws: EvaluationError.self) { try outputs("nowhere") }
  }

  @Test func predictionsAsLinesAndAsTable() throws {
    let classes = #"[{"code":"39732003","abbreviation":"LAD","probability":0.75,"threshold":0.5,"positive":true}"#
    let line = #"{"record":"a","path":"x\/a","windows":1,"classes":"# + classes
    try folder.write(
      "p.jsonl",
      line + #",{"code":"426783006","probability":null,"positive":false}],"missing_leads":[{"deep":[1,"\u0041]"]}]}"# + "\n\n"
        + #"{"classes":[],"record":"b\u0062"}"# + "\n" + #"{"record":"b","classes":[]}"#)
    let lines = try outputs("p.jsonl")
    try folder.write(
      "p.csv",
      """
      record,path,windows,code,abbreviation,probability,threshold,positive
      a,x/a,1,39732003,LAD,0.75,0.5,true
      a,x/a,1,426783006,SNR,,0.5,false
      "b",x/b,1,10370003,PR,0,0.5,false
      """)
    #expect(try outputs("p.csv") == lines)
    #expect(lines[0].scores[Diagnosis.leftAxisDeviation.index] == 0.75)
    #expect(lines[0].decisions == DiagnosisSet([.leftAxisDeviation]))
    #expect(lines[1] == RecordOutput())
  }

  @Test(arguments: [
    "{", "{}", "{\"record\":\"a\"}", "{\"record\":1,\"classes\":[]}", "{\"record\":\"a\",\"classes\":[]} x", "{\"record\":\"a\\",
    "{\"a\":[[",
    "{\"x\":" + String(repeating: "[", count: 100_000), "record,code\na,1\n", "record,code,probability,positive\na,1\n", "\"", "\0",
  ])
  func damagedPredictionsAreRefused(text: String) throws {
    try folder.write("p.jsonl", text)
    #expect(throws: EvaluationError.self) { try OutputSource(path: folder.path("p.jsonl"), records: ["a"]) }
  }

  @Test func aRecordPredictedTwiceIsRefused() throws {
    try folder.write("p.jsonl", "{\"record\":\"a\",\"classes\":[]}\n{\"record\":\"a\",\"classes\":[]}\n")
    #expect(throws: EvaluationError.self) { try OutputSource(path: folder.path("p.jsonl"), records: ["a"]) }
    try folder.write("p.csv", "record,path,code,probability,positive\na,x,39732003,1,true\na,y,39732003,1,true\n")
    #expect(throws: EvaluationError.self) { try OutputSource(path: folder.path("p.csv"), records: ["a"]) }
  }

  @Test func intervalsHoldTheFigureAndDependOnTheSeedAlone() {
    let labels = (0..<200).map { DiagnosisSet($0 % 3 == 0 ? [.leftAxisDeviation] : []) }
    let outputs = (0..<200).map { number in
      var output = RecordOutput()
      output.scores[Diagnosis.leftAxisDeviation.index] = Double((number * 37) % 100) / 200 + (number % 3 == 0 ? 0.3 : 0)
      if output.scores[Diagnosis.leftAxisDeviation.index] > 0.5 { output.decisions.insert(.leftAxisDeviation) }
      return output
    }
    let records = ScoredRecords(labels: labels, outputs: outputs)
    let figures = Figures(records)
    let once = FigureIntervals(records, replicates: 300, seed: 1)
    let again = FigureIntervals(records, replicates: 300, seed: 1)
    for (name, value) in EvaluationReport.summary {
      guard let figure = value(figures), let interval = once.interval(of: value) else { continue }
      #expect(interval.low <= figure && figure <= interval.high, "\(name)")
      #expect(again.interval(of: value) == interval)
    }
    #expect(FigureIntervals(records, replicates: 300, seed: 2).interval { $0.auroc } != once.interval { $0.auroc })
    let onePatient = ScoredRecords(labels: labels, outputs: outputs, patients: labels.map { _ in 0 })
    let same = FigureIntervals(onePatient, replicates: 100, seed: 1).interval { $0.auroc }
    #expect(same?.low == figures.auroc && same?.high == figures.auroc, "a patient's recordings are drawn together")
  }
}
