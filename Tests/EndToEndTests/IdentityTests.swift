import Foundation
import Testing

extension TerminalTests {
  /// A recording is what its samples are, wherever it lies and whatever it is called.
  @Suite struct IdentityTests {
    private func judge(_ session: ReviewSession, _ answers: [(record: String, key: String, answer: String)]) throws {
      for (record, key, answer) in answers { try session.judge(record, key: key, answer: answer) }
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
    }

    @Test func aFolderThatMovedGoesOnAndASecondReaderJudgesTheSameCases() throws {
      let session = try ReviewSession(records: ["heart01", "heart02", "heart03", "heart04"])
      let workspace = session.workspace
      try session.startReview("--reviewer A", showing: "heart01")
      try judge(session, [("heart01", "1", "LAD"), ("heart02", "2", "no LAD")])
      try FileManager.default.createDirectory(atPath: workspace.file("disk"), withIntermediateDirectories: true)
      try FileManager.default.moveItem(atPath: workspace.file("records"), toPath: workspace.file("disk/records"))
      try session.terminal.start("review --study records --reviewer B")
      try session.terminal.wait("the advice, wrapped") { $0.replacing("\n", with: "").contains("where they moved, name the folder") }
      #expect(try session.terminal.exitCode() == 66)
      try session.terminal.start("review disk/records --reviewer B")
      try session.terminal.wait(for: "4 recordings of study records moved to")
      try judge(session, [("heart01", "1", "LAD"), ("heart02", "1", "LAD")])
      let report = try JSON.object(try Program.run(["agreement", "--study", "records", "--format", "json"], in: workspace).output)
      let pairs = try #require(report["pairs"] as? [[String: Any]])
      #expect(pairs.first { $0["rater_a"] as? String == "A" && $0["rater_b"] as? String == "B" }?["n"] as? Int == 2)
      let status = try JSON.lines(try Program.run(["study", "status", "--format", "json"], in: workspace))
      #expect(status.count == 2 && status.allSatisfy { $0["cases"] as? Int == 4 })
      // Now they are where they were seen last.
      try session.terminal.start("review --study records --reviewer B")
      try session.waitForTrace(of: "heart03")
      try session.terminal.press("q")
    }

    @Test func recordsOfOneNameAreKnownByWhatTheyHold() throws {
      let session = try ReviewSession(records: [])
      let workspace = session.workspace
      for (folder, record) in [("same/a", "heart01"), ("same/b", "heart04")] {
        let target = try workspace.samples(record, folder: folder)
        for suffix in ["hea", "dat"] {
          try FileManager.default.moveItem(atPath: "\(target)/\(record).\(suffix)", toPath: "\(target)/1.\(suffix)")
        }
        let header = try String(contentsOfFile: target + "/1.hea", encoding: .utf8).replacing(record, with: "1")
        try workspace.write("\(folder)/1.hea", header.utf8)
      }
      for (reader, keys) in [("A", ["1", "2"]), ("B", ["2", "1"])] {
        try session.terminal.start("review same --reviewer \(reader)")
        for (number, key) in keys.enumerated() {
          try session.terminal.wait("case \(number + 1)") { $0.contains("case \(number + 1)/2") && $0.contains(" Hz ") }
          try session.terminal.press(key)
          try session.terminal.wait("its verdict") { $0.contains("saved") && $0.contains("\(number + 1) judged") }
        }
        try session.terminal.press("q")
        #expect(try session.terminal.exitCode() == 0)
      }
      try FileManager.default.moveItem(atPath: workspace.file("same"), toPath: workspace.file("moved"))
      try session.terminal.start("review moved --study same --reviewer C --adjudicate")
      for number in 1...2 {
        try session.terminal.wait("case \(number)") { $0.contains("case \(number)/2") && $0.contains(" Hz ") }
        try session.terminal.press("3")
        try session.terminal.wait("its verdict") { $0.contains("saved") && $0.contains("\(number) judged") }
      }
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      let rows = try JSON.lines(try Program.run(["study", "export", "--events", "--format", "json"], in: workspace))
      let judged = rows.filter { $0["kind"] as? String != "model-decision" }
      let digests = Dictionary(grouping: judged) { $0["case"] as? String ?? "" }.mapValues {
        Set($0.compactMap { $0["recording_digest"] as? String })
      }
      #expect(digests.count == 2 && digests.values.allSatisfy { $0.count == 1 } && Set(digests.values).count == 2, "\(digests)")
    }

