import Foundation
import TestSupport
import Testing

/// What is exported is read back, and a store that may not be written is read.
struct StudyStoreTests {
  private let workspace: Workspace
  private let verdicts = Checkout.root.appendingPathComponent("SampleData/paper-verdicts.csv").path

  init() throws { workspace = try Workspace() }

  private func run(_ arguments: String...) throws -> Program.Outcome { try Program.run(arguments, in: workspace) }

  /// A study of which two readers contradict every label; each case has a header of its own, its lines ending in CR LF.
  private func makeMislabelled(_ cases: [String]) throws {
    var rows = ["case,rater,verdict,path"]
    for (index, name) in cases.enumerated() {
      let header = try workspace.write(
        "records/r\(index).hea", "r\(index) 1 500 10\r\nr.dat 16 200/mV 16 0 0 0 0 I\r\n#Dx: 39732003,426783006\r\n#Age: 50\r\n".utf8)
      rows += ["label,present", "A,absent", "B,absent"].map { "\(name),\($0),\(header)" }
    }
    try workspace.write("rows.csv", (rows.joined(separator: "\n") + "\n").utf8)
    #expect(try run("study", "import", "rows.csv", "--study", "s").code == 0)
  }

  @Test func correctedHeadersKeepNoOldLabelAndStayInTheirFolder() throws {
    try makeMislabelled(["a", "../evil"])
    let outcome = try run("study", "export", "--study", "s", "--corrected", "deep/corrected")
    #expect(outcome.code == 65 && outcome.complaints.contains("r1.hea: its case is called ../evil, which is no file's name; left out"))
    #expect(try workspace.names(in: "deep") == ["corrected"] && workspace.names(in: "deep/corrected") == ["a.hea"])
    let text = try String(contentsOfFile: workspace.file("deep/corrected/a.hea"), encoding: .utf8)
    #expect(
      text == "r0 1 500 10\nr.dat 16 200/mV 16 0 0 0 0 I\n#Dx: 426783006\n#Age: 50\n#Label before: 39732003,426783006\n"
        + "#Label corrected: unanimous in study s\n")
  }

  @Test func correctedHeadersInWordsAreReadBackAsTheConsensus() throws {
    let block = "#<age>: 51\n#<diagnoses>:\n#Rhythm: Sinus rhythm.\n#Electric axis of the heart: left axis deviation. \n"
    let labels = [block, "#Dx: Sinus rhythm, left axis deviation;LVH\n", "#Dx: NORM\n", "#Dx: Unknown\n"]
    var rows = ["case,rater,verdict,path"]
    for (index, label) in labels.enumerated() {
      let header = try workspace.write(
        "records/r\(index).hea", "r\(index) 1 500 10\nr.dat 16 200/mV 16 0 0 0 0 I\n\(label)".utf8)
      rows += ["A", "B"].map { "r\(index),\($0),\(index < 2 ? "absent" : "present"),\(header)" }
    }
    try workspace.write("rows.csv", (rows.joined(separator: "\n") + "\n").utf8)
    #expect(try run("study", "import", "rows.csv", "--study", "lu").code == 0)
    let outcome = try run("study", "export", "--study", "lu", "--corrected", "out")
    #expect(outcome.code == 0 && outcome.lines == ["4 corrected headers in out"])
    func codes(_ folder: String) throws -> [[String]] {
      try JSON.lines(run("info", folder, "--format", "json")).map { $0["codes"] as? [String] ?? ["?"] }
    }
    #expect(try codes("records") == [["39732003", "426783006"], ["39732003", "426783006"], [], []])
    #expect(try codes("out") == [["426783006"], ["426783006"], ["39732003"], ["39732003"]])
    let text = try String(contentsOfFile: workspace.file("out/r0.hea"), encoding: .utf8)
    #expect(text.contains("#Label before: Rhythm: Sinus rhythm.,Electric axis of the heart: left axis deviation.\n"))
  }

  @Test func aHeaderWhoseSegmentsStateTheDiagnosesIsNamedCountedAndLeftOut() throws {
    let header = try workspace.write("records/m.hea", "m/1 1 500 10\nm_1 10\n".utf8)
    try workspace.write("records/m_1.hea", "m_1 1 500 10\nm.dat 16 200/mV 16 0 0 0 0 I\n#Dx: 39732003\n".utf8)
    let other = try workspace.write("records/a.hea", "a 1 500 10\nm.dat 16 200/mV 16 0 0 0 0 I\n#Dx: 39732003\n".utf8)
    let rows = [("m", header), ("a", other)].flatMap { name, path in ["A", "B"].map { "\(name),\($0),absent,\(path)\n" } }
    try workspace.write("rows.csv", ("case,rater,verdict,path\n" + rows.joined()).utf8)
    #expect(try run("study", "import", "rows.csv", "--study", "s").code == 0)
    let outcome = try run("study", "export", "--study", "s", "--corrected", "out")
    #expect(outcome.code == 65 && outcome.lines == ["1 corrected headers in out, 1 left out"])
    #expect(outcome.complaints.contains("m.hea: headers of its segments state diagnoses"))
    #expect(try workspace.names(in: "out") == ["a.hea"])
  }

  @Test func anExportThatFailsLeavesNothing() throws {
    try makeMislabelled(["a", String(repeating: "x", count: 300)])
    #expect(try run("study", "export", "--study", "s", "--corrected", "corrected").code == 73)
    #expect(!FileManager.default.fileExists(atPath: workspace.file("corrected")))
  }

  @Test func everyExportIsReadBack() throws {
    #expect(try run("study", "import", verdicts, "--study", "paper", "--store", "a.sqlite").code == 0)
    let truth = try run("agreement", "--store", "a.sqlite", "--format", "json").output
    #expect(try run("study", "export", "--store", "a.sqlite", "--output", "folder").code == 0)
    for (format, events) in [("csv", false), ("json", false), ("csv", true), ("json", true)] {
      var arguments = ["study", "export", "--store", "a.sqlite", "--format", format, "--raters", "all"]
      if events { arguments.append("--events") }
      try workspace.write("\(format)-\(events)", try Program.run(arguments, in: workspace).standardOutput)
    }
    for file in ["folder", "csv-false", "json-false"] {
      let command = ["study", "import", file, "--study", "paper", "--store", "\(file).sqlite", "--format", "json"]
      let first = try Program.run(command, in: workspace)
      #expect(try first.code == 0 && JSON.object(first.output)["imported"] as? Int == 200, "\(file): \(first.complaints)")
      let again = try JSON.object(try Program.run(command, in: workspace).output)
      #expect(again["imported"] as? Int == 0 && again["known"] as? Int == 200)
      #expect(try run("agreement", "--store", "\(file).sqlite", "--format", "json").output == truth)
      #expect(try run("study", "verify", "--store", "\(file).sqlite").code == 0)
    }
    // A log has no labels.
    for file in ["csv-true", "json-true"] {
      let log = try run("study", "import", file, "--study", "paper", "--store", "\(file).sqlite", "--format", "json")
      #expect(try log.code == 0 && JSON.object(log.output)["imported"] as? Int == 200, "\(file): \(log.complaints)")
    }
    try workspace.write("bad.json", "{\"case\":\"1\",\"rater\":\"A\",\"verdict\":\"present\"}\n{\n".utf8)
    let refused = try run("study", "import", "bad.json", "--study", "bad", "--store", "bad.sqlite")
    #expect(refused.code == 65 && refused.complaints.contains("bad.json: line 2: not a JSON object"))
    try FileManager.default.removeItem(atPath: workspace.file("folder/cases.csv"))
    #expect(try run("study", "import", "folder", "--study", "x", "--store", "x.sqlite").code == 66)
  }

  @Test func aStoreThatMayNotBeWrittenIsRead() throws {
    #expect(try run("study", "import", verdicts, "--study", "paper", "--store", "kept/a.sqlite").code == 0)
    let manager = FileManager.default
    try manager.setAttributes([.posixPermissions: 0o444], ofItemAtPath: workspace.file("kept/a.sqlite"))
    try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: workspace.file("kept"))
    defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.file("kept")) }
    guard let user = try Somebody(workspace) else { return }
    for arguments in [
      ["study", "list"], ["study", "status"], ["study", "export"], ["study", "verify"], ["agreement"], ["agreement", "--format", "json"],
    ] {
      let outcome = try user.run(arguments + ["--store", "kept/a.sqlite"])
      #expect(outcome.code == 0 && outcome.output.contains("\n") && outcome.complaints.isEmpty, "\(arguments): \(outcome.complaints)")
    }
    for arguments in [
      ["review", "--study", "paper", "--reviewer", "X"], ["study", "import", verdicts, "--study", "more"],
      ["study", "create", "x", SampleData.folder.path, "--sample", "fp=1"],
    ] {
      let outcome = try user.run(arguments + ["--store", "kept/a.sqlite"])
      #expect(outcome.code == 73 && outcome.complaints.contains("cannot be written"), "\(arguments): \(outcome.complaints)")
    }
    #expect(try workspace.names(in: "kept") == ["a.sqlite"], "nothing is left beside it")
  }
}

/// Who runs the program under test where permissions matter: nobody, if the tests run as root, whom none binds.
private struct Somebody {
  private let workspace: Workspace
  private static let command = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

  /// Nil, said on standard error, where root cannot give up being root or nobody cannot reach the program.
  init?(_ workspace: Workspace) throws {
    self.workspace = workspace
    if try run(["--version"]).code == 0 { return }
    FileHandle.standardError.write(Data("skipped: the program cannot be run as somebody without permissions\n".utf8))
    return nil
  }

  func run(_ arguments: [String]) throws -> (code: Int32, output: String, complaints: String) {
    let command = (getuid() == 0 ? Self.command : []) + [try Program.path()] + arguments
    guard FileManager.default.isExecutableFile(atPath: command[0]) else { return (127, "", "") }
    let (output, complaints) = (workspace.scratch(), workspace.scratch())
    let child = try Program.start(command, in: workspace, outputPath: output.path, errorPath: complaints.path)
    guard case .exit(let code) = try child.wait(patience: Program.patience) else { throw Program.Failure(description: "ended by a signal") }
    return (
      code, String(decoding: try Data(contentsOf: output), as: UTF8.self),
      String(decoding: try Data(contentsOf: complaints), as: UTF8.self)
    )
  }
}
