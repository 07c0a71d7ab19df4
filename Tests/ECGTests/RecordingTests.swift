import ECG
import Testing

@Suite struct RecordingTests {
  private func signal(_ name: String, _ values: [Int32], gain: Double = 1000, baseline: Int = 0, unit: String = "mV") -> Signal {
    Signal(name: name, unit: unit, samples: .digital(values, gain: gain, baseline: baseline))
  }

  private func record(_ signals: [Signal], frames: Int = 2) -> SignalRecord {
    SignalRecord(name: "r", samplingRateHertz: 500, frameCount: frames, signals: signals)
  }

  @Test func convertsByEachSignalsGainAndBaseline() throws {
    let recording = try Recording(
      record([
        signal("V2", [1000, -500]), signal("v1", [100, 300], gain: 200, baseline: 100), signal("V3", [7, -7], gain: 1, unit: "uV"),
        signal("V4", [1, 2], gain: 1, unit: "V"), signal("V5", [SignalSamples.missing, 2000]),
      ]))
    #expect(Array(recording[.v2]) == [1, -0.5])
    #expect(Array(recording[.v1]) == [0, 1])
    #expect(abs(recording[.v3][recording[.v3].startIndex] - 0.007) < 1e-9)
    #expect(Array(recording[.v4]) == [1000, 2000])
    #expect(recording[.v5].first?.isNaN == true && recording[.v5].last == 2)
    #expect(recording.absentLeads == [.i, .ii, .iii, .aVR, .aVL, .aVF, .v6])
    #expect(Array(recording[.v6]) == [0, 0])
  }

  @Test func derivesLimbLeadsFromAnyTwo() throws {
    let recording = try Recording(record([signal("III", [-1000, 200]), signal("I", [700, 100])]))
    #expect(recording.derivedLeads == [.ii, .aVR, .aVL, .aVF])
    #expect(zip(recording[.ii], [-0.3, 0.3]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(recording.absentLeads == Lead.chest)
  }

  @Test func twelveLeadsTakeNoMoreMemoryThanTheirFilesJustify() throws {
    var record = record([signal("II", [1, 2])])
    // Twelve leads of two samples in single precision, and the signal itself.
    record.memoryLimit = 12 * 2 * 4 + 2 * 4
    #expect(try Recording(record).sampleCount == 2)
    record.memoryLimit = 12 * 2 * 4 + 2 * 4 - 1
    #expect(throws: RecordingError.tooLong(record: "r", samples: 2, byteCount: 104, limit: 103)) { try Recording(record) }
  }

  @Test func oneLimbLeadAloneDerivesNothing() throws {
    let recording = try Recording(record([signal("II", [1, 2])]))
    #expect(recording.derivedLeads.isEmpty)
    #expect(recording.absentLeads.count == 11)
  }