    @Test func oneRecordingInTwoPlacesIsOneCaseAndIsSaidSo() throws {
      let session = try ReviewSession(records: ["heart01", "heart02"])
      let workspace = session.workspace
      for suffix in ["hea", "dat"] {
        try FileManager.default.copyItem(
          atPath: workspace.file("records/heart01.\(suffix)"), toPath: workspace.file("records/twin.\(suffix)"))
      }
      try workspace.write(
        "records/twin.hea",
        try String(contentsOfFile: workspace.file("records/heart01.hea"), encoding: .utf8).replacing("heart01", with: "twin").utf8)
      try session.terminal.start("review records --reviewer A")
      let screen = try session.terminal.wait(for: "one recording seen twice")
      #expect(screen.contains("case 1/2"))
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
    }

    /// Its file, or the folder in which it lies.
    @Test(arguments: ["data/einthoven/reviews.sqlite", "data/einthoven"])
    func aStoreThatIsRemovedMeanwhileLosesNothing(removed: String) throws {
      let session = try ReviewSession(records: ["heart01", "heart02", "heart03"])
      let workspace = session.workspace
      try session.startReview("--reviewer A", showing: "heart01")
      try session.judge("heart01", key: "1", answer: "LAD")
      try session.waitForTrace(of: "heart02")
      try FileManager.default.removeItem(atPath: workspace.file(removed))
      try session.terminal.press("2")
      try session.terminal.wait(for: "NOT saved: [enter] writes 1 verdict")
      try session.terminal.press("Enter")
      let screen = try session.terminal.wait(for: "1 verdict is saved in")
      #expect(screen.contains("2 judged"))
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      let rescued = "data/einthoven/reviews-rescued.sqlite"
      let rows = try Program.run(["study", "export", "--store", rescued], in: workspace).lines.dropFirst()
      #expect(rows.map { $0.split(separator: ",").prefix(3).joined(separator: ",") } == ["heart01,A,present", "heart02,A,absent"])
      #expect(try Program.run(["study", "verify", "--store", rescued], in: workspace).code == 0)
    }

    @Test func verdictsThatAreLeftUnsavedAreNoSuccess() throws {
      let session = try ReviewSession(records: ["heart01"])
      try session.startReview("--reviewer A", showing: "heart01")
      try FileManager.default.removeItem(atPath: session.workspace.file("data/einthoven/reviews.sqlite"))
      try session.terminal.press("1")
      try session.terminal.wait(for: "NOT saved")
      try session.terminal.press("q")
      try session.terminal.wait(for: "again quits")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 74)
      #expect(try session.terminal.screen().contains("1 verdict is not saved"))
    }

    @Test func theReadersNameIsAskedForOnceAndNeverRootsInSilence() throws {
      let session = try ReviewSession(environment: ["USER": "root"])
      try session.workspace.write("config/einthoven/config.toml", "minimum-view-ms = 0\n".utf8)
      try session.terminal.start("review records")
      try session.terminal.wait(for: "Your name in the store of verdicts:")
      try session.terminal.type("Ann \"A\"")
      try session.judge("heart01", key: "1", answer: "LAD")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      try session.startReview(showing: "heart02")
      #expect(try session.terminal.screen().contains("Ann \"A\""))
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      let silent = try Program.run(["review", "records"], in: session.workspace)
      #expect(silent.code != 0, "no terminal")
      try session.workspace.write("config/einthoven/config.toml", "minimum-view-ms = 0\n".utf8)
      let nameless = try Program.run(["render", "--study", "records"], in: session.workspace)
      #expect(nameless.code == 0, "\(nameless.complaints)")
    }

