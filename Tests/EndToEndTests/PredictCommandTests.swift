import Foundation
import TestSupport
import Testing

@Suite struct PredictCommandTests {
  private let workspace: Workspace
  private let environment: [String: String]

  /// The network's output order: codes sorted as strings (notes on the paper; PhysioNet/CinC Challenge 2020).
  private static let codes = [
    "10370003", "111975006", "164889003", "164890007", "164909002", "164917005", "164934002", "164947007", "251146004", "270492004",
    "284470004", "39732003", "426177001", "426627000", "426783006", "427084000", "427172004", "427393009", "445118002", "47665007",
    "59931005", "698252002", "713426002", "713427006",
  ]

  init() throws {
    workspace = try Workspace()
    environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
  }

  /// A record whose leads hold a sawtooth, but for some of which every sample is missing.
  private func record(_ name: String, missing: Set<String>) throws {
    var header = "\(name) 12 500 1000\n"
    for lead in Workspace.leads { header += "\(name).dat 16 1000/mV 16 0 \(missing.contains(lead) ? -32768 : 0) 0 0 \(lead)\n" }
    try workspace.write("\(name).hea", header.utf8)
    let samples = (0..<1000).flatMap { frame in Workspace.leads.map { missing.contains($0) ? Int16.min : Int16(frame % 250) } }
    try workspace.write("\(name).dat", samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
  }

  @Test func leadsWithoutAValidSampleAreMissingAndARecordOfNothingElseIsRefused() throws {
    try record("some", missing: ["V2", "V5"])
    try record("none", missing: Set(Workspace.leads))
    let some = try Program.run(["predict", "some", "--format", "json"], in: workspace, environment: environment)
    #expect(try JSON.lines(some).first?["missing_leads"] as? [String] == ["V2", "V5"])
    for command in ["predict", "explain"] {
      let none = try Program.run([command, "none"], in: workspace, environment: environment)
      let reason = "cannot be classified: no lead has a valid sample; expected a signal to judge"
      #expect(none.code == 65 && none.complaints == "einthoven: none: \(reason)\n")
    }
  }

  @Test func leadsThatNeverChangeAreWarnedOf() throws {
    var header = "some 12 500 1000\n"
    for lead in Workspace.leads { header += "some.dat 16 1000/mV 16 0 0 0 0 \(lead)\n" }
    try workspace.write("some.hea", header.utf8)
    let samples = (0..<1000).flatMap { frame in Workspace.leads.indices.map { $0 < 5 ? 100 : Int16(frame % 250) } }
    try workspace.write("some.dat", samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
    let json = try Program.run(["predict", "some", "--format", "json"], in: workspace, environment: environment)
    #expect(try (JSON.lines(json).first?["warnings"] as? [String])?.contains { $0.contains("never change") } == true)
    #expect(try Program.run(["predict", "some"], in: workspace, environment: environment).output.contains("5 leads flat"))
    #expect(try Program.run(["info", "some"], in: workspace).output.contains("never change"))
  }

  @Test func electrodesThatSeemExchangedAreToldOfInEveryForm() throws {
    // Left arm and right arm: I turned over, II and III, aVR and aVL changed about.
    let files = ["hea", "dat"].map { workspace.file("records/heart02.\($0)") }
    _ = try workspace.samples("heart02")
    let header = try String(contentsOfFile: files[0], encoding: .utf8)
    let names = ["II": "III", "III": "II", "aVR": "aVL", "aVL": "aVR"]
    let swapped = header.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      var fields = line.split(separator: " ").map(String.init)
      guard line.hasPrefix("heart02.dat"), let name = fields.last else { return String(line) }
      fields[fields.count - 1] = name == "I" ? "-I" : names[name] ?? name
      return fields.joined(separator: " ")
    }
    try workspace.write("records/heart02.hea", swapped.joined(separator: "\n").utf8)
    let table = try Program.run(["predict", "records"], in: workspace, environment: environment)
    #expect(table.code == 0 && table.output.contains("RA-LA swap?"))
    for format in ["csv", "json"] {
      let outcome = try Program.run(["predict", "records", "--format", format], in: workspace, environment: environment)
      #expect(outcome.complaints.contains("einthoven: heart02: ") && outcome.complaints.contains("RA-LA"))
    }
    let silent = try Program.run(["predict", "records", "--no-swaps"], in: workspace, environment: environment)
    #expect(!silent.output.contains("swap?") && silent.complaints.isEmpty)
  }

  @Test func jsonHasTheKeysOthersRelyOn() throws {
    let outcome = try Program.run(["predict", SampleData.folder.path, "--format", "json"], in: workspace, environment: environment)
    #expect(outcome.code == 0)
    let records = try JSON.lines(outcome)
    #expect(records.count == 32)
    for record in records {
      let name = try #require(record["record"] as? String)
      #expect((record["path"] as? String)?.hasSuffix(name) == true)
      #expect(record["windows"] as? Int == (name == "heart22" ? 4 : 1), "60 s take P = 4 windows (eq. 4 of the paper)")
      let classes = try #require(record["classes"] as? [[String: Any]])
      #expect(classes.map { $0["code"] as? String } == Self.codes)
      let probabilities = try classes.map { try #require($0["probability"] as? Double) }
      #expect(probabilities.allSatisfy { (0...1).contains($0) })
      #expect(classes.allSatisfy { $0["abbreviation"] is String && $0["threshold"] is Double })
      let top = try #require(probabilities.max())
      let positives = try classes.map { try #require($0["positive"] as? Bool) }
      #expect(zip(probabilities, positives).contains { $0 == top && $1 }, "the top class is positive")
      for (entry, isPositive) in zip(classes, positives) {
        let probability = try #require(entry["probability"] as? Double)
        let threshold = try #require(entry["threshold"] as? Double)
        if probability >= threshold { #expect(isPositive) }
        if probability < threshold, probability < top { #expect(!isPositive) }
      }
      #expect(record["precision"] as? String == "exact")
    }
  }

  @Test func csvHasTwentyFourRowsARecord() throws {
    let outcome = try Program.run(["predict", SampleData.path("heart01"), "--format", "csv"], in: workspace, environment: environment)
    #expect(
      outcome.lines[0]
        == "record,path,windows,code,abbreviation,probability,threshold,positive,precision,model,preprocessing,warnings,recording_digest")
    #expect(outcome.lines.dropFirst().map { $0.components(separatedBy: ",")[3] } == Self.codes)
  }

  @Test func tableHasOneLineARecordAndNamesThePrecision() throws {
    let outcome = try Program.run(["predict", SampleData.folder.path], in: workspace, environment: environment)
    #expect(outcome.lines.count == 33)
    #expect(outcome.lines.last == "precision: exact (FP32)")
    #expect(outcome.lines.first { $0.hasPrefix("heart25") }?.hasSuffix("without V4") == true)
    #expect(outcome.complaints.isEmpty, "no progress bar where standard error is no terminal")
  }

  @Test func outputFileHoldsWhatIsPrinted() throws {
    let arguments = ["predict", SampleData.path("heart01"), "--format", "json"]
    let printed = try Program.run(arguments, in: workspace, environment: environment).output
    let outcome = try Program.run(arguments + ["--output", "out.jsonl"], in: workspace, environment: environment)
    #expect(outcome.output.isEmpty)
    #expect(try String(contentsOfFile: workspace.file("out.jsonl"), encoding: .utf8) == printed)
  }

  @Test func challengeFilesHaveTheChallengesThreeLines() throws {
    let outcome = try Program.run(
      ["predict", SampleData.folder.path, "--format", "challenge", "--output", "outputs"], in: workspace, environment: environment)
    #expect(outcome.code == 0)
    let names = try workspace.names(in: "outputs").filter { !$0.hasPrefix(".") }
    #expect(names == (1...32).map { String(format: "heart%02d.csv", $0) })
    for name in names {
      let text = try String(contentsOfFile: workspace.file("outputs/" + name), encoding: .utf8)
      var lines = text.components(separatedBy: "\n")
      #expect(lines.popLast() == "")
      try #require(lines.count == 4, "a comment with the name, then codes, labels, scores")
      #expect(lines[0] == "#" + name.replacing(".csv", with: ""))
      #expect(lines[1].components(separatedBy: ",").map { $0.trimmingCharacters(in: .whitespaces) } == Self.codes)
      let labels = lines[2].components(separatedBy: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      #expect(labels.count == 24 && labels.allSatisfy { $0 == "0" || $0 == "1" } && labels.contains("1"))
      let scores = lines[3].components(separatedBy: ",").compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
      #expect(scores.count == 24 && scores.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test func jobsDoNotChangeTheAnswer() throws {
    let folder = try workspace.samples("heart01", "heart02", "heart22", "heart25")
    let one = try Program.run(["predict", folder, "--format", "json", "--jobs", "1"], in: workspace, environment: environment)
    let many = try Program.run(["predict", folder, "--format", "json", "--jobs", "3"], in: workspace, environment: environment)
    #expect(one.standardOutput == many.standardOutput)
  }

  @Test func severalModelsAreAnEnsemble() throws {
    let model = try workspace.tinyModel()
    let alone = try Program.run(["predict", SampleData.path("heart01"), "--format", "json", "--model", model], in: workspace)
    let twice = try Program.run(
      ["predict", SampleData.path("heart01"), "--format", "json", "--model", model, "--model", model], in: workspace)
    #expect(twice.code == 0)
    // Which models they are is all that differs.
    let name = #/"model":"[^"]*"/#
    #expect(
      alone.output.replacing(name, with: "") == twice.output.replacing(name, with: ""), "an ensemble of one model and itself is that model")
  }

  /// AUROC of the shipped model for LAD, by the axis that was built into the samples (SampleData/README.md): 0.9 or more.
  @Test func shippedModelTellsLeftAxisDeviation() throws {
    let outcome = try Program.run(["predict", SampleData.folder.path, "--format", "json"], in: workspace)
    try #require(outcome.code == 0, "\(outcome.complaints)")
    let deviated = Set([2, 4, 7, 11, 14, 17, 21, 23, 26, 28, 32].map { String(format: "heart%02d", $0) })
    var present: [Double] = []
    var absent: [Double] = []
    for record in try JSON.lines(outcome) {
      let classes = try #require(record["classes"] as? [[String: Any]])
      let probability = try #require(classes.first { $0["abbreviation"] as? String == "LAD" }?["probability"] as? Double)
      if deviated.contains(record["record"] as? String ?? "") { present.append(probability) } else { absent.append(probability) }
    }
    let wins = present.reduce(0.0) { sum, high in sum + absent.reduce(0.0) { $0 + (high > $1 ? 1 : high == $1 ? 0.5 : 0) } }
    #expect(wins / Double(present.count * absent.count) >= 0.9)
  }
}
