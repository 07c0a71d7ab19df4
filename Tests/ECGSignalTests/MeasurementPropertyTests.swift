import ECG
import ECGSignal
import Foundation
import Testing

/// How measurements change, or do not, when a recording is changed in a known way.
@Suite struct MeasurementPropertyTests {
  private static func recording() throws -> Recording {
    try MeasurementSyntheticTests.recording(
      MeasurementSyntheticTests.recipe(axis: 35, noise: NoiseSettings(baselineWander: 0.05, muscle: 0.01)))
  }

  /// The recording with every lead's samples changed.
  private static func changed(_ recording: Recording, _ change: (Lead, [Float]) -> [Float]) -> Recording {
    Recording(
      name: recording.name, samplingRateHertz: recording.samplingRateHertz,
      millivolts: Lead.allCases.flatMap { change($0, Array(recording[$0])) }, sources: recording.sources)
  }

  @Test(arguments: [0.1, 0.5, 3, 20] as [Float]) func gainMovesAmplitudesAndNothingElse(gain: Float) throws {
    let original = Measurements(of: try Self.recording())
    let scaled = Measurements(of: Self.changed(try Self.recording()) { _, samples in samples.map { $0 * gain } })
    #expect(original.beats.count == scaled.beats.count)
    for (before, after) in zip(original.beats, scaled.beats) {
      #expect(abs(before.rPeak - after.rPeak) <= 1)
      #expect(abs((before.waves.qrs?.onset ?? 0) - (after.waves.qrs?.onset ?? 0)) <= 2)
      #expect(abs((before.waves.t?.offset ?? 0) - (after.waves.t?.offset ?? 0)) <= 2)
    }
    for lead in Lead.allCases {
      let (before, after) = (original.leads[lead.rawValue], scaled.leads[lead.rawValue])
      #expect(abs((after.rMillivolts ?? 0) - (before.rMillivolts ?? 0) * Double(gain)) < 0.02 * Double(gain))
    }
    #expect(abs((original[.qrsAxis].value ?? 0) - (scaled[.qrsAxis].value ?? 99)) < 0.5)
  }

  @Test(arguments: [1, 2, 77, 500]) func timeShiftMovesMarksAndNothingElse(shift: Int) throws {
    let original = Measurements(of: try Self.recording())
    let shifted = Measurements(of: Self.changed(try Self.recording()) { _, samples in Array(samples.dropFirst(shift)) })
    let rate = try #require(original[.qrsDuration].value)
    #expect(abs(rate - (shifted[.qrsDuration].value ?? 0)) < 3)
    for beat in shifted.beats where beat.rPeak > 400 {
      let twin = original.beats.min { abs($0.rPeak - shift - beat.rPeak) < abs($1.rPeak - shift - beat.rPeak) }
      let expected = try #require(twin)
      #expect(abs(expected.rPeak - shift - beat.rPeak) <= 1)
      #expect(abs((expected.waves.p?.onset ?? 0) - shift - (beat.waves.p?.onset ?? -shift)) <= 4)
      #expect(abs((expected.waves.t?.offset ?? 0) - shift - (beat.waves.t?.offset ?? -shift)) <= 4)
    }
  }

  @Test func exchangedChestLeadsExchangeTheirResults() throws {
    let recording = try Self.recording()
    let original = Measurements(of: recording)
    let exchanged = Measurements(
      of: Self.changed(recording) { lead, samples in
        lead.isLimb ? samples : Array(recording[Lead.chest[5 - (lead.rawValue - 6)]])
      })
    #expect(original.rPeaks == exchanged.rPeaks)
    #expect(abs((original[.qrsAxis].value ?? 0) - (exchanged[.qrsAxis].value ?? 99)) < 0.1)
    for (index, lead) in Lead.chest.enumerated() {
      let twin = Lead.chest[5 - index]
      #expect(abs((original.leads[lead.rawValue].rMillivolts ?? 0) - (exchanged.leads[twin.rawValue].rMillivolts ?? 9)) < 0.01)
      for (before, after) in zip(original.beats, exchanged.beats) {
        #expect(abs((before[lead].qrs?.onset ?? 0) - (after[twin].qrs?.onset ?? -9)) <= 1)
      }
    }
  }

