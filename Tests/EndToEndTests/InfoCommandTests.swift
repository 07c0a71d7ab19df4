import Foundation
import Testing

@Suite struct InfoCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test func jsonHasTheKeysOthersRelyOn() throws {
    let outcome = try Program.run(["info", SampleData.folder.path, "--format", "json"], in: workspace)
    #expect(outcome.code == 0)
    let records = try JSON.lines(outcome)
    #expect(records.count == 32)
    for record in records {
      #expect(record["record"] is String && record["path"] is String)
      #expect(record["format"] as? String == "wfdb")
      let rate = try #require(record["fs"] as? Double)
      let samples = try #require(record["samples"] as? Int)
      let seconds = try #require(record["seconds"] as? Double)
      #expect(abs(Double(samples) / rate - seconds) < 1e-9)
      #expect(record["leads"] is [String] && record["derived"] is [String])
      #expect(record["age"] is Int || record["age"] is NSNull)
      #expect(["female", "male"].contains(record["sex"] as? String) || record["sex"] is NSNull)
      #expect(record["diagnoses"] is [String] && record["codes"] is [String] && record["warnings"] is [String])
    }
  }

  @Test func valuesOfOneRecord() throws {
    let outcome = try Program.run(["info", SampleData.path("heart26.hea"), "--format", "json"], in: workspace)
    let record = try JSON.object(outcome.output)
    #expect(record["fs"] as? Double == 257)
    #expect(record["leads"] as? [String] == ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"])
    #expect(record["sex"] as? String == "female")
    #expect(record["age"] as? Int == 76)
    #expect(record["codes"] as? [String] == ["39732003", "426783006", "445118002"])
  }

  @Test func unparsablePatientAndDiagnosesAreNull() throws {
    try workspace.writeRecord("odd", comments: ["Age: ninety", "Sex: yes", "Dx: ,,banana, 426783006"])
    let record = try JSON.object(Program.run(["info", "odd", "--format", "json"], in: workspace).output)
    #expect(record["age"] is NSNull)
    #expect(record["sex"] is NSNull)
    #expect(record["codes"] as? [String] == ["426783006"])
  }

  @Test func csvHasOneRowARecord() throws {
    let outcome = try Program.run(["info", SampleData.folder.path, "--format", "csv"], in: workspace)
    #expect(outcome.lines.count == 33)
    #expect(outcome.lines[0].hasPrefix("record,path,format,fs,samples,seconds,leads,derived,"))
    #expect(outcome.lines[1].hasPrefix("heart01,"))
  }

  @Test func tableIsForPeople() throws {
    let outcome = try Program.run(["info", SampleData.path("heart02")], in: workspace)
    #expect(outcome.output.contains("500 Hz, 5000 samples, 10.0 s"))
    #expect(outcome.output.contains("LAD (left axis deviation)"))
    #expect(outcome.output.contains("age 67 years, sex male"))
  }

  @Test func listsAndFoldersMeanTheirRecords() throws {
    let folder = try workspace.samples("heart02", "heart01", folder: "records/below")
    let list = try workspace.write("list.txt", "# two records\nrecords/below/heart02\nrecords/below/heart01.hea\n".utf8)
    let byList = try JSON.lines(Program.run(["info", list, "--format", "json"], in: workspace))
    #expect(byList.map { $0["record"] as? String } == ["heart02", "heart01"])
    let byFolder = try JSON.lines(Program.run(["info", "records", "--format", "json"], in: workspace))
    #expect(byFolder.map { $0["record"] as? String } == ["heart01", "heart02"])
    #expect(folder.hasSuffix("below"))
  }
}