    @Test func aVerdictNeedsALookAndAHeldKeyIsOneStroke() throws {
      let session = try ReviewSession(records: ReviewSession.names)
      try session.workspace.write("config/einthoven/config.toml", "minimum-view-ms = 1500\n".utf8)
      try session.startReview("--reviewer A", showing: "heart01")
      try session.terminal.press("1")
      try session.terminal.wait(for: "look first")
      usleep(1_600_000)
      try session.terminal.press("1", "1", "1", "1")
      try session.waitForTrace(of: "heart02")
      usleep(1_700_000)
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      #expect(try Program.run(["study", "export"], in: session.workspace).lines.count == 2)
    }
  }
}

/// Identity on the command line.
struct IdentityCommandTests {
  private let workspace: Workspace
  private let environment: [String: String]

  init() throws {
    workspace = try Workspace()
    environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
  }

  private func run(_ arguments: [String]) throws -> Program.Outcome { try Program.run(arguments, in: workspace, environment: environment) }

  @Test(arguments: ["csv", "json", "challenge"]) func aRunDoesNotGoOnBehindAnotherModel(format: String) throws {
    let folder = try workspace.samples("heart01", "heart02")
    let command = ["predict", folder, "--format", format, "--output", "out"]
    #expect(try run(command).code == 0)
    _ = try workspace.samples("heart03")
    try FileManager.default.copyItem(atPath: workspace.file("tiny.safetensors"), toPath: workspace.file("other.safetensors"))
    try workspace.write("t.json", "{\"LAD\": 0.9}".utf8)
    #expect(try run(["model", "edit", "other.safetensors", "--thresholds", "t.json"]).code == 0)
    let refused = try run(command + ["--resume", "--model", "other.safetensors"])
    #expect(refused.code == 65 && refused.complaints.contains("made by model ") && refused.complaints.contains("this run is of model "))
    #expect(try run(command + ["--resume"]).code == 0)
  }

  @Test func dotsInNamesArePartOfThem() throws {
    var paths: [String] = []
    for (name, record) in [("p.1", "heart01"), ("p.2", "heart04")] {
      let folder = try workspace.samples(record, folder: "dots")
      for suffix in ["hea", "dat"] {
        try FileManager.default.moveItem(atPath: "\(folder)/\(record).\(suffix)", toPath: "\(folder)/\(name).\(suffix)")
      }
      let header = try String(contentsOfFile: "\(folder)/\(name).hea", encoding: .utf8).replacing(record, with: name)
      paths.append(try workspace.write("dots/\(name).hea", header.utf8))
    }
    let csv =
      "record,path,windows,code,abbreviation,probability,threshold,positive\n"
      + "p.1,dots/p.1,1,39732003,LAD,0.9,0.5,true\np.2,dots/p.2,1,39732003,LAD,0.1,0.5,false\n"
    try workspace.write("p.csv", csv.utf8)
    let made = try run(
      ["study", "create", "s", "dots", "--class", "LAD", "--sample", "tp=9,fp=9,tn=9,fn=9", "--allow-fewer", "--predictions", "p.csv"])
    #expect(made.code == 0, "\(made.complaints)")
    let rows = try JSON.lines(try run(["study", "export", "--raters", "all", "--format", "json"])).filter {
      $0["rater"] as? String == "model"
    }
    #expect(Set(rows.map { "\($0["case"] ?? "") \($0["probability"] ?? "")" }) == ["p.1 0.9", "p.2 0.1"])
    // Files of the challenge are called after records: both are there, and none is taken for the other.
    #expect(try run(["predict", "dots/p.1", "--format", "challenge", "--output", "outputs"]).code == 0)
    #expect(try run(["predict", "dots", "--format", "challenge", "--output", "outputs", "--resume"]).code == 0)
    #expect(try workspace.names(in: "outputs").filter { $0.hasSuffix(".csv") } == ["p.1.csv", "p.2.csv"])
  }

