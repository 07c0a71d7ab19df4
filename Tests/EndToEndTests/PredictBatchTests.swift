import Foundation
import Testing

/// `predict` over folders: order, jobs, shards, bad records, interruption and resumption.
@Suite struct PredictBatchTests {
  private let workspace: Workspace
  private let environment: [String: String]

  init() throws {
    workspace = try Workspace()
    environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
  }

  private func predict(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["predict"] + arguments, in: workspace, environment: environment)
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: workspace.url.appendingPathComponent(name)) }

  /// A folder of `count` records r0001, r0002… that share one signal file.
  private func folder(of count: Int) throws -> String {
    let folder = try workspace.samples("heart01", folder: "many")
    for number in 1..<count {
      try FileManager.default.createSymbolicLink(
        atPath: String(format: "%@/r%04d.hea", folder, number), withDestinationPath: "heart01.hea")
    }
    return folder
  }

  /// Makes a record unreadable: whoever reads it fails.
  private func spoil(_ record: String) throws { try workspace.write(record + ".dat", []) }

  // MARK: Order and threads

  @Test func outputFollowsTheInputWhateverTheJobs() throws {
    // Long records first, so that later ones are ready before their turn.
    _ = try workspace.samples("heart01", "heart02", "heart03", "heart22", "heart25")
    let names = ["heart22", "heart03", "heart25", "heart01", "heart22", "heart02"]
    try workspace.write("list.txt", names.map { "records/\($0)\n" }.joined().utf8)
    let one = try predict("list.txt", "--format", "json", "--jobs", "1", "--threads", "1")
    #expect(
      try JSON.lines(one).map { $0["record"] as? String } == ["heart22", "heart03", "heart25", "heart01", "heart02"],
      "listed twice, it is one record")
    for (jobs, threads) in [("2", "2"), ("3", "2"), ("8", "1"), ("2", "5"), ("1", "4")] {
      let other = try predict("list.txt", "--format", "json", "--jobs", jobs, "--threads", threads)
      #expect(other.code == 0 && other.standardOutput == one.standardOutput, "--jobs \(jobs) --threads \(threads)")
    }
  }

  @Test func threadsDoNotChangeWhatALongRecordingSays() throws {
    // 17 minutes: its leads are filtered, and its windows predicted, on all threads.
    let record = try workspace.writeRecord("long", rate: 100, samples: 103_000, comments: ["Age: 50"])
    let one = try predict(record, "--format", "json", "--threads", "1")
    let object = try JSON.object(one.output)
    #expect(object["windows"] as? Int == 69, "⌈(264710 − 4096) / 3840⌉ + 1 (eq. 4 of the paper)")
    let three = try predict(record, "--format", "json", "--threads", "3")
    #expect(three.standardOutput == one.standardOutput)
    let fromEnvironment = try Program.run(
      ["predict", record, "--format", "json"], in: workspace, environment: environment.merging(["EINTHOVEN_THREADS": "3"]) { $1 })
    #expect(fromEnvironment.standardOutput == one.standardOutput)
  }

  // MARK: Bad records

  @Test(arguments: ["1", "3"]) func aBadRecordIsReportedAndTheOthersAreDone(jobs: String) throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03", "heart04", "heart05")
    let good = try predict(folder, "--format", "csv", "--jobs", jobs)
    try spoil("records/heart02")
    try workspace.write("records/heart04.hea", "nonsense\n".utf8)
    let outcome = try predict(folder, "--format", "csv", "--jobs", jobs, "--output", "out.csv")
    #expect(outcome.code == 65)
    let complaints = outcome.complaints.split(separator: "\n")
    #expect(complaints.count == 2)
    #expect(complaints.first?.contains("heart02.dat") == true && complaints.last?.contains("heart04.hea") == true)
    let kept = good.lines.filter { !$0.hasPrefix("heart02,") && !$0.hasPrefix("heart04,") }
    #expect(String(decoding: try bytes("out.csv"), as: UTF8.self) == kept.joined(separator: "\n") + "\n")
  }

  // MARK: Shards

  @Test(arguments: ["csv", "json", "table"]) func shardsFollowOneAnother(format: String) throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03", "heart04", "heart05", "heart06", "heart07")
    let whole = try predict(folder, "--format", format)
    let parts = try (1...3).map { try predict(folder, "--format", format, "--shard", "\($0)/3") }
    #expect(parts.allSatisfy { $0.code == 0 && !$0.lines.isEmpty })
    #expect(parts.reduce(Data()) { $0 + $1.standardOutput } == whole.standardOutput)
    let many = try (1...9).map { try predict(folder, "--format", format, "--shard", "\($0)/9") }
    #expect(many.reduce(Data()) { $0 + $1.standardOutput } == whole.standardOutput, "some of nine shards of seven records are empty")
  }

  @Test func impossibleShardsAndResumptionsAreRefused() throws {
    let folder = try workspace.samples("heart01")
    for shard in ["0/3", "4/3", "1", "a/b", "1/0", "-1/3"] { #expect(try predict(folder, "--shard=\(shard)").code == 64) }
    #expect(try predict(folder, "--resume").code == 64, "standard output cannot be resumed")
    #expect(try predict(folder, "--resume", "--output", "out.txt").code == 64, "a table does not name its records' paths")
    #expect(try predict(folder, "--format", "csv", "--resume", "--jobs", "0", "--output", "out.csv").code == 64)
  }

  // MARK: Resumption

  @Test(arguments: ["csv", "json"]) func resumedOutputEqualsAnUnbrokenRun(format: String) throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03", "heart04", "heart05")
    // A path that needs quoting and escaping, and a record that is named twice.
    let odd = try workspace.samples("heart06", folder: "odd \"folder\", \u{1}ü")
    let command = ["predict", folder, odd, folder + "/heart01", "--format", format, "--output", "out"]
    #expect(try Program.run(command, in: workspace, environment: environment).code == 0)
    let whole = try bytes("out")
    let records = format == "csv" ? 24 : 1
    let lines = whole.split(separator: UInt8(ascii: "\n")).count
    #expect(lines == 7 * records + (format == "csv" ? 1 : 0))
    // In the header, after it, in the first record, between records, in a line, before the last byte, at the end.
    let middle = whole.prefix(whole.count / 2).lastIndex(of: UInt8(ascii: "\n")) ?? 0
    for cut in [0, 3, 70, 300, middle + 1, middle + 2, whole.count - 1, whole.count] {
      try? FileManager.default.removeItem(atPath: workspace.file("out"))
      try workspace.write("out.partial", whole.prefix(cut))
      let outcome = try Program.run(command + ["--resume", "--jobs", "2"], in: workspace, environment: environment)
      #expect(outcome.code == 0, "\(outcome.complaints)")
      #expect(try bytes("out") == whole, "cut after \(cut) of \(whole.count) bytes")
      #expect(!FileManager.default.fileExists(atPath: workspace.file("out.partial")))
    }
    try spoil("records/heart01")
    let again = try Program.run(command + ["--resume"], in: workspace, environment: environment)
    #expect(try again.code == 0 && bytes("out") == whole, "what is finished is not read again")
  }

  @Test func resumedChallengeFilesEqualAnUnbrokenRun() throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03")
    #expect(try predict(folder, "--format", "challenge", "--output", "whole").code == 0)
    try FileManager.default.createDirectory(atPath: workspace.file("out"), withIntermediateDirectories: true)
    try workspace.write("out/heart02.csv", bytes("whole/heart02.csv"))
    try workspace.write(".out.einthoven-run.json", bytes(".whole.einthoven-run.json"))
    try spoil("records/heart02")
    #expect(try predict(folder, "--format", "challenge", "--output", "out", "--resume").code == 0)
    for name in ["heart01.csv", "heart02.csv", "heart03.csv"] { #expect(try bytes("out/" + name) == bytes("whole/" + name)) }
  }

  /// A record is what its samples are: neither its path nor its name says that it was done.
  @Test(arguments: ["csv", "json", "challenge"]) func resumptionGoesBySamples(format: String) throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03")
    let command = ["--format", format, "--output", "out", "--resume"]
    func resume(_ folder: String) throws -> Program.Outcome {
      try Program.run(["predict", folder] + command, in: workspace, environment: environment)
    }
    func said(of name: String) throws -> [String] {
      if format == "challenge" { return [String(decoding: try bytes("out/\(name).csv"), as: UTF8.self)] }
      return String(decoding: try bytes("out"), as: UTF8.self).split(separator: "\n").map(String.init).filter { $0.contains("\(name)") }
    }
    #expect(try resume(folder).code == 0)
    let before = try said(of: "heart02")
    for suffix in ["hea", "dat"] {
      let file = URL(fileURLWithPath: "\(folder)/heart02.\(suffix)")
      var text = try Data(contentsOf: SampleData.folder.appendingPathComponent("heart16.\(suffix)"))
      if suffix == "hea" { text = Data(String(decoding: text, as: UTF8.self).replacing("heart16", with: "heart02").utf8) }
      try text.write(to: file)
    }
    let outcome = try resume(folder)
    #expect(outcome.code == 0 && outcome.complaints.contains("1 record holds other samples than before; predicted anew"))
    let after = try said(of: "heart02")
    #expect(after != before && after.count == before.count)
    // Moved, they are the same records.
    let whole = format == "challenge" ? Data() : try bytes("out")
    try FileManager.default.moveItem(atPath: folder, toPath: workspace.file("moved"))
    let moved = try resume(workspace.file("moved"))
    #expect(moved.code == 0 && !moved.complaints.contains("anew"))
    if format != "challenge" { #expect(try bytes("out") == whole) }
    #expect(try said(of: "heart02") == after)
  }

  @Test func whatAnotherCommandWroteIsNotResumed() throws {
    let folder = try workspace.samples("heart01")
    for (format, text) in [("csv", "a,b\n1,2\n"), ("json", "{\"record\":\"heart01\"}\n"), ("json", "no json\n")] {
      try workspace.write("out.partial", text.utf8)
      let outcome = try predict(folder, "--format", format, "--output", "out", "--resume")
      #expect(outcome.code == 65 && outcome.complaints.contains("out.partial"))
      #expect(try bytes("out.partial") == Data(text.utf8), "and it is left as it was")
    }
  }

  // MARK: Interruption

  @Test(arguments: [SIGINT, SIGTERM]) func aSignalLeavesWholeRecordsToGoOnFrom(signal: Int32) throws {
    let folder = try folder(of: 300)
    let command = ["predict", folder, "--format", "json", "--output", "out", "--jobs", "2"]
    let complaints = workspace.scratch()
    let child = try Program.start([Program.path()] + command, in: workspace, environment: environment, errorPath: complaints.path)
    let deadline = Date(timeIntervalSinceNow: Program.patience)
    while Date() < deadline, child.isRunning, (try? bytes("out.partial"))?.isEmpty ?? true { usleep(500) }
    child.send(signal)
    let end = try child.wait(patience: Program.patience)
    #expect(end == .exit(128 + signal))
    let said = try String(contentsOf: complaints, encoding: .utf8)
    #expect(said.contains("interrupted: ") && said.contains(" of 300 records") && said.contains("--resume"))

    #expect(!FileManager.default.fileExists(atPath: workspace.file("out")), "a file of that name would be complete")
    let left = try bytes("out.partial")
    #expect(left.last == UInt8(ascii: "\n"))
    let lines = left.split(separator: UInt8(ascii: "\n"))
    for line in lines { _ = try JSON.object(String(decoding: line, as: UTF8.self)) }
    #expect(said.contains("interrupted: \(lines.count) of"))

    #expect(try Program.run(command + ["--resume"], in: workspace, environment: environment).code == 0)
    let resumed = try bytes("out")
    #expect(resumed.starts(with: left))
    let objects = try resumed.split(separator: UInt8(ascii: "\n")).map { try JSON.object(String(decoding: $0, as: UTF8.self)) }
    let names = objects.map { $0["record"] as? String }
    #expect(names == ["heart01"] + (1..<300).map { String(format: "r%04d", $0) })
  }
}