  /// As in files whose headers give each lead a gain that is not the signal's: the axes are those of the signal, the amplitudes those of the file.
  @Test func gainsThatContradictOneAnotherTurnNoAxis() throws {
    let recording = try Self.recording()
    let original = Measurements(of: recording)
    #expect(original.limbFactors == Lead.limb.map { _ in 1 })
    let gains: [Float] = [1.9, 0.7, 0.8, 1.3, 1, 0.6]
    let scaled = Self.changed(recording) { lead, samples in lead.isLimb ? samples.map { gains[lead.rawValue] * $0 } : samples }
    let measured = Measurements(of: scaled)
    let products = zip(measured.limbFactors, gains).map { $0 * Double($1) }
    #expect(products.allSatisfy { abs($0 / products[0] - 1) < 0.02 })
    for quantity in [MeasuredQuantity.qrsAxis, .tAxis] {
      #expect(abs((original[quantity].value ?? 0) - (measured[quantity].value ?? 99)) < 1)
    }
    #expect(abs((original.leads[0].rMillivolts ?? 0) * 1.9 - (measured.leads[0].rMillivolts ?? 0)) < 0.02)
    // Without the sixth lead they cannot be told, and the axis is what the gains make it.
    let derived = Recording(
      name: "", samplingRateHertz: scaled.samplingRateHertz, millivolts: scaled.millivolts,
      sources: scaled.sources.enumerated().map { $0.offset == 5 ? .derived : $0.element })
    #expect(Measurements(of: derived).limbFactors == Lead.limb.map { _ in 1 })
  }

  @Test(arguments: Lead.allCases) func aLeadThatIsOffHarmsNoOther(off: Lead) throws {
    let recording = try Self.recording()
    let original = Measurements(of: recording)
    for value in [Float.nan, 0, 4] {
      let measured = Measurements(
        of: Self.changed(recording) { lead, samples in lead == off ? samples.map { _ in value } : samples })
      #expect(measured.beats.count == original.beats.count)
      #expect(measured.beats.allSatisfy { $0[off].qrs == nil })
      #expect(abs((original[.qrsDuration].value ?? 0) - (measured[.qrsDuration].value ?? 0)) < 6)
      #expect(abs((original[.prInterval].value ?? 0) - (measured[.prInterval].value ?? 0)) < 8)
    }
  }

  @Test func oneLeadIsEnoughForBeats() throws {
    let recording = try Self.recording()
    let expected = Measurements(of: recording).beats.count
    for only in [Lead.ii, .v2, .v5] {
      let sources = Lead.allCases.map { $0 == only ? LeadSource.recorded : .absent }
      let millivolts = Lead.allCases.flatMap { lead in
        lead == only ? Array(recording[lead]) : Array(repeating: 0, count: recording.sampleCount)
      }
      let measured = Measurements(of: Recording(name: "", samplingRateHertz: 500, millivolts: millivolts, sources: sources))
      #expect(measured.beats.count == expected, "\(only)")
      #expect(measured[.qrsAxis] == .missing(.tooFewLimbLeads))
      #expect(measured[.heartRate].value != nil)
    }
  }

  @Test func whatCannotBeMeasuredSaysWhy() {
    func measured(seconds: Double, rate: Double = 500, _ value: (Int) -> Float) -> Measurements {
      let count = Int(seconds * rate)
      return Measurements(
        of: Recording(name: "", samplingRateHertz: rate, millivolts: (0..<12).flatMap { _ in (0..<count).map(value) }))
    }
    let expectations: [(Measurements, MeasurementGap)] = [
      (measured(seconds: 10) { _ in 0 }, .noBeats), (measured(seconds: 10) { _ in .nan }, .noBeats),
      (measured(seconds: 0.1) { _ in 1 }, .noSignal), (measured(seconds: 10, rate: 20) { Float($0 % 7) }, .badRate),
      (measured(seconds: 1e-6, rate: 1e9) { Float($0) }, .badRate),
      (measured(seconds: 10) { $0 == 2500 ? .infinity : 0 }, .noBeats), (measured(seconds: 0) { _ in 0 }, .noSignal),
    ]
    for (measured, reason) in expectations {
      #expect(measured.beats.isEmpty)
      for quantity in MeasuredQuantity.allCases { #expect(measured[quantity] == .missing(reason)) }
      #expect(measured.qrsAxisInterval == nil && measured.usualShape == nil)
    }
  }

  @Test func noiseOfEveryKindGivesFiniteFigures() {
    var generator = SeededGenerator(seed: 9)
    for rate in [100.0, 257, 500, 1000] {
      for size in [Float(0.001), 1, 1e5, 1e30] {
        let count = Int(3 * rate)
        let millivolts = (0..<12 * count).map { _ in size * Float(generator.normal()) }
        let measured = Measurements(of: Recording(name: "", samplingRateHertz: rate, millivolts: millivolts))
        for quantity in MeasuredQuantity.allCases { #expect(measured[quantity].value?.isFinite ?? true) }
        for beat in measured.beats { #expect((0..<count).contains(beat.rPeak)) }
        #expect(measured.rPeaks == measured.rPeaks.sorted())
      }
    }
  }
}
