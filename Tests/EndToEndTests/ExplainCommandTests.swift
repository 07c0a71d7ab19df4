import Foundation
import Testing

@Suite struct ExplainCommandTests {
  private let workspace: Workspace
  private let environment: [String: String]

  init() throws {
    workspace = try Workspace()
    environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
  }

  private func explain(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["explain"] + arguments, in: workspace, environment: environment)
  }

  @Test(arguments: ["heart02", "heart25"])
  func jsonHasTheKeysOthersRelyOn(record: String) throws {
    let outcome = try explain(SampleData.path(record), "--format", "json")
    #expect(outcome.code == 0)
    #expect(outcome.lines.count == 1)
    let report = try JSON.object(outcome.output)
    #expect(report["record"] as? String == record)
    #expect(report["class"] as? String == "LAD")
    #expect((0...1).contains(try #require(report["probability"] as? Double)))
    #expect(report["leads"] as? [String] == ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"])
    #expect((report["occlusion"] as? [Double])?.count == 12)
    let gates = try #require(report["gates"] as? [[Double]])
    #expect(gates.count == 8)
    for row in gates {
      #expect(row.count == 12)
      #expect(row.allSatisfy { $0 >= 0 })
      let sum = row.reduce(0, +)
      #expect(sum == 0 || abs(sum - 1) < 1e-5)
    }
    #expect((report["groups"] as? [String: Double])?.isEmpty == false)
    #expect((report["electrodes"] as? [String: Double])?.count == (record == "heart25" ? 8 : 9), "an electrode that is absent is left out")
    #expect((report["method"] as? String)?.contains("occlusion") == true)
    #expect(report["precision"] as? String == "exact")
    #expect(report["raw_gates"] == nil)
  }

  @Test func rawAddsTheGateVectors() throws {
    let report = try JSON.object(explain(SampleData.path("heart22"), "--format", "json", "--raw").output)
    let gates = try #require(report["raw_gates"] as? [[Double]])
    #expect(gates.count == 8)
    #expect(gates.allSatisfy { row in row.count >= (gates.first?.count ?? 1) && row.allSatisfy { (0...1).contains($0) } })
    #expect(try explain(SampleData.path("heart01"), "--raw").code == 64)
  }

  /// The probability explained is the probability predicted, and an absent lead explains nothing.
  @Test func agreesWithPredict() throws {
    let predicted = try JSON.object(
      Program.run(["predict", SampleData.path("heart25"), "--format", "json"], in: workspace, environment: environment).output)
    for entry in try #require(predicted["classes"] as? [[String: Any]]) {
      let code = try #require(entry["code"] as? String)
      let report = try JSON.object(explain(SampleData.path("heart25"), "--class", code, "--format", "json").output)
      let difference = try #require(report["probability"] as? Double) - #require(entry["probability"] as? Double)
      #expect(abs(difference) < 1e-5)
      #expect((report["occlusion"] as? [Double])?[9] == 0, "V4 is absent")
    }
  }

  @Test(arguments: [
    ("LAD", "LAD"), ("lad", "LAD"), ("39732003", "LAD"), ("59118001", "CRBBB"), ("NSR", "SNR"), ("nsr", "SNR"), ("RBBB", "CRBBB"),
    ("SVPB", "PAC"), ("63593006", "PAC"), ("VPB", "PVC"), ("17338001", "PVC"), ("tab", "TAb"),
  ])
  func classTakesAbbreviationsCodesAndAliases(given: String, meant: String) throws {
    let report = try JSON.object(explain(SampleData.path("heart01"), "--class", given, "--format", "json").output)
    #expect(report["class"] as? String == meant)
  }

  @Test(arguments: ["", "XYZ", "3973200", "LADD", "left axis deviation"])
  func otherClassesAreUsageErrors(given: String) throws {
    #expect(try explain(SampleData.path("heart01"), "--class", given).code == 64)
  }

  @Test func tableAndCSVNameEveryLead() throws {
    let table = try explain(SampleData.path("heart02"))
    let rows = try explain(SampleData.path("heart02"), "--format", "csv")
    #expect(rows.lines.count == 13)
    #expect(rows.lines[0].hasPrefix("lead,occlusion,block_1") && rows.lines[0].hasSuffix(",block_8,precision"))
    #expect(table.lines.last == "precision: exact (FP32)")
    for lead in ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"] {
      #expect(table.lines.contains { $0.hasPrefix(lead + " ") })
      #expect(rows.lines.contains { $0.hasPrefix(lead + ",") })
    }
  }

  @Test func severalRecordsAreAUsageError() throws {
    #expect(try explain(SampleData.folder.path).code == 64)
  }
}
