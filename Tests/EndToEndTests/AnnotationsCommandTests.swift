import Foundation
import TestSupport
import Testing

/// `annotations read|write|compare` as other programs use it.
@Suite struct AnnotationsCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// A record of the workspace with an annotation file of WFDB's words beside it.
  private func record(_ name: String, annotator: String = "atr", _ bytes: [UInt8]) throws {
    try workspace.writeRecord(name)
    try workspace.write("\(name).\(annotator)", bytes)
  }

  private func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: workspace.file(name)))) }

  @Test func jsonHasTheKeysOthersRelyOn() throws {
    // N at 500; V at 1000 with subtype −2, channel 3, number −1; "(AFIB" at 1010, "AFIB)" at 1500.
    try record(
      "r",
      [0xF4, 0x05, 0xF4, 0x15, 0xFE, 0xF7, 0x03, 0xF8, 0xFF, 0xF3, 10, 0x70, 5, 0xFC] + Array("(AFIB\0".utf8) + [0xEA, 0x71, 5, 0xFC]
        + Array("AFIB)\0".utf8) + [0, 0])
    let rows = try JSON.lines(Program.run(["annotations", "read", "r", "--format", "json"], in: workspace))
    #expect(rows.count == 4)
    #expect(rows.map { $0["sample"] as? Int } == [500, 1000, 1010, 1500])
    #expect(rows.map { $0["time_s"] as? Double } == [1, 2, 2.02, 3])
    #expect(rows.map { $0["code"] as? Int } == [1, 5, 28, 28])
    #expect(rows.map { $0["symbol"] as? String } == ["N", "V", "+", "+"])
    #expect(rows.map { $0["subtype"] as? Int } == [0, -2, 0, 0])
    #expect(rows.map { $0["channel"] as? Int } == [0, 3, 3, 3])
    #expect(rows.map { $0["number"] as? Int } == [0, -1, -1, -1])
    #expect(rows.map { $0["aux"] as? String } == ["", "", "(AFIB", "AFIB)"])
    #expect(rows.map { $0["end_sample"] as? Int } == [nil, nil, 1500, nil])
    #expect(rows.allSatisfy { $0["record"] as? String == "r" && $0["annotator"] as? String == "atr" })
  }

  @Test(arguments: ["csv", "json"])
  func whatReadPrintedWriteMakesAgainByteForByte(format: String) throws {
    for name in ["codes", "subtypes", "texts", "channels", "numbers", "far", "resolution", "symbols", "mixed"] {
      let original = [UInt8](try Data(contentsOf: Checkout.golden("ECGFiles/annotations/\(name).atr")))
      try record(name, original)
      let printed = try Program.run(["annotations", "read", name, "--format", format], in: workspace)
      #expect(printed.code == 0 && printed.complaints.isEmpty, "\(name): \(printed.complaints)")
      let table = try workspace.write("\(name).table", printed.standardOutput)
      let outcome = try Program.run(["annotations", "write", name, "--annotator", "again", "--from", table], in: workspace)
      #expect(outcome.code == 0, "\(outcome.complaints)")
      #expect(try bytes("\(name).again") == original, "\(name) by \(format)")
    }
  }

  @Test func filesOfRealRecordingsAreMadeAgain() throws {
    guard let file = Checkout.shared("ecg/formats/wfdb-ann/100.atr") else { return }
    let original = [UInt8](try Data(contentsOf: file))
    try record("r100", original)
    let table = try Program.run(["annotations", "read", "r100", "--format", "csv"], in: workspace)
    #expect(table.lines.count == 2275)
    #expect(table.lines[0] == "record,annotator,sample,time_s,code,symbol,subtype,channel,number,aux,end_sample")
    try workspace.write("t.csv", table.standardOutput)
    #expect(try Program.run(["annotations", "write", "r100", "--annotator", "b", "--from", "t.csv"], in: workspace).code == 0)
    #expect(try bytes("r100.b") == original)
  }

  @Test func anExistingFileIsReplacedOnlyWhenForcedAndKept() throws {
    try record("r", annotator: "man", [5, 4, 0, 0])
    try workspace.write("t.csv", "sample,symbol\n9,V\n".utf8)
    let write = ["annotations", "write", "r", "--annotator", "man", "--from", "t.csv"]
    let refused = try Program.run(write, in: workspace)
    #expect(refused.code == 73)
    #expect(refused.complaints.contains("--force"))
    #expect(try bytes("r.man") == [5, 4, 0, 0])
    let forced = try Program.run(write + ["--force"], in: workspace)
    #expect(forced.code == 0)
    #expect(try bytes("r.man") == [9, 20, 0, 0])
    #expect(try bytes("r.man~") == [5, 4, 0, 0])
    #expect(try Program.run(["annotations", "write", "r", "--annotator", "hea", "--from", "t.csv", "--force"], in: workspace).code == 65)
    #expect(try workspace.names(in: ".").filter { $0.hasPrefix("r.") || $0.hasPrefix(".r") } == ["r.dat", "r.hea", "r.man", "r.man~"])
  }

  @Test func mistakesHaveTheirCodes() throws {
    try record("r", [5, 4, 0, 0])
    try workspace.write("bad.csv", "sample,symbol\n9,NOPE\n".utf8)
    try workspace.write("r.cut", [5, 4, 9, 0xFC, 1, 2] as [UInt8])
    func run(_ arguments: String...) throws -> Program.Outcome { try Program.run(["annotations"] + arguments, in: workspace) }
    #expect(try run("read", "none").code == 66)
    #expect(try run("read", "r", "--annotator", "qrs").code == 66)
    #expect(try run("read", "r", "--annotator", "cut").code == 65)
    #expect(try run("read", "r", "--annotator", "../r").code == 65)
    #expect(try run("write", "r", "--annotator", "x", "--from", "none.csv").code == 66)
    let bad = try run("write", "r", "--annotator", "x", "--from", "bad.csv")
    #expect(bad.code == 65)
    #expect(bad.complaints.contains("bad.csv, line 2"))
    #expect(try run("write", "r", "--annotator", "x").code == 64)
    #expect(try run("compare", "r", "--reference", "atr", "--test", "qrs").code == 66)
    #expect(try run("compare", "r", "--reference", "atr", "--test", "atr", "--tolerance-ms", "-1").code == 64)
    #expect(!FileManager.default.fileExists(atPath: workspace.file("r.x")))
  }

  @Test func noControlCharacterOfAFileReachesTheTerminal() throws {
    let text = Array("\u{1B}[31m\u{7}x\r\n\u{9B}".utf8)
    try record("r", [5, 0x58, UInt8(text.count), 0xFC] + text + (text.count % 2 == 0 ? [] : [0]) + [0, 0])
    for format in ["table", "csv", "json"] {
      let outcome = try Program.run(["annotations", "read", "r", "--format", format], in: workspace)
      #expect(outcome.code == 0)
      #expect(!outcome.output.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || (0x7F...0x9F).contains($0.value) }, "\(format)")
    }
  }

  @Test func aComparisonHasTheKeysAndFiguresOfItsFacts() throws {
    guard let folder = Checkout.shared("facts/annotations") else { return }
    let facts = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent("oracle.json"))) as? [[String: Any]])
    let outcome = try Program.run(
      ["annotations", "compare", folder.path, "--reference", "atr", "--test", "tst", "--format", "json"], in: workspace)
    #expect(outcome.code == 0)
    let lines = try JSON.lines(outcome)
    #expect(lines.count == facts.count + 1)
    for (line, fact) in zip(lines, facts) {
      #expect(line["record"] as? String == fact["record"] as? String)
      #expect(line["matrix"] as? [String: [String: Int]] == fact["matrix"] as? [String: [String: Int]])
      for key in ["qrs_sensitivity", "qrs_ppv", "veb_sensitivity", "veb_ppv", "sveb_sensitivity", "sveb_ppv"] {
        let expected = fact[key] as? [Int]
        #expect(line[key] as? [Int] == (expected == [0, 0] || expected?.last == 0 ? nil : expected), "\(key)")
      }
      let episodes = try #require(line["episodes"] as? [String: [String: Any]])
      let expected = try #require(fact["AF"] as? [String: Any])
      #expect(episodes["AF"]?["episode_sensitivity"] as? [Int] == expected["episode_sensitivity"] as? [Int])
      #expect(episodes["AF"]?["episode_ppv"] as? [Int] == expected["episode_ppv"] as? [Int])
    }
    #expect(lines.last?["record"] is NSNull)
    #expect(lines.last?["records"] as? Int == facts.count)
  }

  @Test func learningAndToleranceAreWhatIsAskedFor() throws {
    // At 500 Hz: beats at 100 and 1000, the test's 40 ms later.
    try record("r", [100, 4, 0x84, 7, 0, 0])
    try workspace.write("r.tst", [120, 4, 0x84, 7, 0, 0] as [UInt8])
    func shares(_ options: String...) throws -> [Int]? {
      let arguments = ["annotations", "compare", "r", "--reference", "atr", "--test", "tst", "--format", "json"] + options
      return try JSON.object(Program.run(arguments, in: workspace).output)["qrs_sensitivity"] as? [Int]
    }
    #expect(try shares() == [2, 2])
    #expect(try shares("--tolerance-ms", "30") == [0, 2])
    #expect(try shares("--from-s", "1") == [1, 1])
    #expect(try shares("--from-s", "3") == nil)
  }

  @Test func csvAndTableSayTheSame() throws {
    try record("r", [100, 4, 0x84, 7, 0, 0])
    let arguments = ["annotations", "compare", "r", "--reference", "atr", "--test", "atr"]
    let csv = try Program.run(arguments + ["--format", "csv"], in: workspace)
    #expect(csv.lines.count == 2)
    #expect(csv.lines[0].hasPrefix("record,qrs_sensitivity_hits,qrs_sensitivity_of,"))
    #expect(csv.lines[1].hasPrefix("r,2,2,2,2,0,0,"))
    let table = try Program.run(arguments, in: workspace)
    #expect(table.output.contains("QRS sensitivity             100.00% (2/2)"))
  }
}
