import ECG
import ECGFiles
import ECGSignal
import Evaluation
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct AuditTests {
  @Test func measurementsOfAFileSayWhatMeasuringSays() throws {
    let references = try RecordLocator.references(at: Checkout.root.appendingPathComponent("SampleData").path)
    let measurer = ECGMeasurer()
    let lines = try references.map { try MeasuredRecord(reading: $0, by: measurer).json().text }
    var fromFile = AuditRecords(references)
    #expect(try fromFile.take(measurements: Array(lines.joined(separator: "\n").utf8), path: "m.jsonl") == 0)
    var measured = AuditRecords(references)
    var reading = AuditReading(.init(measures: true, models: nil))
    let done = try reading.run(&measured, places: Array(references.indices), jobs: 2) { #expect($0 == nil) }
    #expect(done == references.count && reading.noteStandardised(in: &measured).isEmpty)
    for (one, other) in zip(fromFile.records, measured.records) {
      let (first, second) = (try #require(one.facts), try #require(other.facts))
      for criterion in Criterion.table {
        #expect(
          criterion.answer(first) == criterion.answer(second), "\(one.reference.name) \(criterion.diagnosis.abbreviation) \(criterion.name)"
        )
      }
      #expect(first.beats == second.beats && first.axisInterval == second.axisInterval && first.quality == second.quality)
      #expect(first.flaws == second.flaws && first.absent == second.absent && first.swap == second.swap)
    }
  }

  /// Of two data sets that have a record of one name, what is said of the other one's is never taken.
  @Test(arguments: [true, false], [true, false]) func aLineIsAboutTheRecordOfItsSamplesOrPlace(isOtherLast: Bool, tellsSamples: Bool) throws
  {
    let folder = try TemporaryFolder()
    for (place, name) in [("a", "heart02"), ("b", "heart06")] {
      try FileManager.default.createDirectory(at: folder.url.appendingPathComponent(place), withIntermediateDirectories: true)
      for suffix in ["hea", "dat"] {
        var data = try Data(contentsOf: Checkout.root.appendingPathComponent("SampleData/\(name).\(suffix)"))
        if suffix == "hea" { data = Data(String(decoding: data, as: UTF8.self).replacing(name, with: "100").utf8) }
        try data.write(to: folder.url.appendingPathComponent("\(place)/100.\(suffix)"))
      }
    }
    let measurer = ECGMeasurer()
    var lines = try ["a", "b"].map { place -> String in
      let reference = try #require(try RecordLocator.references(at: folder.url.appendingPathComponent(place).path).first)
      let line = try MeasuredRecord(reading: reference, by: measurer).json().text
      return tellsSamples ? line : line.replacing("recording_digest", with: "nothing")
    }
    if !isOtherLast { lines.reverse() }
    // Seen from elsewhere, as after a move.
    try FileManager.default.moveItem(at: folder.url.appendingPathComponent("a"), to: folder.url.appendingPathComponent("moved"))
    var records = AuditRecords(try RecordLocator.references(at: folder.url.appendingPathComponent("moved").path))
    _ = try records.take(measurements: Array(lines.joined(separator: "\n").utf8), path: "m.jsonl")
    let expected = try Measurements(of: Recording(RecordFile.read(records.records[0].reference)))[.qrsAxis].value
    #expect(records.records[0].facts?[.qrsAxis] == expected)
  }

  @Test func damagedMeasurementsNameTheLine() throws {
    let references = try RecordLocator.references(at: Checkout.root.appendingPathComponent("SampleData").path)
    var records = AuditRecords(references)
    for bad in ["{", "{\"record\":\"heart01\"}", "[]", "{\"record\":\"heart01\",\"beats\":[1]}"] {
      let bytes = Array("{\"record\":\"heart02\",\"beats\":[],\"leads\":{}}\n\n\(bad)\n".utf8)
      #expect { try records.take(measurements: bytes, path: "m.jsonl") } throws: { "\($0)".contains("m.jsonl: line 3") }
    }
  }

  @Test func leadsOfOneSizeHaveNoVoltages() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("einthoven-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var generator = SeededGenerator(seed: 3)
    for number in 0..<6 {
      let name = "R\(number)"
      var header = "\(name) 12 250 500\n"
      for lead in Lead.allCases { header += "\(name).dat 16 1000/mV 16 0 0 0 0 \(lead.name)\n" }
      try (header + "#Dx: 426783006\n").write(to: folder.appendingPathComponent("\(name).hea"), atomically: true, encoding: .utf8)
      let leads = Lead.allCases.map { lead -> [Double] in
        let samples = (0..<500).map { _ in generator.normal() }
        let mean = samples.reduce(0, +) / 500
        let size = (samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 500).squareRoot()
        return samples.map { ($0 - mean) / size * 100 * Double(1 + lead.rawValue) }
      }
      let frames = (0..<500).flatMap { index in
        leads.flatMap { lead -> [UInt8] in
          let value = UInt16(bitPattern: Int16(lead[index].rounded()))
          return [UInt8(value & 255), UInt8(value >> 8)]
        }
      }
      try Data(frames).write(to: folder.appendingPathComponent("\(name).dat"))
    }
    var records = AuditRecords(try RecordLocator.references(at: folder.path))
    var reading = AuditReading(.init(measures: true, models: nil))
    _ = try reading.run(&records, places: Array(records.records.indices), jobs: 1) { _ in }
    #expect(reading.noteStandardised(in: &records) == ["R"])
    #expect(records.records.allSatisfy { $0.facts?.hasVoltages == false })
  }

  @Test func sourcesAreTheFirstLettersOfNamesElseFolders() {
    func sources(_ paths: [String]) -> [String] {
      AuditRecords(
        paths.map { path in
          RecordReference(
            name: (path as NSString).lastPathComponent, path: path, url: URL(fileURLWithPath: "/nowhere/\(path).hea"), format: .wfdb)
        }
      ).records.map(\.source)
    }
    #expect(sources(["A0001", "A0002", "A0003", "HR00001", "HR00002", "JS10000"]) == ["A", "A", "A", "HR", "HR", "JS"])
    #expect(sources(["cpsc/1", "cpsc/2", "ptb/3"]) == ["cpsc", "cpsc", "ptb"])
  }
}
