import Foundation
import TestSupport
import Testing

/// What the README and the paper promise, from the shipped files.
@Suite struct ShippedNumbersTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// The kappas of label and each reader, and of the two readers (Zhao and others 2022, section 4.3).
  @Test func agreementGivesThePapersNumbers() throws {
    let outcome = try Program.run(["agreement", "--verdicts", SampleData.path("paper-verdicts.csv"), "--format", "json"], in: workspace)
    #expect(outcome.code == 0)
    let report = try JSON.object(outcome.output)
    let pairs = try #require(report["pairs"] as? [[String: Any]])
    func pair(_ one: String, _ other: String) throws -> [String: Any] {
      try #require(pairs.first { Set([$0["rater_a"] as? String, $0["rater_b"] as? String]) == Set([one, other]) })
    }
    for (one, other, kappa, count, unsure) in [
      ("HG", "label", -0.057, 87, 13), ("SW", "label", -0.159, 91, 9), ("HG", "SW", 0.918, 82, 18),
    ] {
      let figures = try pair(one, other)
      #expect(abs(try #require(figures["kappa"] as? Double) - kappa) < 0.0005)
      #expect(figures["n"] as? Int == count)
      #expect(figures["excluded_unsure"] as? Int == unsure)
      for key in ["agree", "se", "ci_low", "ci_high", "kappa_max", "pabak", "gwet_ac1", "prevalence_index", "bias_index"] {
        #expect(figures[key] is NSNumber, "\(key)")
      }
    }
    #expect(report["fleiss"] is Double && report["krippendorff_alpha"] is Double)
  }

  @Test(arguments: ["table", "csv", "markdown"])
  func agreementSaysTheSameInEveryForm(format: String) throws {
    let outcome = try Program.run(["agreement", "--verdicts", SampleData.path("paper-verdicts.csv"), "--format", format], in: workspace)
    #expect(outcome.code == 0)
    for kappa in ["-0.057", "-0.15", "0.918"] { #expect(outcome.output.contains(kappa)) }
  }

  @Test func twoVerdictsOfOneRaterOnOneCaseAreAnError() throws {
    try workspace.write("twice.csv", "case,rater,verdict\r\n1,a,present\r\n1,a,absent\r\n".utf8)
    let outcome = try Program.run(["agreement", "--verdicts", "twice.csv"], in: workspace)
    #expect(outcome.code == 65)
    #expect(outcome.complaints.contains("twice.csv"))
  }

  @Test func undefinedIsNull() throws {
    try workspace.write("same.csv", "verdict,case,rater\npresent,1,a\npresent,1,b\n".utf8)
    let report = try JSON.object(Program.run(["agreement", "--verdicts", "same.csv", "--format", "json"], in: workspace).output)
    let pair = try #require((report["pairs"] as? [[String: Any]])?.first)
    #expect(pair["kappa"] is NSNull && pair["se"] is NSNull && pair["kappa_max"] is NSNull)
    #expect(pair["agree"] as? Int == 1)
  }

  @Test func synthesizeMakesTheShippedSamples() throws {
    #expect(try Program.run(["synthesize", "made"], in: workspace).code == 0)
    let made = try workspace.names(in: "made")
    #expect(made.count == 64)
    for name in made {
      let shipped = try? Data(contentsOf: SampleData.folder.appendingPathComponent(name))
      #expect(try Data(contentsOf: URL(fileURLWithPath: workspace.file("made/" + name))) == shipped, "\(name)")
    }
    #expect(try Program.run(["synthesize", "other", "--seed", "7"], in: workspace).code == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: workspace.file("other/heart01.dat")))
        != Data(contentsOf: URL(fileURLWithPath: workspace.file("made/heart01.dat"))))
  }
}

@Suite struct ModelImportTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// What is no archive, a torn archive, a bare pickle that would run a command in Python, and a folder: one line each, and nothing left.
  @Test func badCheckpointsAreRefusedAndLeaveNothing() throws {
    let whole = try Data(contentsOf: Checkout.golden("SEResNet/tiny.pth"))
    try FileManager.default.createDirectory(atPath: workspace.file("made"), withIntermediateDirectories: true)
    let bad: [String: Data] = [
      "empty.pth": Data(), "text.pth": Data("not a checkpoint\n".utf8), "torn.pth": whole.prefix(whole.count / 2),
      "pickle.pth": Data("\u{80}\u{02}cos\nsystem\nX\u{05}\0\0\0touch\u{85}R.".unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }),
    ]
    for (name, data) in bad.sorted(by: { $0.key < $1.key }) {
      try workspace.write(name, data)
      let outcome = try Program.run(["model", "import", name, "made/out.safetensors", "--preprocessing", "paper"], in: workspace)
      #expect(outcome.code == 65, "\(name): \(outcome.complaints)")
      #expect(outcome.complaints.contains(name) && outcome.complaints.filter(\.isNewline).count == 1)
      #expect(try workspace.names(in: "made").isEmpty)
    }
    let folder = try Program.run(["model", "import", "made", "made/out.safetensors", "--preprocessing", "paper"], in: workspace)
    #expect([65, 66].contains(folder.code))
  }

  @Test func aPickleThatCallsSomethingElseIsRefused() throws {
    var whole = try Data(contentsOf: Checkout.golden("SEResNet/tiny.pth"))
    // The rebuild function's name, in place and of the same length, so that the archive stays whole but for its checksum.
    let name = Data("_rebuild_tensor_v2".utf8)
    var start = whole.startIndex
    while let range = whole.range(of: name, in: start..<whole.endIndex) {
      whole.replaceSubrange(range, with: Data("_rebuild_system_v2".utf8))
      start = range.upperBound
    }
    try workspace.write("call.pth", whole)
    let outcome = try Program.run(["model", "import", "call.pth", "out.safetensors", "--preprocessing", "paper"], in: workspace)
    #expect(outcome.code == 65)
    #expect(!FileManager.default.fileExists(atPath: workspace.file("out.safetensors")))
  }

  /// The link keeps a program that replaces what it should not from the machine's own device.
  @Test func aDeviceIsNeverReplacedByAModel() throws {
    try FileManager.default.createSymbolicLink(atPath: workspace.file("full"), withDestinationPath: "/dev/full")
    let outcome = try Program.run(
      ["model", "import", Checkout.golden("SEResNet/tiny.pth").path, "full", "--preprocessing", "paper"], in: workspace)
    #expect(outcome.code == 73)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: workspace.file("full")) == "/dev/full")
  }

  @Test func badModelFilesAreRefused() throws {
    for (name, bytes) in [("empty", []), ("huge-header", [UInt8](repeating: 0xFF, count: 16)), ("text", Array("hello, world, hello".utf8))]
    {
      let file = try workspace.write(name + ".safetensors", bytes)
      let outcome = try Program.run(["predict", SampleData.path("heart01"), "--model", file], in: workspace)
      #expect(outcome.code == 65)
      #expect(outcome.complaints.contains(name) && outcome.complaints.filter(\.isNewline).count == 1)
    }
  }

  @Test func modelInfoSaysWhatTheFileHolds() throws {
    let outcome = try Program.run(["model", "info", try workspace.tinyModel(), "--format", "json"], in: workspace)
    let model = try JSON.object(outcome.output)
    #expect(model["preprocessing"] as? String == "paper")
    #expect((model["classes"] as? [[String: Any]])?.count == 24)
  }
}
