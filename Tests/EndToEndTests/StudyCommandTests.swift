import Foundation
import TestSupport
import Testing

/// The study commands without a screen.
struct StudyCommandTests {
  private let workspace: Workspace
  private let verdicts = Checkout.root.appendingPathComponent("SampleData/paper-verdicts.csv").path

  init() throws { workspace = try Workspace() }

  private func run(_ arguments: String...) throws -> Program.Outcome { try Program.run(arguments, in: workspace) }

  @Test func thePapersStudyReplayedGivesItsNumbers() throws {
    #expect(try run("study", "import", verdicts, "--study", "paper").code == 0)
    let again = try JSON.object(try run("study", "import", verdicts, "--study", "paper", "--format", "json").output)
    #expect(again["imported"] as? Int == 0 && again["known"] as? Int == 200)
    let report = try JSON.object(try run("agreement", "--study", "paper", "--format", "json").output)
    let pairs = try #require(report["pairs"] as? [[String: Any]])
    let found = pairs.map { pair in
      let kappa = (pair["kappa"] as? Double).map { String(format: "%.3f", $0) } ?? "null"
      return "\(pair["rater_a"] ?? "") \(pair["rater_b"] ?? "") \(pair["n"] ?? "") \(kappa)"
    }
    #expect(found.contains("HG SW 82 0.918") && found.contains("HG label 87 -0.057") && found.contains("SW label 91 -0.159"))
    let text = try run("agreement", "--study", "paper").output
    let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(["label", "LAD", "7", "38", "5", "8", "38", "4"]), "table 4, first row")
    #expect(rows.contains(["no", "LAD", "9", "33", "8", "15", "30", "5"]), "table 4, second row")
    #expect(text.contains("does not describe agreement on the data set"))
    #expect(try run("agreement", "--study", "paper", "--format", "markdown").output.contains("### Table 3. HG versus SW"))
  }

  @Test(arguments: [
    "r,r.hea,39732003,0.9,0.5,true\nr,r,39732003,0.2,0.5,false", "r,r.hea,39732003,0.9,0.5,true\nr,r,39732003,1.2,0.5,true",
  ])
  func predictionsThatContradictThemselvesAreRefusedByLine(rows: String) throws {
    try workspace.write("r.hea", "r 1 500 10\n#Dx: 39732003\n".utf8)
    try workspace.write("p.csv", "record,path,code,probability,threshold,positive\n\(rows)\n".utf8)
    let outcome = try run("study", "create", "s", "r", "--sample", "tp=1", "--predictions", "p.csv")
    #expect(outcome.code == 65 && outcome.complaints.hasPrefix("einthoven: p.csv: line 3: "), "\(outcome.complaints)")
  }

  @Test func aStudyIsDrawnFromWhatPredictWrote() throws {
    let model = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
    let records = try workspace.samples("heart01", "heart02", "heart03", "heart04")
    for format in ["csv", "json"] {
      let made = try Program.run(["predict", records, "--format", format, "--output", "p.\(format)"], in: workspace, environment: model)
      #expect(made.code == 0)
      let study = try run(
        "study", "create", format, records, "--sample", "fp=9,fn=9,tp=9,tn=9", "--allow-fewer", "--predictions", "p.\(format)", "--format",
        "json")
      let frame = try #require(try JSON.object(study.output)["sampling_frame"] as? [String: Any])
      let counts = try #require(frame["frame"] as? [String: Int])
      #expect(counts.values.reduce(0, +) == 4 && (frame["taken"] as? [String: Int])?.values.reduce(0, +) == 4)
      #expect((frame["thresholds"] as? [String: Double])?.count == 24)
    }
    let refused = try run("study", "create", "more", records, "--sample", "fp=9,fn=9,tp=9,tn=9", "--predictions", "p.csv")
    #expect(refused.code == 65 && refused.complaints.contains("--allow-fewer"))
    #expect(try run("study", "create", "csv", records, "--sample", "tn=1", "--predictions", "p.csv").code == 64, "the name is taken")
    #expect(try run("study", "create", "x", records, "--sample", "fp", "--predictions", "p.csv").code == 64)
    let list = try JSON.lines(try run("study", "list", "--format", "json"))
    #expect(list.compactMap { $0["study"] as? String } == ["csv", "json"])
  }

  @Test func storesMergeAndContradictionsAreListed() throws {
    let first = try workspace.write("a.csv", "case,rater,verdict\n1,A,present\n2,A,absent\n".utf8)
    let second = try workspace.write("b.csv", "case,rater,verdict\n1,B,present\n2,A,present\n".utf8)
    #expect(try run("study", "import", first, "--study", "s", "--store", "a.sqlite").code == 0)
    #expect(try run("study", "import", second, "--study", "s", "--store", "b.sqlite").code == 0)
    for round in 0..<2 {
      let merged = try run("study", "merge", "a.sqlite", "b.sqlite", "--store", "all.sqlite", "--format", "json")
      #expect(merged.code == 65 && merged.complaints.contains("case 2, A: 'verdict absent' here and 'verdict present' there"))
      let added = try JSON.lines(merged).compactMap { $0["events"] as? Int }
      #expect(added == (round == 0 ? [2, 1] : [0, 0]))
    }
    #expect(try run("study", "verify", "--store", "all.sqlite").code == 0)
    #expect(try run("study", "merge", "none.sqlite", "--store", "all.sqlite").code == 66)
    #expect(try run("study", "export", "--store", "all.sqlite", "--output", "folder", "--deidentify").code == 0)
    let text = try String(contentsOfFile: workspace.file("folder/verdicts.csv"), encoding: .utf8)
    #expect(text.contains("1,R1,present") && !text.contains(",A,"))
    #expect(try run("study", "export", "--store", "all.sqlite", "--output", "folder").code == 73, "nothing is overwritten")
  }

  @Test func anExportTellsOfABlindedStudyThatIsReadOnlyWhatReadersSaid() throws {
    let records = try workspace.samples("heart01", "heart02")
    let predictions =
      "record,path,windows,code,abbreviation,probability,threshold,positive\n"
      + ["heart01", "heart02"].map { "\($0),\(records)/\($0).hea,1,39732003,LAD,0.9,0.5,true\n" }.joined()
    try workspace.write("p.csv", predictions.utf8)
    let made = try run(
      "study", "create", "s", records, "--class", "LAD", "--sample", "tp=9,fp=9,tn=9,fn=9", "--allow-fewer", "--predictions", "p.csv",
      "--blind", "labels,model,readers,measurements")
    #expect(made.code == 0, "\(made.complaints)")
    func judge(_ record: String) throws {
      let text = "case,rater,verdict,model_digest,probability,measured\n\(record),A,present,m,0.25,\"{\"\"qrs_ms\"\":98}\"\n"
      let outcome = try run("study", "import", try workspace.write("\(record).csv", text.utf8), "--study", "s")
      #expect(outcome.code == 0, "\(outcome.complaints)")
    }
    func told(_ outcome: Program.Outcome) throws -> [Bool] {
      let row = try #require(try JSON.lines(outcome).first)
      return [row["model_digest"] as? String == "m", row["probability"] as? Double == 0.25, row["measured"] is [String: Any]]
    }
    try judge("heart01")
    let blind = try run("study", "export", "s", "--format", "json")
    #expect(try blind.code == 0 && blind.lines.count == 1 && told(blind) == [false, false, false])
    #expect(blind.complaints.contains("left out (model_digest, probability, measured); --unblind gives it"), "\(blind.complaints)")
    let csv = try run("study", "export", "s")
    #expect(csv.code == 0 && csv.lines.count == 2 && csv.output.contains("heart01,A,present") && !csv.output.contains("qrs_ms"))
    let shown = try run("study", "export", "s", "--unblind", "--format", "json")
    #expect(try told(shown) == [true, true, true] && shown.complaints.isEmpty)
    let log = try run("study", "export", "s", "--unblind", "--events")
    #expect(log.output.contains("export of readers' verdicts with model_digest, probability, measured"))
    try judge("heart02")
    let finished = try run("study", "export", "s", "--format", "json")
    #expect(try told(finished) == [true, true, true] && finished.complaints.isEmpty, "nobody is left to be told too early")
  }

  @Test func planSaysHowManyCases() throws {
    let plan = try JSON.object(try run("plan", "--kappa", "0.8", "--width", "0.1", "--format", "json").output)
    #expect(plan["cases"] as? Int == 554)
    #expect(try run("plan", "--kappa", "1.2", "--width", "0.1").code == 64)
  }
}
