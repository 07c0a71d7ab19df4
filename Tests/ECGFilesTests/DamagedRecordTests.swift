import ECG
import ECGFiles
import Foundation
import TestSupport
import Testing

/// Damage of every kind gets an answer or a refusal, never a crash; and a long record opens fast.
struct DamagedRecordTests {
  /// The generator SplitMix64, so that a failure can be repeated.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  @Test("Mutated headers and cut signal files never crash the reader")
  func mutations() throws {
    let source = Checkout.golden("ECGFiles/records")
    let folder = try TemporaryFolder()
    let files = try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
    for file in files {
      try FileManager.default.copyItem(at: source.appendingPathComponent(file), to: folder.url.appendingPathComponent(file))
    }
    let headers = try files.filter { $0.hasSuffix(".hea") }.map { ($0, try Data(contentsOf: source.appendingPathComponent($0))) }
    let fragments = [
      "-", "/", "x", ":", "+", "(", ")", "999999999999", "0", "\n", " ", "\t", "~", "#", "\0", "1e308", "16", "212", "é", "<age>:", "..",
    ]
    var generator = Generator(state: 2)
    var read = 0
    var refused = 0
    for _ in 0..<500 {
      let (name, original) = headers[Int.random(in: 0..<headers.count, using: &generator)]
      var bytes = Array(original)
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &generator)))
        case 2: bytes.insert(contentsOf: Array(fragments[Int.random(in: 0..<fragments.count, using: &generator)].utf8), at: place)
        default: bytes = Array(bytes[..<place])
        }
      }
      try folder.write(name, bytes)
      let reference = folder.reference(String(name.dropLast(4)))
      do {
        let record = try RecordFile.read(reference)
        for signal in record.signals { #expect(signal.samples.count == record.frameCount * signal.samplesPerFrame) }
        _ = try? Recording(record)
        read += 1
      } catch let error as ECGFileError {
        #expect(!error.description.isEmpty)
        refused += 1
      }
      _ = try? RecordFile.inspect(reference)
      try folder.write(name, Array(original))
    }
    #expect(read > 50 && refused > 50)
  }

  @Test("A signal file that is cut anywhere is refused, naming both lengths", arguments: ["16", "212", "310", "311", "24", "8"])
  func cutFiles(_ format: String) throws {
    let folder = try TemporaryFolder()
    let source = Checkout.golden("ECGFiles/records/format" + format)
    let samples = try Array(Data(contentsOf: source.appendingPathExtension("dat")))
    try folder.write("format\(format).hea", Array(Data(contentsOf: source.appendingPathExtension("hea"))))
    for count in stride(from: 0, to: samples.count, by: 7) {
      try folder.write("format\(format).dat", Array(samples[..<count]))
      #expect(throws: ECGFileError.shortSignalFile(file: "format\(format).dat", expectedBytes: samples.count, foundBytes: count)) {
        try RecordFile.read(folder.reference("format" + format))
      }
    }
  }

  @Test("Half an hour of twelve leads at 1000 Hz is read whole, in a fraction of a second")
  func halfAnHour() throws {
    let folder = try TemporaryFolder()
    let frames = 1_800_000
    let lead = (0..<frames).map { Int32(truncatingIfNeeded: $0 &* 2_654_435_761) >> 16 | 1 }
    let names = Lead.allCases.map(\.name)
    let signals = names.enumerated().map { index, name in
      Signal(name: name, samples: .digital(lead.map { $0 ^ Int32(index) << 1 }, gain: 1000, baseline: 0))
    }
    let written = SignalRecord(name: "long", samplingRateHertz: 1000, frameCount: frames, signals: signals)
    try WFDBWriter.write(written, to: folder.url.appendingPathComponent("long"))
    let start = ContinuousClock.now
    let record = try RecordFile.read(folder.reference("long"))
    let time = ContinuousClock.now - start
    #expect(time < .seconds(5), "took \(time)")
    #expect(record.warnings.isEmpty)
    #expect(record.frameCount == frames)
    for (index, signal) in record.signals.enumerated() {
      guard case .digital(let values, _, _) = signal.samples else { return }
      #expect(values.elementsEqual(lead.lazy.map { $0 ^ Int32(index) << 1 }))
    }
  }
}
