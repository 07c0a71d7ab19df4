import ECG
import ECGSignal
import Foundation
import Testing

/// Measurements of hearts whose boundaries, rate and axis are known because they were made.
@Suite struct MeasurementSyntheticTests {
  /// A recording of a recipe.
  static func recording(_ recipe: RecordingRecipe, seed: UInt64 = 5) throws -> Recording {
    try Recording(Synthesizer(seed: seed).record(recipe))
  }

  static func recipe(
    _ name: String = "heart", axis: Double = 50, conduction: Conduction = .normal, recovery: Recovery = .usual, voltage: Double = 1,
    beatsPerMinute: Double = 70, prematureBeatEvery: Int? = nil, noise: NoiseSettings = .quiet, rate: Double = 500, seconds: Double = 10
  ) -> RecordingRecipe {
    RecordingRecipe(
      name, "", patient: Patient(), labels: [], axis: axis, conduction: conduction, recovery: recovery, voltage: voltage,
      rhythm: .sinus(beatsPerMinute: beatsPerMinute), prematureBeatEvery: prematureBeatEvery, noise: noise,
      recorder: Recorder(samplingRateHertz: rate, durationSeconds: seconds))
  }

  @Test(arguments: Conduction.allCases) func axisIsThatOfTheHeart(conduction: Conduction) throws {
    for axis in stride(from: -170.0, through: 170, by: 40) {
      let measured = Measurements(of: try Self.recording(Self.recipe("\(axis)", axis: axis, conduction: conduction)))
      let degrees = try #require(measured[.qrsAxis].value)
      #expect(abs(Self.turn(from: axis, to: degrees)) < 6, "\(conduction) \(axis): \(degrees)")
      let interval = try #require(measured.qrsAxisInterval)
      #expect(Self.turn(from: interval.low, to: degrees) >= 0 && Self.turn(from: degrees, to: interval.high) >= 0)
    }
  }

  @Test(arguments: [25.0, 30, 40, 60, 80, 100, 130, 160, 190, 220, 250]) func everyBeatOfEveryRateIsFoundOnce(beatsPerMinute: Double) throws
  {
    let measured = Measurements(of: try Self.recording(Self.recipe(beatsPerMinute: beatsPerMinute, seconds: 20)))
    let rate = try #require(measured[.heartRate].value)
    #expect(abs(rate / beatsPerMinute - 1) < 0.02, "\(rate)")
    let longest = try #require(measured[.rrMaximum].value)
    let shortest = try #require(measured[.rrMinimum].value)
    #expect(longest < 1.2 * shortest)
    #expect(measured.beats.allSatisfy { $0.kind == .normal })
  }

  @Test(arguments: [257.0, 300, 360, 400, 512, 1000]) func theSamplingRateDoesNotMatter(rate: Double) throws {
    let reference = Measurements(of: try Self.recording(Self.recipe()))
    let other = Measurements(of: try Self.recording(Self.recipe(rate: rate)))
    #expect(reference.beats.count == other.beats.count)
    for quantity in [MeasuredQuantity.heartRate, .pDuration, .prInterval, .qrsDuration, .qtInterval, .qrsAxis] {
      let expected = try #require(reference[quantity].value)
      let value = try #require(other[quantity].value)
      #expect(abs(value - expected) < 6, "\(quantity.key) \(value) \(expected)")
    }
  }

  @Test func intervalsAreThoseOfTheHeart() throws {
    let heart = HeartModel(conduction: .normal, qrsAxisDegrees: 50)
    let measured = Measurements(of: try Self.recording(Self.recipe(beatsPerMinute: 60, noise: .none)))
    // Readers put the ends of a Gaussian wave two to three deviations from its peak.
    func span(_ waves: [Wave], _ deviations: Double) -> (start: Double, end: Double) {
      (
        waves.map { $0.peakMilliseconds - deviations * $0.riseMilliseconds }.min() ?? 0,
        waves.map { $0.peakMilliseconds + deviations * $0.fallMilliseconds }.max() ?? 0
      )
    }
    let (p, qrs, t) = (span(heart.atrialWaves, 2.3), span(heart.ventricularWaves, 2.3), span(heart.recoveryWaves, 2.3))
    #expect(abs(try #require(measured[.pDuration].value) - (p.end - p.start)) < 25)
    #expect(abs(try #require(measured[.qrsDuration].value) - (qrs.end - qrs.start)) < 20)
    #expect(abs(try #require(measured[.prInterval].value) - (154 + qrs.start - p.start)) < 20)
    #expect(abs(try #require(measured[.qtInterval].value) - (t.end - qrs.start)) < 30)
  }

  @Test func prematureVentricularBeatsAreVentricular() throws {
    let measured = Measurements(of: try Self.recording(Self.recipe(beatsPerMinute: 72, prematureBeatEvery: 5, seconds: 20)))
    let ventricular = measured.beats.filter { $0.kind == .ventricular }
    #expect(ventricular.count >= 3)
    #expect(ventricular.allSatisfy { $0.waves.p == nil && $0.shape != 0 })
    #expect(measured.beats.count { $0.kind == .normal } == measured.beats.count - ventricular.count)
    #expect(measured.shapes.map(\.kind).contains(.ventricular))
  }

  @Test func aBeatThatComesEarlyInTheUsualShapeIsSupraventricular() throws {
    let recording = try Self.recording(Self.recipe(beatsPerMinute: 60))
    let original = Measurements(of: recording)
    let (end, next) = try (#require(original.beats[4].waves.t?.offset), #require(original.beats[5].waves.p?.onset))
    let cut = end + 10..<next - 10
    #expect(cut.count > 100)
    let early = Measurements(
      of: Recording(
        name: "early", samplingRateHertz: 500,
        millivolts: Lead.allCases.flatMap { lead in
          let samples = Array(recording[lead])
          return samples[..<cut.lowerBound] + samples[cut.upperBound...]
        }))
    #expect(early.beats.map(\.kind).enumerated().filter { $0.element != .normal }.map(\.offset) == [5])
    #expect(early.beats[5].kind == .supraventricular)
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>) func atrialFibrillationHasNoPWaves(seed: UInt64) throws {
    let recipe = RecordingRecipe(
      "fibrillation", "", patient: Patient(), labels: [], axis: 40, rhythm: .atrialFibrillation(beatsPerMinute: 88))
    let measured = Measurements(of: try Self.recording(recipe, seed: seed))
    #expect(measured[.prInterval] == .missing(.noPWaves))
    #expect(measured[.pAxis] == .missing(.noPWaves))
    #expect(measured.rhythm?.isIrregular == true)
    #expect(measured[.qrsDuration].value != nil)
  }

  /// From one direction to another the shorter way, in degrees.
  static func turn(from start: Double, to end: Double) -> Double { (end - start + 540).truncatingRemainder(dividingBy: 360) - 180 }
}
