import Foundation
import TestSupport
import Testing

@Suite struct AuditCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func audit(_ arguments: String...) throws -> Program.Outcome { try Program.run(["audit"] + arguments, in: workspace) }

  /// The records whose label was planted wrongly, by `SampleData/README.md`.
  private static let planted: Set<String> = ["heart05", "heart07", "heart14", "heart19", "heart28", "heart31"]

  /// The keys that other people's scripts rely on.
  private static let keys: Set<String> = [
    "record", "path", "source", "label", "probability", "model", "measured", "criterion", "score", "reasons",
  ]

  @Test func theSixPlantedLabelsComeFirst() throws {
    let outcome = try audit(SampleData.folder.path, "--class", "lad", "--format", "json")
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let lines = try JSON.lines(outcome)
    #expect(lines.count == 33)
    let rows = lines.dropLast()
    #expect(Set(rows.prefix(6).compactMap { $0["record"] as? String }) == Self.planted)
    let states: Set<String> = ["present", "absent", "unknown"]
    for row in rows {
      #expect(Self.keys.isSubset(of: row.keys))
      for key in ["label", "model", "measured"] { #expect(states.contains(row[key] as? String ?? "")) }
      #expect(row["criterion"] as? String == "axis")
    }
    let scores = rows.map { $0["score"] as? Double ?? -1 }
    #expect(scores == scores.sorted(by: >) && scores.allSatisfy { $0 <= 1 })
    let first = try #require(rows.first { $0["record"] as? String == "heart05" })
    let reasons = try #require(first["reasons"] as? [String])
    #expect(reasons[0] == "labelled LAD" && reasons[1].hasPrefix("axis +4") && reasons[1].contains("II net +0."), "\(reasons)")
    #expect(reasons.contains { $0.hasSuffix("nearest in the network's features carry LAD") })
    let summary = try #require(lines.last)
    #expect(Array(summary.keys) == ["summary"])
    let figures = try #require(summary["summary"] as? [String: Any])
    let definitions = try #require(figures["definitions"] as? [[String: Any]])
    #expect(definitions.compactMap { $0["name"] as? String } == ["axis", "ii-negative", "axis-and-ii", "axis-0"])
    let contradicted = try #require(definitions[0]["contradicted"] as? [String: Any])
    #expect(contradicted["count"] as? Double == 6 && contradicted["of"] as? Double == 32)
  }

  @Test func filesOfEarlierRunsGiveTheSameList() throws {
    let folder = SampleData.folder.path
    let (predictions, measurements) = (workspace.file("p.csv"), workspace.file("m.jsonl"))
    _ = try Program.run(["predict", folder, "--format", "csv", "--output", predictions], in: workspace)
    _ = try Program.run(["measure", folder, "--format", "json", "--output", measurements], in: workspace)
    func list(_ arguments: [String]) throws -> [String] {
      let outcome = try Program.run(["audit", folder, "--format", "json"] + arguments, in: workspace)
      #expect(outcome.code == 0, "\(outcome.complaints)")
      return try JSON.lines(outcome).compactMap { $0["record"] as? String }
    }
    let fromFiles = try list(["--predictions", predictions, "--measurements", measurements])
    #expect(fromFiles.count == 32 && Set(fromFiles.prefix(6)) == Self.planted)
    let measuredAlone = try list(["--no-model", "--measurements", measurements])
    #expect(try list(["--no-model"]) == measuredAlone)
    #expect(Set(measuredAlone.prefix(6)) == Self.planted)
  }

  @Test func anotherDefinitionIsChosenByName() throws {
    let outcome = try audit(SampleData.folder.path, "--no-model", "--criterion", "ii-negative", "--format", "csv")
    #expect(outcome.code == 0 && outcome.lines.count == 33)
    #expect(outcome.lines[0] == "record,path,source,diagnosis,label,probability,model,measured,criterion,score,doubted_by,reasons")
    #expect(outcome.lines.dropFirst().allSatisfy { $0.contains(",ii-negative,") })
    #expect(outcome.complaints.contains("axis-and-ii"), "every definition is held against the labels")
    let unknown = try audit(SampleData.folder.path, "--criterion", "axis-9")
    #expect(unknown.code == 64 && unknown.complaints.contains("ii-negative"))
  }

  @Test func recordsThatTheModelLearntFromAreRefused() throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03", "heart04", "heart05", "heart07")
    let model = workspace.file("m.safetensors")
    let shipped = Checkout.root.appendingPathComponent("Models/default.safetensors").path
    let edited = try Program.run(["model", "edit", shipped, "--saw", folder + "/heart02", "--output", model], in: workspace)
    #expect(edited.code == 0, "\(edited.complaints)")
    let refused = try audit(folder, "--model", model, "--format", "json")
    #expect(refused.code == 65 && refused.complaints.contains("heart02") && refused.complaints.contains("--in-sample"))
    #expect(refused.standardOutput.isEmpty)
    #expect(try audit(folder, "--model", model, "--format", "json", "--in-sample").code == 0)
    let predictions = workspace.file("p.csv")
    _ = try Program.run(["predict", folder, "--model", model, "--format", "csv", "--output", predictions], in: workspace)
    #expect(try audit(folder, "--predictions", predictions, "--model", model).code == 65)
    #expect(try audit(folder, "--predictions", predictions, "--model", model, "--in-sample").code == 0)
  }

  @Test func theHTMLIsOneFileWithDrawingsAndNoScript() throws {
    let (file, axis) = (workspace.file("audit.html"), workspace.file("axis.svg"))
    let outcome = try audit(
      SampleData.folder.path, "--no-model", "--format", "html", "--top", "8", "--output", file, "--axis", axis)
    #expect(outcome.code == 0 && outcome.standardOutput.isEmpty, "\(outcome.complaints)")
    let html = try String(contentsOfFile: file, encoding: .utf8)
    #expect(html.components(separatedBy: "<svg").count == 10, "eight records and the axes")
    #expect(!html.contains("<script") && !html.contains("http://www.w3.org/1999") && !html.contains("src="))
    #expect(html.contains("labelled LAD; axis +4") && html.contains("is no wrong label yet"))
    let drawing = try String(contentsOfFile: axis, encoding: .utf8)
    #expect(drawing.hasPrefix("<svg") && drawing.contains("not LAD (21)"))
  }

  @Test func theTopBecomesABlindStudyWhoseVerdictsSpeakOfTheDataSet() throws {
    let store = workspace.file("s.sqlite")
    func again(_ extra: String...) throws -> Program.Outcome {
      try Program.run(
        [
          "audit", SampleData.folder.path, "--no-model", "--study", "labels", "--review", "6", "--random", "8", "--store", store,
          "--format", "json",
        ]
          + extra, in: workspace)
    }
    let made = try again()
    #expect(made.code == 0 && made.complaints.contains("6 of 6 of the stratum 'most suspect'"), "\(made.complaints)")
    #expect(made.complaints.contains("4 of 8 of the stratum 'others labelled LAD'"))
    let unjudged = try again()
    #expect(unjudged.code == 64 && unjudged.complaints.contains("nobody has judged"))
    // A reader who is always right.
    let present = ["02", "04", "07", "11", "14", "17", "21", "23", "26", "28", "32"].map { "heart" + $0 }
    let folder = workspace.file("labels")
    _ = try Program.run(["study", "export", "--study", "labels", "--store", store, "--output", folder], in: workspace)
    let cases = try String(contentsOfFile: folder + "/cases.csv", encoding: .utf8).split(separator: "\n").dropFirst()
    #expect(cases.count == 14)
    let names = cases.compactMap { $0.split(separator: ",").first.map(String.init) }
    let verdicts = names.map { "\($0),HG,\(present.contains($0) ? "present" : "absent")\n" }.joined()
    let file = try workspace.write("v.csv", ("case,rater,verdict\n" + verdicts).utf8)
    #expect(try Program.run(["study", "import", file, "--study", "labels", "--store", store], in: workspace).code == 0)
    let figures = try #require(try JSON.lines(again()).last?["summary"] as? [String: Any])
    let review = try #require(figures["review"] as? [String: Any])
    func value(_ name: String) -> Double? { (review[name] as? [String: Any])?["value"] as? Double }
    // Eleven of the 32 have it, eight of them are labelled so, and so are three others.
    #expect(review["rater"] as? String == "HG")
    for (name, expected) in [("prevalence", 11.0 / 32), ("wrong", 6.0 / 32), ("sensitivity", 8.0 / 11), ("specificity", 18.0 / 21)] {
      let found = try #require(value(name))
      #expect(abs(found - expected) < 1e-12, "\(name)")
    }
    let agreement = try Program.run(["agreement", "--study", "labels", "--store", store], in: workspace)
    #expect(agreement.output.contains("stratum 'most suspect'") && agreement.output.contains("sensitivity of the label"))
    let copy = workspace.file("copy.sqlite")
    #expect(try Program.run(["study", "import", folder, "--study", "labels", "--store", copy], in: workspace).code == 0)
    let copied = try Program.run(["study", "export", "--study", "labels", "--store", copy, "--format", "csv"], in: workspace)
    #expect(copied.code == 0)
  }
}
