import ECG
import ECGFiles
import ECGSignal
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct MeasuredRecordTests {
  private static func recording(_ name: String) throws -> (Recording, RecordReference) {
    let path = Checkout.root.appendingPathComponent("SampleData/\(name)").path
    let reference = try #require(try RecordLocator.references(at: path).first)
    return (try Recording(RecordFile.read(reference)), reference)
  }

  private static func measured(_ name: String) throws -> MeasuredRecord {
    let (recording, reference) = try recording(name)
    return MeasuredRecord(recording, name: reference.name, path: reference.path, by: ECGMeasurer())
  }

  /// A recording without a wave: the twelve leads are level.
  private static var level: MeasuredRecord {
    let recording = Recording(
      name: "level", samplingRateHertz: 500, millivolts: [Float](repeating: 0, count: 12 * 5000),
      sources: Lead.allCases.map { _ in .recorded }, patient: Patient(), diagnoses: [], extraSignals: [], warnings: [])
    return MeasuredRecord(recording, name: "level", path: "level", by: ECGMeasurer())
  }

  private static func object(_ record: MeasuredRecord, isDetailed: Bool = false) throws -> [String: Any] {
    let text = record.json(isDetailed: isDetailed).text
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func theBoundariesOfABeatEncloseItsPeaksAndSayWhoseTheyAre() throws {
    let record = try Self.measured("heart01")
    let annotations = record.annotations
    #expect(annotations.map(\.sample) == annotations.map(\.sample).sorted())
    let beats = annotations.filter { $0.code.isBeat }
    #expect(beats.map(\.sample) == record.measurements.rPeaks)
    let word = annotations.map(\.code.symbol).joined()
    #expect(word.contains("(p)(N)(t)"))
    for (index, mark) in annotations.enumerated() where mark.code == .waveOnset {
      guard index + 2 < annotations.count, annotations[index + 2].code == .waveEnd else { continue }
      let peak = annotations[index + 1].code
      let expected: Int8 = peak == .pWave ? 0 : peak == .tWave ? 2 : 1
      #expect(mark.number == expected && annotations[index + 2].number == expected)
    }
  }

  @Test func everyNullHasAReason() throws {
    for record in [Self.level, try Self.measured("heart01"), try Self.measured("heart25")] {
      let object = try Self.object(record)
      let reasons = try #require(object["reasons"] as? [String: String])
      #expect(reasons.values.allSatisfy { !$0.isEmpty })
      for (key, value) in object where value is NSNull && !["irregular", "lead_swap", "limb_gains"].contains(key) {
        #expect(reasons[key] != nil, "\(key) of \(record.name)")
      }
      for (lead, value) in try #require(object["leads"] as? [String: [String: Any]]) {
        for (key, value) in value where value is NSNull {
          #expect(reasons["leads.\(lead)"] != nil || reasons["leads.\(lead).\(key)"] != nil, "\(lead) \(key) of \(record.name)")
        }
      }
    }
    let level = try Self.object(Self.level)
    #expect((level["r_peaks"] as? [Any])?.isEmpty == true && level["heart_rate_bpm"] is NSNull && level["lead_swap"] is NSNull)
    #expect(level["quality"] as? String == "poor")
  }

  @Test func aRowHasAFieldForEachColumn() throws {
    for record in [Self.level, try Self.measured("heart02"), try Self.measured("heart25")] {
      #expect(record.csvFields.count == MeasuredRecord.csvColumns.count)
      #expect(Set(MeasuredRecord.csvColumns).count == MeasuredRecord.csvColumns.count)
    }
  }

  @Test func armsThatWereExchangedAreSuspected() throws {
    let (recording, _) = try Self.recording("heart01")
    let swapped = LeadSwap.rightArmLeftArm.exchanged(in: recording)
    let record = MeasuredRecord(swapped, name: "swapped", path: "swapped", by: ECGMeasurer())
    let swap = try #require(try Self.object(record)["lead_swap"] as? [String: Any])
    #expect(swap["swap"] as? String == "RA-LA")
    #expect((swap["score"] as? Double).map { (0...1).contains($0) } == true)
    #expect((swap["reasons"] as? [String])?.isEmpty == false)
    #expect(record.tableLine.contains("RA-LA exchanged?"))
  }

  @Test func detailHasEachLeadsOwnBoundaries() throws {
    let record = try Self.measured("heart01")
    let leads = try #require(try Self.object(record, isDetailed: true)["leads"] as? [String: [String: Any]])
    for (name, lead) in leads {
      let beats = try #require(lead["beats"] as? [[String: Any]], "\(name)")
      #expect(beats.count == record.measurements.beats.count)
      let keys = ["p_on", "p_peak", "p_off", "qrs_on", "qrs_peak", "qrs_off", "t_on", "t_peak", "t_off"]
      #expect(beats.allSatisfy { Set($0.keys) == Set(keys) })
    }
  }
}
