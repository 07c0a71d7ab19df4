import Foundation
import TestSupport
import Testing

@Suite struct MeasureCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func measure(_ arguments: String...) throws -> Program.Outcome { try Program.run(["measure"] + arguments, in: workspace) }
  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: workspace.file(name))) }

  /// The keys that other people's scripts rely on.
  private static let keys = [
    "record", "path", "heart_rate_bpm", "rr_median_ms", "rr_min_ms", "rr_max_ms", "p_ms", "pr_ms", "qrs_ms", "qt_ms", "qtc_bazett_ms",
    "qtc_fridericia_ms", "qtc_framingham_ms", "p_axis_deg", "qrs_axis_deg", "qrs_axis_low_deg", "qrs_axis_high_deg", "t_axis_deg",
    "r_peaks", "beats", "leads", "quality", "lead_swap", "reasons",
  ]

  @Test func jsonHasTheKeysOthersRelyOn() throws {
    let outcome = try measure(SampleData.folder.path, "--format", "json")
    #expect(outcome.code == 0 && outcome.complaints.isEmpty, "\(outcome.complaints)")
    let records = try JSON.lines(outcome)
    #expect(records.count == 32)
    for record in records {
      #expect(Set(Self.keys).isSubset(of: record.keys))
      let beats = try #require(record["beats"] as? [[String: Any]])
      #expect(beats.compactMap { $0["r"] as? Int } == record["r_peaks"] as? [Int])
      let kinds = ["N", "V", "S", "P", "Q"]
      let marks = ["r", "p_on", "p_peak", "p_off", "qrs_on", "qrs_off", "t_on", "t_peak", "t_off", "kind"]
      #expect(beats.allSatisfy { Set($0.keys) == Set(marks) && kinds.contains($0["kind"] as? String ?? "") })
      for beat in beats {
        let places = ["p_on", "p_peak", "p_off", "qrs_on", "r", "qrs_off", "t_on", "t_peak", "t_off"].compactMap { beat[$0] as? Int }
        #expect(places == places.sorted() && places.allSatisfy { $0 >= 0 })
      }
      let leads = try #require(record["leads"] as? [String: [String: Any]])
      #expect(Set(leads.keys) == Set(Workspace.leads))
      let amplitudes = ["q_mv", "r_mv", "s_mv", "net_qrs_mv", "net_qrs_mvms", "st_j60_mv", "t_mv", "quality"]
      #expect(leads.values.allSatisfy { Set($0.keys) == Set(amplitudes) })
      #expect(["good", "fair", "poor"].contains(record["quality"] as? String ?? ""))
    }
    #expect(!outcome.output.contains("NaN") && !outcome.output.contains("inf"))
  }

  @Test func whatCannotBeMeasuredIsNullAndSaysWhy() throws {
    let record = try workspace.writeRecord("short", samples: 100)
    let object = try JSON.object(try measure(record, "--format", "json").output)
    #expect(object["heart_rate_bpm"] is NSNull && (object["r_peaks"] as? [Any])?.isEmpty == true)
    let reasons = try #require(object["reasons"] as? [String: String])
    #expect(reasons["heart_rate_bpm"] == "no lead shows a signal" && reasons["qrs_axis_low_deg"] != nil && reasons["lead_swap"] != nil)
    let absent = try JSON.object(try measure(SampleData.path("heart25"), "--format", "json").output)
    #expect((absent["reasons"] as? [String: String])?["leads.V4"] == "not recorded")
  }

  @Test func aRowOfCSVHasAFieldForEachColumn() throws {
    let outcome = try measure(SampleData.path("heart01"), SampleData.path("heart25"), "--format", "csv")
    let header = outcome.lines[0].components(separatedBy: ",")
    #expect(header.prefix(3) == ["record", "path", "heart_rate_bpm"] && header.suffix(2) == ["reasons", "recording_digest"])
    #expect(header.contains("qrs_axis_deg") && header.contains("aVF_net_qrs_mv") && header.contains("lead_swap"))
    #expect(outcome.lines.count == 3)
    #expect(outcome.lines[1].components(separatedBy: ",").count == header.count)
  }

  @Test func aTableHasOneLineARecord() throws {
    let outcome = try measure(SampleData.folder.path)
    #expect(outcome.code == 0 && outcome.lines.count == 34, "a head, 32 records, a foot")
    #expect(outcome.lines[1].hasPrefix("heart01"))
  }

  @Test(arguments: ["csv", "json", "table"]) func shardsAndJobsDoNotChangeTheAnswer(format: String) throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03", "heart22", "heart25")
    let whole = try measure(folder, "--format", format, "--jobs", "1")
    #expect(try measure(folder, "--format", format, "--jobs", "4").standardOutput == whole.standardOutput)
    let parts = try (1...3).map { try measure(folder, "--format", format, "--shard", "\($0)/3") }
    #expect(parts.reduce(Data()) { $0 + $1.standardOutput } == whole.standardOutput)
  }

  @Test(arguments: ["csv", "json"]) func resumedOutputEqualsAnUnbrokenRun(format: String) throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03")
    let odd = try workspace.samples("heart06", folder: "odd \"folder\", \u{1}ü")
    let command = ["measure", folder, odd, folder + "/heart01", "--format", format, "--output", "out"]
    #expect(try Program.run(command, in: workspace).code == 0)
    let whole = try bytes("out")
    let middle = whole.prefix(whole.count / 2).lastIndex(of: UInt8(ascii: "\n")) ?? 0
    for cut in [0, 3, middle + 1, middle + 2, whole.count - 1, whole.count] {
      try? FileManager.default.removeItem(atPath: workspace.file("out"))
      try workspace.write("out.partial", whole.prefix(cut))
      let outcome = try Program.run(command + ["--resume"], in: workspace)
      let resumed = try bytes("out")
      #expect(outcome.code == 0 && resumed == whole, "cut after \(cut) of \(whole.count) bytes: \(outcome.complaints)")
    }
    try workspace.write("out.partial", "something else\nof another\n".utf8)
    #expect(try Program.run(command + ["--resume"], in: workspace).code == 65)
  }

  @Test func annotationsAreWrittenAndNeverOverOthers() throws {
    let folder = try workspace.samples("heart01", "heart02")
    let record = folder + "/heart01"
    #expect(try measure(record, "--annotator", "waves").code == 0)
    let read = try Program.run(["annotations", "read", record, "--annotator", "waves", "--format", "json"], in: workspace)
    let entries = try JSON.lines(read)
    let word = entries.compactMap { $0["symbol"] as? String }.joined()
    #expect(word.contains("(p)(N)(t)"))
    let peaks = entries.filter { $0["symbol"] as? String == "N" }.compactMap { $0["sample"] as? Int }
    let object = try JSON.object(try measure(record, "--format", "json").output)
    let normal = try #require(object["beats"] as? [[String: Any]]).filter { $0["kind"] as? String == "N" }.compactMap { $0["r"] as? Int }
    #expect(peaks == normal)
    #expect(entries.filter { $0["symbol"] as? String == "(" }.compactMap { $0["number"] as? Int }.contains(2))

    try workspace.write("records/heart01.waves", "mine".utf8)
    let refused = try measure(folder, "--annotator", "waves", "--format", "csv")
    #expect(refused.code == 73 && refused.complaints.contains("heart01.waves") && refused.complaints.contains("--force"))
    #expect(refused.lines.count == 2 && refused.lines[1].hasPrefix("heart02,"), "the others are done")
    #expect(try bytes("records/heart01.waves") == Data("mine".utf8))
    let forced = try measure(record, "--annotator", "waves", "--force")
    let kept = try bytes("records/heart01.waves~")
    #expect(forced.code == 0 && kept == Data("mine".utf8))
    #expect(try bytes("records/heart01.waves") != Data("mine".utf8))
  }

  @Test func annotationsGoBesideTheOutput() throws {
    let folder = try workspace.samples("heart01")
    try FileManager.default.createDirectory(atPath: workspace.file("results"), withIntermediateDirectories: true)
    #expect(try measure(folder, "--annotator", "waves", "--output", "results/out.txt").code == 0)
    #expect(try workspace.names(in: "results") == ["heart01.waves", "out.txt"])
    #expect(try workspace.names(in: "records") == ["heart01.dat", "heart01.hea"])
    let twin = try workspace.samples("heart01", folder: "twin")
    let twice = try measure(folder, twin, "--annotator", "again", "--format", "csv", "--output", "results/twins.csv")
    #expect(twice.code == 65 && twice.complaints.contains("another record of this name"))
  }

  @Test func badRecordsAndBadCallsHaveTheirCodes() throws {
    let folder = try workspace.samples("heart01", "heart02", "heart03")
    try workspace.write("records/heart02.dat", [])
    let outcome = try measure(folder, "--format", "csv", "--output", "out.csv")
    #expect(outcome.code == 65 && outcome.complaints.contains("heart02.dat"))
    #expect(String(decoding: try bytes("out.csv"), as: UTF8.self).split(separator: "\n").count == 3)
    #expect(try measure("nowhere").code == 66)
    #expect(try measure(folder, "--jobs", "0").code == 64)
    #expect(try measure(folder, "--detail").code == 64)
    #expect(try measure(folder, "--force").code == 64)
    #expect(try measure(folder, "--resume").code == 64)
    #expect(try measure(folder, "--annotator", "../x").code == 64)
    #expect(try measure(folder, "--annotator", "dat").code == 64)
    #expect(try measure(folder, "--output", "nowhere/out.txt").code == 73)
  }
}
