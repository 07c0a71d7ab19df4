import ECG
import ECGFiles
import Foundation
import TestSupport
import Testing

/// Bit equality with wfdb-python; Tests/Oracles/wfdb_formats.py made the values.
struct WFDBGoldenTests {
  struct ExpectedRecord: Decodable {
    let fs: Double
    let signals: [[Int32?]]?
    let physical: [[Double?]]?
    let frame_means: [[Double?]]?
  }

  struct Digests: Decodable {
    struct Line: Decodable {
      let name: String
      let unit: String
      let gain: Double
      let baseline: Int
      let samples_per_frame: Int
      let count: Int
      let first: [Int64]
      let digest: String
    }
    let fs: Double
    let signals: [Line]
  }

  static func golden<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: Checkout.golden("ECGFiles/" + name)))
  }

  static func reference(_ name: String) throws -> RecordReference {
    try #require(RecordLocator.references(at: Checkout.golden("ECGFiles/records/" + name).path).first)
  }

  @Test("Every signal format, skew, samples a frame, byte offset and layout of segments reads as it was written")
  func inventedRecords() throws {
    let expected = try Self.golden("records.json", as: [String: ExpectedRecord].self)
    #expect(expected.count == 19)
    for (name, values) in expected {
      let record = try RecordFile.read(Self.reference(name))
      #expect(record.samplingRateHertz == values.fs, "\(name)")
      if let signals = values.signals { #expect(record.signals.map(\.digits) == signals, "\(name)") }
      if let physical = values.physical { #expect(record.signals.map(\.physicalValues) == physical, "\(name)") }
      #expect(record.warnings.isEmpty, "\(name): \(record.warnings)")
    }
  }

  @Test("The beginning of a record is the beginning of what reads whole")
  func beginnings() throws {
    var compared = 0
    for name in try Self.golden("records.json", as: [String: ExpectedRecord].self).keys {
      let whole = try RecordFile.read(Self.reference(name))
      let seconds = Double(whole.frameCount) / whole.samplingRateHertz
      #expect(try RecordFile.open(Self.reference(name)).beginning(seconds: 2 * seconds) == nil, "\(name)")
      guard let part = try RecordFile.open(Self.reference(name)).beginning(seconds: seconds / 2) else { continue }
      compared += 1
      #expect(part.frameCount == Int(seconds / 2 * whole.samplingRateHertz) && part.warnings.isEmpty)
      for (half, all) in zip(part.signals, whole.signals) { #expect(half.digits == Array(all.digits.prefix(half.digits.count)), "\(name)") }
    }
    #expect(compared >= 10)
  }

  @Test("A record of two segments keeps its integers where they share a calibration, and becomes physical where they do not")
  func segmentCalibration() throws {
    let fixed = try RecordFile.read(Self.reference("fixed"))
    #expect(fixed.frameCount == 45)
    #expect(fixed.patient.ageYears == 61)
    #expect(fixed.signals[0].digits[20..<30].allSatisfy { $0 == nil })
    let variable = try RecordFile.read(Self.reference("variable"))
    #expect(variable.signals.map(\.name) == ["II", "V", "RESP"])
    #expect(variable.signals[0].digits.count == 26)
    #expect(variable.signals[1].digits.isEmpty)  // 300 and then 150 steps a millivolt
    #expect(variable.signals[1].samples.count == 26)
  }

  @Test("Real records in every format have the samples that wfdb-python reads")
  func realRecords() throws {
    guard let folder = Checkout.shared("ecg/formats/wfdb") else { return }
    for (path, expected) in try Self.golden("digests.json", as: [String: Digests].self) {
      let reference = try #require(RecordLocator.references(at: folder.appendingPathComponent(path).path).first)
      let record = try RecordFile.read(reference)
      #expect(record.samplingRateHertz == expected.fs)
      #expect(record.signals.count == expected.signals.count)
      for (signal, line) in zip(record.signals, expected.signals) {
        guard case .digital(let values, let gain, let baseline) = signal.samples else {
          Issue.record("\(path) \(line.name): expected the converter's integers")
          continue
        }
        #expect(signal.name == line.name && signal.unit == line.unit && signal.samplesPerFrame == line.samples_per_frame)
        #expect(gain == line.gain && baseline == line.baseline && values.count == line.count)
        #expect(values.prefix(5).map { Int64($0) } == line.first)
        #expect(Self.digest(values) == line.digest, "\(path) \(line.name)")
      }
    }
  }

  @Test("All real records of the checkout's neighbour read with the checksums of their headers")
  func checksumsOfAllRealRecords() throws {
    guard let folder = Checkout.shared("ecg") else { return }
    let references = try RecordLocator.references(at: folder.path)
    #expect(references.count > 1000)
    var warnings: [String] = []
    // What another reader makes of a record in another format lies beside it, without the signal file that its header names.
    // FLAC is not read; what is compressed by it is refused.
    for reference in references where !reference.name.hasSuffix(".expected") && !reference.name.hasPrefix("flac") {
      warnings += try RecordFile.read(reference).warnings.map { "\(reference.name): \($0)" }
    }
    // The one header among them that was edited by hand.
    #expect(warnings == ["test01_00s_skewframe: lead ECG_3: the first sample is -66, but the header says -57"])
  }

  /// FNV-1a over 64-bit words.
  private static func digest(_ values: [Int32]) -> String {
    var result: UInt64 = 0xCBF2_9CE4_8422_2325
    for value in values { result = (result ^ UInt64(bitPattern: Int64(value))) &* 0x100_0000_01B3 }
    let digits = String(result, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
