import Foundation
import Testing

@Suite struct ConvertCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func convert(_ input: String, _ output: String) throws -> Program.Outcome {
    try Program.run(["convert", input, output], in: workspace)
  }

  @Test(arguments: ["heart01", "heart06", "heart16", "heart25", "heart32"])
  func throughWFDBAndBackNothingChanges(record: String) throws {
    #expect(try convert(SampleData.path(record), "direct.csv").code == 0)
    #expect(try convert(SampleData.path(record), "copy").code == 0)
    #expect(try convert("copy.hea", "again.csv").code == 0)
    let direct = try Data(contentsOf: workspace.url.appendingPathComponent("direct.csv"))
    #expect(try Data(contentsOf: workspace.url.appendingPathComponent("again.csv")) == direct)
    let before = try JSON.object(Program.run(["info", SampleData.path(record), "--format", "json"], in: workspace).output)
    let after = try JSON.object(Program.run(["info", "copy", "--format", "json"], in: workspace).output)
    for key in ["fs", "samples", "leads", "age", "sex", "diagnoses", "codes"] {
      #expect("\(before[key] ?? "none")" == "\(after[key] ?? "none")", "\(key)")
    }
  }

  @Test func csvHoldsTheSignalsInMillivolts() throws {
    #expect(try convert(SampleData.path("heart01"), "out.csv").code == 0)
    let lines = try String(contentsOfFile: workspace.file("out.csv"), encoding: .utf8).components(separatedBy: .newlines).filter {
      !$0.isEmpty
    }
    #expect(lines.count == 5001)
    #expect(lines[0] == "time_s,I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6")
    let bytes = try Data(contentsOf: SampleData.folder.appendingPathComponent("heart01.dat"))
    for frame in [0, 1, 4999] {
      let fields = try lines[frame + 1].components(separatedBy: ",").map { try #require(Double($0)) }
      #expect(fields[0] == Double(frame) / 500)
      for lead in 0..<12 {
        let at = bytes.startIndex + 2 * (frame * 12 + lead)
        let units = Int16(bitPattern: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8)
        #expect(fields[lead + 1] == Double(units) / 1000)
      }
    }
  }

  @Test func aRecordIsNotWrittenToStandardOutput() throws {
    let outcome = try convert(SampleData.path("heart01"), "-")
    #expect(outcome.code == 64 && "\(outcome.complaints)".contains("expected NAME.csv"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.url.path).filter { $0.hasPrefix("-") }.isEmpty)
  }

  @Test func missingSamplesAreEmptyFields() throws {
    try workspace.writeRecord("gap", rate: 100, samples: 4)
    var bytes = try Data(contentsOf: workspace.url.appendingPathComponent("gap.dat"))
    bytes.replaceSubrange(24..<26, with: [0x00, 0x80])
    try workspace.write("gap.dat", bytes)
    #expect(try convert("gap", "gap.csv").code == 0)
    let lines = try String(contentsOfFile: workspace.file("gap.csv"), encoding: .utf8).components(separatedBy: .newlines)
    #expect(lines[2].hasPrefix("0.01,,"))
  }

  @Test func otherRecordsKeepTheirNamesAndOrder() throws {
    try workspace.writeRecord("other", rate: 100, samples: 50, leads: ["pleth, left", "resp"])
    #expect(try convert("other", "other.csv").code == 0)
    let text = try String(contentsOfFile: workspace.file("other.csv"), encoding: .utf8)
    #expect(text.hasPrefix("time_s,\"pleth, left\",resp"))
  }

  @Test func nothingRemainsOfAFailure() throws {
    let folder = try workspace.samples("heart01")
    try workspace.write("records/heart01.dat", [UInt8](repeating: 1, count: 1000))
    for output in ["out.csv", "copy", "copy.hea"] {
      try FileManager.default.createDirectory(atPath: workspace.file("made"), withIntermediateDirectories: true)
      let outcome = try convert(folder + "/heart01", "made/" + output)
      #expect(outcome.code == 65)
      #expect(try workspace.names(in: "made").isEmpty)
    }
  }

  @Test func aFailureKeepsTheFileThatWasThere() throws {
    let folder = try workspace.samples("heart01")
    try workspace.write("records/heart01.dat", [1])
    try workspace.write("out.csv", "mine\n".utf8)
    #expect(try convert(folder + "/heart01", "out.csv").code == 65)
    #expect(try String(contentsOfFile: workspace.file("out.csv"), encoding: .utf8) == "mine\n")
  }

  @Test func severalRecordsAreAUsageError() throws {
    #expect(try convert(SampleData.folder.path, "out.csv").code == 64)
    #expect(!FileManager.default.fileExists(atPath: workspace.file("out.csv")))
  }
}