  /// A sample recording under another name in a folder.
  private func put(_ sample: String, as name: String, in folder: String) throws {
    for suffix in ["hea", "dat"] {
      let data = try Data(contentsOf: SampleData.folder.appendingPathComponent("\(sample).\(suffix)"))
      let text = suffix == "hea" ? Data(String(decoding: data, as: UTF8.self).replacing(sample, with: name).utf8) : data
      try workspace.write("\(folder)/\(name).\(suffix)", text)
    }
  }

  @Test func predictionsOfAnotherSitesRecordOfTheSameNameAreNotTaken() throws {
    try put("heart02", as: "p1", in: "sites/a")
    try put("heart06", as: "p1", in: "sites/b")
    #expect(try run(["predict", "sites/a", "--format", "csv", "--output", "a.csv"]).code == 0)
    let draw = ["--class", "LAD", "--sample", "tp=9,fp=9,tn=9,fn=9", "--allow-fewer", "--predictions", "a.csv"]
    #expect(try run(["study", "create", "s", "sites/b"] + draw).code == 65)
    // Where the other one moved away it is still not this one, and is found wherever it is.
    try FileManager.default.moveItem(atPath: workspace.file("sites/a"), toPath: workspace.file("sites/c"))
    #expect(try run(["study", "create", "s", "sites/b"] + draw).code == 65)
    #expect(try run(["study", "create", "s", "sites/c"] + draw).code == 0)
  }

