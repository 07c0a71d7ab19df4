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

  @Test func severalSamplesAFrameAreAveraged() throws {
    var fast = signal("V1", [1000, 3000, -1000, -2000])
    fast.samplesPerFrame = 2
    #expect(Array(try Recording(record([fast]))[.v1]) == [2, -1.5])
  }

  @Test func contradictingLimbLeadsAreToldOf() throws {
    let good = try Recording(record([signal("I", [100, 900]), signal("II", [400, 600]), signal("III", [300, -300])]))
    #expect(good.warnings.isEmpty)
    let swapped = try Recording(record([signal("I", [400, 600]), signal("II", [100, 900]), signal("III", [300, -300])]))
    #expect(swapped.warnings.count == 1)
    #expect(swapped.warnings.first?.description.contains("III") == true)
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
