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

  @Test("Several samples a frame are rows of their own, at their times; a slower signal has empty fields between its samples")
  func severalSamplesAFrame() throws {
    let folder = try TemporaryFolder()
    let header = "r 2 1 2\nr.dat 16x2 1(0)/mV 16 0 -1 -32766 0 a\nr.dat 16 1(0)/mV 16 0 3 9 0 b\n"
    let reference = try folder.record("r", header: header, samples: [-1, -2, 3, 5, -32768, 6])
    let (text, warnings) = try convert(reference, to: folder.path + "/o.csv")
    #expect(text == "time_s,a,b\n0,-1,3\n0.5,-2,\n1,5,6\n1.5,,\n")
    #expect(warnings.isEmpty)
    let copy = try RecordFile.read(converted(reference, in: folder))
    #expect(copy.signals.map(\.digits) == [[-1, -2, 5, nil], [3, 6]])
  }

  @Test("Rates that do not divide each other have a row for each instant at which a signal has a sample")
  func ratesThatDoNotDivide() throws {
    let folder = try TemporaryFolder()
    let header = "r 2 10 1\nr.dat 16x4 1(0)/mV 16 0 1 10 0 a\nr.dat 16x6 1(0)/mV 16 0 5 45 0 b\n"
    let reference = try folder.record("r", header: header, samples: Array(1...10))
    let text = try convert(reference, to: folder.path + "/o.csv").text
    #expect(
      text.split(separator: "\n").dropFirst().map { $0.drop { $0 != "," } } == [",1,5", ",,6", ",2,", ",,7", ",3,8", ",,9", ",4,", ",,10"])
    let times = text.split(separator: "\n").dropFirst().compactMap { Double($0.prefix { $0 != "," }) }
    let expected: [Double] = [0, 1.0 / 60, 0.025, 1.0 / 30, 0.05, 1.0 / 15, 0.075, 1.0 / 12]
    let distances: [Double] = zip(times, expected).map { abs($0 - $1) }
    #expect(times.count == 8 && distances.allSatisfy { $0 < 1e-15 })
  }

  @Test("Each signal of a mixed record has all of wfdb-python's samples, at its own rate")
  func ownRates() throws {
    let folder = try TemporaryFolder()
    let (text, _) = try convert(WFDBGoldenTests.reference("mixed"), to: folder.path + "/o.csv")
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) } }
    // 1, 3, 1 and 2 samples a frame: one at 0, 1/3, 1/2 and 2/3 of it.
    let places = [[0], [0, 1, 3], [0], [0, 2]]
    let expected = try WFDBGoldenTests.golden("records.json", as: [String: WFDBGoldenTests.ExpectedRecord].self)["mixed"]?.physical
    #expect(rows.count == 160)
    for (signal, own) in places.enumerated() {
      #expect(rows.enumerated().filter { own.contains($0.offset % 4) }.map(\.element[signal + 1]) == expected?[signal])
      #expect(rows.enumerated().allSatisfy { own.contains($0.offset % 4) || $0.element[signal + 1] == nil })
    }
    #expect(rows[2][0] == 0.005)
    #expect(rows[4][0] == 0.01)
  }

  @Test("An ECG of several samples a frame is told and written at its own rate, derived leads too")
  func framedECG() throws {
    let folder = try TemporaryFolder()
    let names = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"]
    let lines = names.map { "r.dat 16x2 1000(0)/mV 16 0 0 0 0 \($0)" } + ["r.dat 16 1000(0)/mV 16 0 0 0 0 aVF"]
    let frames = (0..<4).map { frame in (0..<17).map { Int16(frame * 17 + $0) } }
    let reference = try folder.record("r", header: "r 9 250 4\n" + lines.joined(separator: "\n") + "\n", samples: frames.flatMap { $0 })
    let rows = try convert(reference, to: folder.path + "/o.csv").text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows.count == 9 && rows[2].prefix(4).joined(separator: " ") == "0.002 0.001 0.003 0.002")
    #expect(rows[1][6] == "0.016" && rows[2][6].isEmpty, "aVF has every other sample")
    let facts = try RecordFile.inspect(reference)
    #expect(facts.samplingRateHertz == 500 && facts.sampleCount == 8 && facts.durationSeconds == 8.0 / 500)
  }

  @Test("One fast signal among very many slow ones makes no table that is all but empty")
  func farApart() throws {
    let folder = try TemporaryFolder()
    let signals = (0..<2000).map { Signal(name: "s\($0)", samples: .digital([0], gain: 1, baseline: 0)) }
    let fast = Signal(name: "fast", samplesPerFrame: 100_000, samples: .digital(Array(repeating: 0, count: 100_000), gain: 1, baseline: 0))
    let record = SignalRecord(name: "r", samplingRateHertz: 1, frameCount: 1, signals: signals + [fast])
    #expect(throws: ECGFileError.self) { try SignalCSVWriter.write(record, to: folder.url.appendingPathComponent("r.csv")) }
    #expect(folder.fileNames.isEmpty)
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