  @Test(arguments: ["predict", "measure"]) func oneRecordingAtTwoPlacesIsSaidOnce(command: String) throws {
    for name in ["a", "b", "c"] { try put("heart02", as: name, in: "twins") }
    try put("heart06", as: "d", in: "twins")
    let outcome = try run([command, "twins", "--format", "csv"])
    #expect(outcome.code == 0)
    #expect(
      outcome.complaints == "einthoven: twins/b has the same samples as twins/a, and so have 1 more: one recording seen twice\n"
    )
    let single = try run([command, "twins/a", "twins/d", "twins/a", "--format", "csv"])
    #expect(single.code == 0 && single.complaints.isEmpty)
  }

  @Test func aCaseIsNotDrawnWithAnotherRecording() throws {
    try put("heart02", as: "p1", in: "records")
    let draw = ["--class", "LAD", "--sample", "tp=9,fp=9,tn=9,fn=9", "--allow-fewer"]
    #expect(try run(["study", "create", "s", "records"] + draw).code == 0)
    #expect(try run(["render", "--study", "s"]).code == 0)
    try put("heart06", as: "p1", in: "records")
    let outcome = try run(["render", "--study", "s"])
    #expect(outcome.code == 65 && outcome.complaints.contains("its samples are not those that became this case"))
    #expect(!outcome.complaints.contains("p1"), "a sampled study names no record")
  }

  @Test func linksAreFollowedInAStudyThatWasMadeSo() throws {
    try put("heart02", as: "p1", in: "annex")
    try FileManager.default.createDirectory(atPath: workspace.file("records"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: workspace.file("annex/p1.hea"), toPath: workspace.file("records/p1.hea"))
    try FileManager.default.createSymbolicLink(
      atPath: workspace.file("records/p1.dat"), withDestinationPath: workspace.file("annex/p1.dat"))
    let draw = ["--class", "LAD", "--sample", "tp=9,fp=9,tn=9,fn=9", "--allow-fewer", "--follow-links"]
    #expect(try run(["study", "create", "s", "records"] + draw).code == 0)
    #expect(try run(["render", "--study", "s", "--follow-links"]).code == 0)
    #expect(try run(["render", "--study", "s"]).code == 65)
  }

  @Test func twoRecordsOfOneNameAreRefusedInTheChallengesFolderAlsoWhenResuming() throws {
    let (first, second) = (try workspace.samples("heart01", folder: "a"), try workspace.samples("heart01", folder: "b"))
    #expect(try run(["predict", first, "--format", "challenge", "--output", "outputs"]).code == 0)
    let both = try run(["predict", first, second, "--format", "challenge", "--output", "outputs", "--resume"])
    #expect(both.code == 65 && both.complaints.contains("another record is named heart01 too"))
  }

  @Test func aLogThatDoesNotVerifyGivesNoFiguresUnlessTold() throws {
    try workspace.write("v.csv", "case,rater,verdict\n1,A,present\n1,B,present\n".utf8)
    #expect(try run(["study", "import", "v.csv", "--study", "name-one", "--store", "s.sqlite"]).code == 0)
    // In the table and in its index.
    var bytes = try Data(contentsOf: URL(fileURLWithPath: workspace.file("s.sqlite")))
    while let place = bytes.range(of: Data("name-one".utf8)) { bytes.replaceSubrange(place, with: Data("name-two".utf8)) }
    try bytes.write(to: URL(fileURLWithPath: workspace.file("s.sqlite")))
    for command in [["agreement"], ["study", "export"]] {
      let refused = try run(command + ["--store", "s.sqlite"])
      #expect(refused.code == 65 && refused.complaints.contains("--unverified") && refused.lines.isEmpty)
      #expect(try run(command + ["--store", "s.sqlite", "--unverified"]).code == 0)
    }
    let verified = try run(["study", "verify", "--store", "s.sqlite"])
    #expect(verified.code == 65 && verified.output.contains("study 'name-two'"))
  }

  @Test func anEmptyFileIsNoStoreAndStaysEmpty() throws {
    try workspace.write("empty.sqlite", "".utf8)
    #expect(try run(["study", "verify", "--store", "empty.sqlite"]).code == 66)
    #expect(try Data(contentsOf: URL(fileURLWithPath: workspace.file("empty.sqlite"))).isEmpty)
    #expect(try workspace.names(in: "").filter { $0.hasPrefix("empty") } == ["empty.sqlite"])
  }

  @Test func anExportWithoutNamesHasNoPathsAndNoRemarksUnlessKept() throws {
    try workspace.write(
      "green.csv",
      "case,rater,verdict,path,source,note\n1,H. Green,present,/data/hgreen/1,St. Green,Mrs Roe\\x0asecond line\n2,H. Green,absent,/data/lad/2,LAD,\n"
        .utf8)
    #expect(try run(["study", "import", "green.csv", "--study", "hgreen"]).code == 0)
    let outcome = try run(["study", "export", "--deidentify", "--output", "out"])
    #expect(outcome.code == 0 && outcome.complaints.contains("sources are S1, S2, …; the names of folders, and paths, are left out"))
    let cases = try String(contentsOfFile: workspace.file("out/cases.csv"), encoding: .utf8)
    #expect(cases.contains("1,1,,S1,") && cases.contains("2,1,,S2,") && !cases.contains("LAD"))
    #expect(try run(["study", "export", "--deidentify", "--corrected", "headers"]).code == 64)
    for name in try workspace.names(in: "out") {
      let text = try String(contentsOfFile: workspace.file("out/\(name)"), encoding: .utf8).lowercased()
      #expect(!text.contains("green") && !text.contains("mrs roe"), "\(name)")
    }
    #expect(try !run(["study", "export", "--deidentify", "--format", "json"]).output.lowercased().contains("green"))
    #expect(try run(["study", "export", "--deidentify", "--keep-notes"]).output.contains(#"Mrs Roe\x0asecond line"#))
    #expect(try run(["study", "export", "--format", "json"]).output.contains(#"Mrs Roe\nsecond line"#))
    #expect(try run(["study", "export", "--keep-notes"]).code == 64)
  }

  @Test func blanksAroundNamesAreNoPartOfThem() throws {
    try workspace.write(
      "v.csv", "case,rater,verdict\n1,SW ,present\n2,SW,absent\n1 ,HG,present\n\u{A0}2,HG\u{A0}, absent\n".utf8)
    let report = try JSON.object(try run(["agreement", "--verdicts", "v.csv", "--format", "json"]).output)
    let pairs = try #require(report["pairs"] as? [[String: Any]])
    #expect(pairs.count == 1 && pairs[0]["n"] as? Int == 2)
  }
}
