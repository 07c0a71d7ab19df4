import ECG
import ECGFiles
import Foundation
import TestSupport
import Testing

struct ConversionTests {
  private static let names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]

  private func convert(_ reference: RecordReference, to path: String) throws -> (text: String, warnings: [String]) {
    let warnings = try RecordConverter.convert(reference, to: path)
    return (try String(contentsOfFile: path, encoding: .utf8), warnings.map(\.description))
  }

  @Test("A record that is no twelve-lead record keeps its names, order and units; names are quoted, missing samples empty")
  func csv() throws {
    let folder = try TemporaryFolder()
    let header = "r 2 250 3\nr.dat 16 200(0)/mV 16 0 1 5 0 v, \"left\"\nr.dat 16 3(-5)/mmHg 16 0 -32768 -32762 0 II\n"
    let reference = try folder.record("r", header: header, samples: [1, -32768, 0, 5, 4, 1])
    let (text, warnings) = try convert(reference, to: folder.path + "/o.csv")
    #expect(text == "time_s,\"v, \"\"left\"\"\",II\n0,0.005,\n0.004,0,3.3333333333333335\n0.008,0.02,2\n")
    #expect(warnings.isEmpty)
    #expect(folder.fileNames == ["o.csv", "r.dat", "r.hea"])
  }

  @Test("Skew shifts the channel and leaves empty fields at the end")
  func skew() throws {
    let folder = try TemporaryFolder()
    let reference = try folder.record("r", header: "r 2 1 3\nr.dat 16:1 1(0)/mV 16 0 1 9 0 a\nr.dat 16 1(0)/mV 16 0 2 12 0 b\n")
    #expect(try convert(reference, to: folder.path + "/o.csv").text == "time_s,a,b\n0,3,2\n1,5,4\n2,,6\n")
  }

  @Test("Several samples a frame become their mean, cut towards zero as the WFDB libraries do, with a warning")
  func severalSamplesAFrame() throws {
    let folder = try TemporaryFolder()
    let header = "r 2 1 2\nr.dat 16x2 1(0)/mV 16 0 -1 0 0 a\nr.dat 16 1(0)/mV 16 0 3 0 0 b\n"
    let reference = try folder.record("r", header: header, samples: [-1, -2, 3, 5, -32768, 6])
    try folder.write(
      "r.hea", header.replacingOccurrences(of: " -1 0 0", with: " -1 -32766 0").replacingOccurrences(of: " 3 0 0", with: " 3 9 0"))
    let (text, warnings) = try convert(reference, to: folder.path + "/o.csv")
    #expect(text == "time_s,a,b\n0,-1,3\n1,,6\n")
    #expect(warnings == ["lead a has 2 samples a frame; the CSV holds their mean"])
    let copy = try RecordFile.read(converted(reference, in: folder))
    #expect(copy.signals.map(\.digits) == [[-1, -2, 5, nil], [3, 6]])
  }

  @Test("Frame means of a mixed record are those of wfdb-python")
  func frameMeans() throws {
    let folder = try TemporaryFolder()
    let (text, _) = try convert(WFDBGoldenTests.reference("mixed"), to: folder.path + "/o.csv")
    let expected = try WFDBGoldenTests.golden("records.json", as: [String: WFDBGoldenTests.ExpectedRecord].self)["mixed"]?.frame_means
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) } }
    #expect(rows.count == 40)
    for signal in 0..<4 { #expect(rows.map { $0[signal + 1] } == expected?[signal]) }
  }

  @Test("A twelve-lead record gets canonical names and order, millivolts, derived limb leads, and its other signals last")
  func twelveLeads() throws {
    let folder = try TemporaryFolder()
    let order = ["PLETH", "v1", "v2", "v3", "v4", "v5", "v6", "AVF", "lead i"]
    let units = ["NU"] + Array(repeating: "uV", count: 8)
    let lines = zip(order, units).map { "r.dat 16 1(0)/\($1) 16 0 0 0 0 \($0)" }
    let samples: [Int16] = [7, 10, 20, 30, 40, 50, 60, 300, 200]
    try folder.write("r.hea", "")
    let reference = try folder.record("r", header: "r 9 500 1\n" + lines.joined(separator: "\n") + "\n", samples: samples)
    let (text, _) = try convert(reference, to: folder.path + "/o.csv")
    // aVF = II − I/2, so II = 0.4, III = 0.2, aVR = −0.3, aVL = 0.
    #expect(
      text == "time_s,\(Self.names.joined(separator: ",")),PLETH\n0,0.2,0.4,0.2,-0.3,0,0.3,0.01,0.02,0.03,0.04,0.05,0.06,7\n"
    )
    let copy = try RecordFile.read(converted(reference, in: folder))
    #expect(copy.signals.map(\.name) == Self.names + ["PLETH"])
    #expect(copy.signals.map(\.unit) == Array(repeating: "uV", count: 12) + ["NU"])
    #expect(copy.signals.map { $0.physicalValues[0] } == [200, 400, 200, -300, 0, 300, 10, 20, 30, 40, 50, 60, 7])
  }

  @Test("A lead that cannot be derived makes a record no twelve-lead record")
  func missingChestLead() throws {
    let folder = try TemporaryFolder()
    let reference = try folder.record("r", header: "r 3 500 2\nr.dat 16 1\nr.dat 16 1 8 0 0 0 0 avr\nr.dat 16 1 8 0 0 0 0 i\n")
    #expect(try convert(reference, to: folder.path + "/o.csv").text.hasPrefix("time_s,,avr,i\n"))
  }

  private func converted(_ reference: RecordReference, in folder: TemporaryFolder) throws -> RecordReference {
    try RecordConverter.convert(reference, to: folder.path + "/copy.hea")
    return folder.reference("copy")
  }

  @Test(
    "WFDB to WFDB keeps integers, gain, baseline, units, names, comments, patient and diagnoses, in any format",
    arguments: ["16", "24", "32", "8", "212", "310", "mixed", "fixed"])
  func lossless(_ format: String) throws {
    let folder = try TemporaryFolder()
    let reference = try WFDBGoldenTests.reference(format.first?.isNumber == true ? "format" + format : format)
    let original = try RecordFile.read(reference)
    let copy = try RecordFile.read(converted(reference, in: folder))
    #expect(copy.samplingRateHertz == original.samplingRateHertz)
    #expect(copy.signals.map(\.digits) == original.signals.map(\.digits))
    #expect(copy.signals.map(\.physicalValues) == original.signals.map(\.physicalValues))
    #expect(copy.signals.map(\.name) == original.signals.map(\.name) && copy.signals.map(\.unit) == original.signals.map(\.unit))
    #expect(copy.comments == original.comments && copy.patient == original.patient && copy.diagnoses == original.diagnoses)
    #expect(copy.warnings.isEmpty)
  }

  @Test("Physical values of differing calibrations survive in steps of a power of ten")
  func physicalToWFDB() throws {
    let folder = try TemporaryFolder()
    let reference = try WFDBGoldenTests.reference("variable")
    let original = try RecordFile.read(reference)
    let copy = try RecordFile.read(converted(reference, in: folder))
    for (left, right) in zip(original.signals, copy.signals) {
      for (a, b) in zip(left.physicalValues, right.physicalValues) {
        #expect((a == nil) == (b == nil) && abs((a ?? 0) - (b ?? 0)) < 1e-8)
      }
    }
  }

  @Test("No output remains after a failure, and nothing of value is overwritten")
  func failures() throws {
    let folder = try TemporaryFolder()
    let good = try folder.record("good", header: "good 1 500 6\ngood.dat 16 200 16 0 1 21 0 II\n")
    let short = try folder.record("short", header: "short 1 500 7\nshort.dat 16 200 16 0 1 21 0 II\n")
    let double = try folder.record("double", header: "double 2 500 3\ndouble.dat 16 200 16 0 1 9 0 II\ndouble.dat 16 200 16 0 2 12 0 ii\n")
    try folder.write("orphan.dat", "kept")
    mkfifo(folder.path + "/pipe.csv", 0o600)
    let before = folder.fileNames
    func failure(_ reference: RecordReference, _ output: String) -> (any Error)? {
      #expect(throws: (any Error).self) { try RecordConverter.convert(reference, to: folder.path + "/" + output) }
    }
    #expect((failure(short, "o.csv") as? ECGFileError)?.isOutputFailure == false)
    #expect(failure(double, "o.csv") is RecordingError)
    for output in ["", "good", "good.hea", "orphan", "pipe.csv", "nowhere/o.csv", "nowhere/o"] {
      #expect((failure(good, output) as? ECGFileError)?.isOutputFailure == true, "\(output)")
    }
    for output in ["o.edf", "o p", "é"] { #expect((failure(good, output) as? ECGFileError)?.isOutputFailure == false, "\(output)") }
    #expect(folder.fileNames == before)
  }

  @Test("A full disk is an output failure and leaves nothing")
  func fullDisk() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let folder = try TemporaryFolder()
    let record = SignalRecord(
      name: "r", samplingRateHertz: 500, frameCount: 10,
      signals: [Signal(name: "I", samples: .digital(Array(repeating: 0, count: 10), gain: 200, baseline: 0))]
    )
    symlink("/dev/full", folder.path + "/r.csv")
    let error = #expect(throws: ECGFileError.self) { try SignalCSVWriter.write(record, to: folder.url.appendingPathComponent("r.csv")) }
    #expect(error?.isOutputFailure == true)
    #expect(folder.fileNames == ["r.csv"])
  }
}