  @Test func twoSignalsOfOneLeadAreNamed() {
    #expect(throws: RecordingError.duplicateLead(record: "r", lead: .aVR, signalNames: ["AVR", "avr"])) {
      try Recording(record([signal("AVR", [1, 2]), signal("avr", [1, 2])]))
    }
  }

  @Test func withoutAnyLeadItIsNoECG() {
    #expect(throws: RecordingError.noLeads(record: "r", signalNames: ["MLII", "PLETH"])) {
      try Recording(record([signal("MLII", [1, 2]), signal("PLETH", [1, 2])]))
    }
  }

  @Test func aLeadInBarIsNoECG() {
    #expect(throws: RecordingError.notAVoltage(record: "r", lead: .i, unit: "bar")) {
      try Recording(record([signal("I", [1, 2], unit: "bar")]))
    }
  }

  @Test func otherSignalsStayOutOfTheTwelve() throws {
    let recording = try Recording(record([signal("I", [1, 2]), signal("RESP", [1, 2])]))
    #expect(recording.extraSignals == ["RESP"])
  }

  @Test func leadsWithSeveralSamplesAFrameAreAnECGAtTheirOwnRate() throws {
    var fast = signal("V1", [1000, 3000, -1000, -2000])
    fast.samplesPerFrame = 2
    let recording = try Recording(record([fast, signal("RESP", [1, 2])]))
    #expect(Array(recording[.v1]) == [1, 3, -1, -2])
    #expect(recording.samplingRateHertz == 1000 && recording.durationSeconds == 0.004)
    #expect(!recording.warnings.contains { $0.kind == .rate })
  }

  @Test func aSlowerLeadIsInterpolatedToTheRateOfTheFastestAndSaidToBe() throws {
    var fast = signal("V1", [1, 2, 3, 4, 5, 6])
    fast.samplesPerFrame = 3
    var slower = signal("V3", [6, 12, 18, SignalSamples.missing])
    slower.samplesPerFrame = 2
    let recording = try Recording(record([fast, signal("V2", [3000, 6000]), slower]))
    #expect(Array(recording[.v2]) == [3, 4, 5, 6, 6, 6])
    let thirds = Array(recording[.v3]).map { ($0 * 1000).rounded() }
    #expect(thirds.prefix(4).elementsEqual([6, 10, 14, 18]) && thirds[4].isNaN && thirds[5].isNaN)
    #expect(recording.warnings.count { $0.kind == .rate } == 2)
  }

  @Test(arguments: ["-aVR", "\u{2212}aVR", "ECG -avr", "lead \u{2212}AVR"])
  func aLeadOfTheOppositeSignIsTurnedOverAndSaidToBe(name: String) throws {
    let recording = try Recording(record([signal(name, [500, 0]), signal("aVF", [100, 200])]))
    #expect(Array(recording[.aVR]) == [-0.5, 0])
    #expect(recording[.aVR].last?.sign == .plus)
    #expect(recording.warnings.contains { $0.kind == .invertedLead && $0.description.contains(name) })
    #expect(throws: RecordingError.self) { try Recording(record([signal("aVR", [1, 2]), signal(name, [1, 2])])) }
  }

  @Test func whatIsMissingOrTooLittleIsSaid() throws {
    var values = [Int32](repeating: SignalSamples.missing, count: 2000)
    values[0] = 5
    let empty = try Recording(record(Lead.chest.map { signal($0.name, values) }, frames: 2000)).warnings
    #expect(empty.map(\.kind) == [.missingSamples])
    #expect(empty.first?.description == "99.9 % of the samples are missing, of lead V1 99.9 %")
    #expect(empty.cautions == ["99.9 % missing"])
    let brief = try Recording(record([signal("I", [1, 2]), signal("II", [3, 5])])).warnings
    #expect(brief.map(\.kind) == [.short, .fewLeads])
    #expect(brief.cautions == ["only 0.004 s", "2 of 12 leads"])
    let whole = try Recording(record(Lead.chest.map { signal($0.name, (0..<2000).map { Int32($0 % 400) }) }, frames: 2000)).warnings
    #expect(whole.isEmpty)
    func flat(_ count: Int) throws -> [RecordWarning] {
      let leads = Lead.chest.enumerated().map { number, lead in
        signal(lead.name, number < count ? [Int32](repeating: 7, count: 2000) : (0..<2000).map { Int32($0 % 400) })
      }
      return try Recording(record(leads, frames: 2000)).warnings.filter { $0.kind == .flatLeads }
    }
    #expect(try flat(0).isEmpty && flat(1).map(\.description) == ["V1 never changes; expected a signal in each lead"])
    #expect(try flat(2).cautions == ["V1 V2 flat"] && flat(3).cautions == ["3 leads flat"])
    #expect(try flat(3).map(\.description) == ["V1 V2 V3 never change; expected a signal in each lead"])
    #expect(try flat(6).map(\.description) == ["no recorded lead ever changes; expected a signal in each lead"])
    let huge = try Recording(record(Lead.chest.map { signal($0.name, (0..<2000).map { Int32($0 % 400) }, gain: 1) }, frames: 2000)).warnings
    #expect(huge.map(\.kind) == [.gain] && huge.cautions == ["gain wrong?"])
  }

  @Test func contradictingLimbLeadsAreToldOf() throws {
    let good = try Recording(record([signal("I", [100, 900]), signal("II", [400, 600]), signal("III", [300, -300])]))
    #expect(!good.warnings.contains { $0.kind == .leadContradiction })
    let swapped = try Recording(record([signal("I", [400, 600]), signal("II", [100, 900]), signal("III", [300, -300])]))
    let told = swapped.warnings.filter { $0.kind == .leadContradiction }
    #expect(told.count == 1 && told.first?.description.contains("III") == true)
  }

  @Test func theDigestIsOfTheSignalAndNotOfTheLabels() throws {
    let signals = [signal("I", [1, 2]), signal("II", [3, 4])]
    let plain = try Recording(record(signals))
    var labelled = record(signals)
    labelled.diagnoses = ["39732003"]
    labelled.name = "other"
    #expect(try Recording(labelled).digest() == plain.digest())
    #expect(plain.digest().description.count == 64)
    let changed = try Recording(record([signal("I", [1, 3]), signal("II", [3, 4])]))
    #expect(changed.digest() != plain.digest())
    var faster = record(signals)
    faster.samplingRateHertz = 1000
    #expect(try Recording(faster).digest() != plain.digest())
  }
}
