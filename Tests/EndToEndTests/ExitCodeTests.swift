import Foundation
import TestSupport
import Testing

/// Exit codes of sysexits(3), one line a message, results on standard output only.
@Suite struct ExitCodeTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test(arguments: [
    ["--frobnicate"], ["frobnicate"], ["info"], ["info", "x", "--format", "xml"], ["render", "x", "--size", "wide"],
    ["render", "x", "--at", "-1"],
    ["predict", "x", "--jobs", "0"], ["predict", "x", "--format", "challenge"], ["agreement", "--study", "a", "--verdicts", "b"],
    ["evaluate", "x", "-", "--compare", "-"],
    ["review"],
    ["view", "x", "--theme", "neon"], ["study", "export", "--raters", "nobody"], ["model", "import", "a", "b", "--preprocessing", "none"],
    ["synthesize", "out", "--seed", "-1"],
  ])
  func usageIs64(arguments: [String]) throws {
    let outcome = try Program.run(arguments, in: workspace)
    #expect(outcome.code == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaints.contains("Usage: ") || outcome.complaints.contains("help"))
  }

  @Test(arguments: [
    ["info", "nowhere"], ["predict", "nowhere"], ["explain", "nowhere"], ["render", "nowhere"], ["convert", "nowhere", "out.csv"],
    ["view", "nowhere"], ["review", "nowhere"], ["agreement", "--verdicts", "nowhere.csv"], ["study", "list"],
    ["study", "verify", "--store", "nowhere"],
    ["model", "info", "nowhere.safetensors"], ["model", "import", "nowhere.pth", "out.safetensors", "--preprocessing", "paper"],
  ])
  func missingInputIs66(arguments: [String]) throws {
    let environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
    let outcome = try Program.run(arguments, in: workspace, environment: environment)
    #expect(outcome.code == 66)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaints.hasPrefix("einthoven: "))
    #expect(outcome.complaints.filter(\.isNewline).count == 1, "one line: \(outcome.complaints)")
  }

  @Test(arguments: [
    ["agreement", "--verdicts", "."], ["agreement", "--verdicts", "pipe"], ["study", "import", "pipe", "--study", "s"],
    ["study", "list", "--store", "."], ["study", "list", "--store", "pipe"], ["study", "merge", "pipe"],
    ["evaluate", "labels", "pipe"], ["evaluate", "labels/a.hea", "pipe"],
    ["study", "create", "s", "labels", "--sample", "fp=1", "--predictions", "pipe"], ["model", "info", "pipe"],
  ])
  func whatIsNoFileIs66AndNobodyWaitsForIt(arguments: [String]) throws {
    try workspace.write("labels/a.hea", "a 12 500 5000\n#Dx: 39732003\n".utf8)
    #expect(mkfifo(workspace.file("pipe"), 0o600) == 0)
    let outcome = try Program.run(arguments, in: workspace)
    #expect(outcome.code == 66, "\(outcome.complaints)")
    #expect(outcome.complaints.filter(\.isNewline).count == 1 && !outcome.complaints.contains("no such file"), "\(outcome.complaints)")
  }

  @Test func whatKeepsAFileFromBeingWrittenIsSaid() throws {
    let folder = try workspace.samples("heart01")
    let environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
    for arguments in [
      ["predict", folder, "--format", "csv", "--output", "none/x.csv"], ["measure", folder, "--format", "csv", "--output", "none/x.csv"],
    ] {
      let outcome = try Program.run(arguments, in: workspace, environment: environment)
      #expect(outcome.code == 73 && outcome.complaints.contains("no such file or folder"), "\(outcome.complaints)")
    }
  }

  @Test func aCheckpointIsNoModelFileYet() throws {
    let outcome = try Program.run(["model", "info", Checkout.golden("SEResNet/tiny.pth").path], in: workspace)
    #expect(outcome.code == 65 && outcome.complaints.contains("'einthoven model import'"), "\(outcome.complaints)")
  }

  @Test func aMessageQuotesNoMoreThanAnybodyReads() throws {
    let file = try workspace.write("v.csv", "case,rater,verdict\na,A,\(String(repeating: "x", count: 100_000))\n".utf8)
    let outcome = try Program.run(["agreement", "--verdicts", file], in: workspace)
    #expect(outcome.code == 65 && outcome.standardError.count < 3000)
    #expect(outcome.complaints.contains("line 2") && outcome.complaints.hasSuffix("expected present, absent or unsure\n"))
  }

  @Test func aVerdictFileThatNamesAnotherCaseIs65AndChangesNothing() throws {
    let first = try workspace.write("first.csv", "case,rater,verdict\na,A,present\n".utf8)
    let second = try workspace.write("second.csv", "case,rater,verdict\na,B,absent\nz,B,absent\n".utf8)
    #expect(try Program.run(["study", "import", first, "--study", "s"], in: workspace).code == 0)
    let outcome = try Program.run(["study", "import", second, "--study", "s"], in: workspace)
    #expect(outcome.code == 65 && outcome.complaints.contains("second.csv: line 3: case 'z' is not in study 's'"))
    #expect(try Program.run(["study", "export", "--study", "s"], in: workspace).lines.count == 2)
  }

  @Test func damagedRecordIs65() throws {
    let folder = try workspace.samples("heart01")
    try workspace.write("records/heart01.dat", [1, 2, 3])
    let model = try workspace.tinyModel()
    for command in [["predict", "--model", model], ["explain", "--model", model], ["render", "--model", model]] {
      let outcome = try Program.run([command[0], folder + "/heart01"] + command.dropFirst(), in: workspace)
      #expect(outcome.code == 65)
      #expect(outcome.complaints.contains("heart01.dat"), "names the file: \(outcome.complaints)")
      #expect(outcome.complaints.filter(\.isNewline).count == 1)
    }
  }

  @Test(arguments: ["predict", "info"])
  func oneBadAmongManyIs65AndTheRestIsDone(command: String) throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03")
    if command == "info" {
      try workspace.write("records/heart02.hea", "heart02 twelve leads\n".utf8)
    } else {
      try workspace.write("records/heart02.dat", [])
    }
    let environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
    let outcome = try Program.run([command, folder, "--format", "json"], in: workspace, environment: environment)
    #expect(outcome.code == 65)
    #expect(try JSON.lines(outcome).map { $0["record"] as? String } == ["heart01", "heart03"])
    #expect(outcome.complaints.contains("heart02"))
    let withMissing = try Program.run(
      [command, folder, workspace.file("nowhere"), "--format", "json"], in: workspace, environment: environment)
    #expect(withMissing.code == 65)
    #expect(withMissing.lines.count == 2)
  }

  @Test(arguments: [
    ["info", "RECORD"], ["predict", "RECORD"], ["explain", "RECORD"], ["render", "RECORD"], ["agreement", "--verdicts", "VERDICTS"],
    ["model", "info"], ["info", "RECORD", "--format", "csv"],
  ])
  func fullOutputIs74(arguments: [String]) throws {
    let environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
    let resolved = arguments.map { ["RECORD": SampleData.path("heart01"), "VERDICTS": SampleData.path("paper-verdicts.csv")][$0] ?? $0 }
    let outcome = try Program.run(resolved, in: workspace, environment: environment, outputPath: "/dev/full")
    #expect(outcome.code == 74)
    #expect(outcome.complaints.hasPrefix("einthoven: standard output"))
  }

  /// A device is written into, never replaced by a file; the link keeps a program that does so from the machine's own device.
  @Test func fullDeviceAsOutputFileIs74() throws {
    try FileManager.default.createSymbolicLink(atPath: workspace.file("full"), withDestinationPath: "/dev/full")
    let outcome = try Program.run(
      ["predict", SampleData.path("heart01"), "--output", "full", "--model", try workspace.tinyModel()], in: workspace)
    #expect(outcome.code == 74)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: workspace.file("full")) == "/dev/full")
  }

  @Test func standardErrorThatIsFullChangesNoCode() throws {
    let outcome = try Program.run(["info", "nowhere"], in: workspace, errorPath: "/dev/full")
    #expect(outcome.code == 66)
  }

  @Test func outputThatCannotBeMadeIs73() throws {
    let record = SampleData.path("heart01")
    let model = try workspace.tinyModel()
    let nowhere = workspace.file("no/such/folder/out")
    try workspace.write("file", [])
    for arguments in [
      ["convert", record, nowhere + ".csv"], ["convert", record, nowhere], ["predict", record, "--output", nowhere, "--model", model],
      ["predict", record, "--format", "challenge", "--output", workspace.file("file/folder"), "--model", model],
      ["synthesize", workspace.file("file/folder")],
      ["review", record, "--store", workspace.file("file/reviews.sqlite"), "--model", model],
    ] {
      let outcome = try Program.run(arguments, in: workspace)
      #expect(outcome.code == 73, "\(arguments): \(outcome.complaints)")
      #expect(outcome.complaints.filter(\.isNewline).count == 1)
    }
  }

  @Test func noTerminalIsSaidPlainly() throws {
    let outcome = try Program.run(["view", SampleData.path("heart01"), "--model", try workspace.tinyModel()], in: workspace)
    #expect(outcome.code == 64)
    #expect(outcome.complaints.contains("must be a terminal"))
  }

  @Test func missingSharedFilesAreSaidPlainly() throws {
    let environment = ["EINTHOVEN_SHARE": workspace.file("nowhere")]
    let predict = try Program.run(["predict", SampleData.path("heart01")], in: workspace, environment: environment)
    #expect(predict.code == 66)
    #expect(predict.complaints.contains("default.safetensors"))
    let view = try Program.run(["view", SampleData.path("heart01")], in: workspace, environment: environment)
    #expect(view.code == 66)
    #expect(view.complaints.contains("EINTHOVEN_SHARE") && view.complaints.filter(\.isNewline).count == 1)
  }
}
