import ECG
import ECGSignal
import Foundation
import SEResNet
import Testing
import Training
import Workbench

/// The measurements that networks take beside the signal.
@Suite struct MeasuredFeaturesTests {
  private let features = MeasuredFeatures()

  private func recording(axis: Double = 50, beatsPerMinute: Double = 70, voltage: Double = 1) throws -> Recording {
    let recipe = RecordingRecipe(
      "heart", "", patient: Patient(), labels: [], axis: axis, voltage: voltage, rhythm: .sinus(beatsPerMinute: beatsPerMinute),
      noise: .quiet, recorder: Recorder(samplingRateHertz: 500, durationSeconds: 10))
    return try Recording(Synthesizer(seed: 5).record(recipe))
  }

  /// What can be measured, by name.
  private func named(_ recording: Recording, without leftOut: Set<Lead> = []) -> [String: Double] {
    let values = zip(features.names, features.values(of: recording, without: leftOut))
    return Dictionary(uniqueKeysWithValues: values.compactMap { name, value in value.map { (name, $0) } })
  }

  @Test func namesDifferAndEachHasAValue() throws {
    #expect(Set(features.names).count == features.names.count)
    let values = features.values(of: try recording(), without: [])
    #expect(values.count == features.names.count)
    #expect(values.allSatisfy { $0?.isFinite ?? true })
    #expect(values.count { $0 != nil } == values.count, "of a clean recording all can be measured")
  }

  @Test(arguments: [-60.0, 20, 110]) func theyTellRateAndAxis(axis: Double) throws {
    let values = named(try recording(axis: axis, beatsPerMinute: 90))
    let radians = axis * Double.pi / 180
    let expected: [(name: String, value: Double, tolerance: Double)] = [
      ("rate_bpm", 90, 2), ("qrs_axis_sin", sin(radians), 0.12), ("qrs_axis_cos", cos(radians), 0.12), ("no_p_waves", 0, 0),
    ]
    for (name, value, tolerance) in expected {
      let found = try #require(values[name])
      #expect(abs(found - value) <= tolerance, "\(name)")
    }
    let shares = Lead.limb.compactMap { values["net_qrs_\($0.name)"] }
    #expect(shares.count == 6)
    let total = shares.map { abs($0) }.reduce(0, +)
    #expect(abs(total - 1) < 1e-9)
  }

  @Test func noneIsAVoltage() throws {
    let recording = try recording()
    let louder = Recording(
      name: "louder", samplingRateHertz: recording.samplingRateHertz, millivolts: recording.millivolts.map { 2 * $0 },
      sources: recording.sources)
    let (quiet, loud) = (named(recording), named(louder))
    for (name, value) in quiet {
      let found = try #require(loud[name])
      #expect(abs(found - value) < 1e-3 * max(1, abs(value)), "\(name)")
    }
  }

  @Test func whatALeftOutLeadTellsIsUnknown() throws {
    let values = named(try recording(), without: [.aVL, .v3])
    #expect(values["t_V3"] == nil && values["r_share_V3"] == nil)
    #expect(values["net_qrs_I"] == nil, "a share of six leads needs all six")
    #expect(values["rate_bpm"] != nil && values["qrs_axis_sin"] != nil)
  }

  /// What is worked out once for all sets of leads changes no bit of what is measured without them; longer than a window everything is measured anew.
  @Test(arguments: [0.3, 10, 33, 40])
  func leadsThatWereEncodedOnceMeasureTheSame(seconds: Double) throws {
    let recipe = RecordingRecipe(
      "heart", "", patient: Patient(), labels: [], axis: -40, rhythm: .sinus(beatsPerMinute: 82), noise: .quiet,
      recorder: Recorder(samplingRateHertz: 500, durationSeconds: max(1, seconds)))
    let whole = try Recording(Synthesizer(seed: 9).record(recipe))
    let count = Int(seconds * 500)
    var samples = Lead.allCases.flatMap { whole[$0].prefix(count) }
    // A flat lead, one with a gap, and one that is not there.
    for index in 7 * count..<8 * count { samples[index] = 0.1 }
    for index in 9 * count + count / 3..<9 * count + count / 2 { samples[index] = .nan }
    var sources = [LeadSource](repeating: .recorded, count: 12)
    sources[Lead.v6.rawValue] = .absent
    let recording = Recording(name: "heart", samplingRateHertz: 500, millivolts: samples, sources: sources)
    let shared = features.values(of: recording)
    let sets: [Set<Lead>] =
      [[], Set(Lead.limb), Set(Lead.chest), [.ii, .iii, .aVF], Set(Lead.allCases)] + Lead.allCases.map { [$0] }
    for leftOut in sets {
      let (once, anew) = (shared(leftOut), features.values(of: recording, without: leftOut))
      #expect(once == anew, "without \(leftOut)")
    }
    #expect((EncodedLeads(of: recording) != nil) == (0.5...32).contains(seconds))
  }

  @Test func nothingIsMeasuredWhereThereAreNoBeats() {
    let flat = Recording(name: "flat", samplingRateHertz: 500, millivolts: [Float](repeating: 0, count: 12 * 5000))
    #expect(features.values(of: flat, without: []).allSatisfy { $0 == nil })
  }

  @Test func aNetworkLearnsFromThemAloneAndItsFileTakesThem() throws {
    // Noise for a signal; only the measured values tell the classes apart.
    struct Planted: RecordMeasuring {
      let version = "planted-1"
      let names = ["told", "idle"]
      func values(of recording: Recording, without leftOut: Set<Lead>) -> [Double?] {
        [recording.name.hasSuffix("+") ? 3 : -2, nil]
      }
    }
    let examples = try (0..<32).map { number -> TrainingExample in
      var generator = SeededGenerator(seed: 3, stream: UInt64(number))
      let isPositive = number.isMultiple(of: 2)
      let recording = Recording(
        name: "r\(number)\(isPositive ? "+" : "-")", samplingRateHertz: 257,
        millivolts: (0..<12 * 600).map { _ in Float(generator.uniform(in: -0.05...0.05)) })
      return try TrainingExample(
        recording, diagnoses: isPositive ? [.leftAxisDeviation] : [], measuring: Planted(), preprocessing: .paper)
    }
    var settings = TrainingSettings()
    settings.baseWidth = 4
    settings.epochs = 12
    settings.batchSize = 8
    settings.learningRate = 0.02
    settings.measurements = "planted-1"
    let trainer = try Trainer(settings: settings, examples: examples, measurementNames: Planted().names, threads: 2)
    for _ in 0..<settings.epochs { _ = try trainer.finishEpoch(isStopped: { false }) { _ in } }
    var metadata = ModelMetadata(preprocessing: .paper, ageKnownSlot: .flag)
    metadata.measurements = trainer.measuredInputs
    let model = try trainer.weights().model(metadata)
    #expect(model.metadata.measurements?.means == [0.5, 0])
    let predictor = try Predictor(model: model, threads: 1, measuring: Planted())
    let axis = Diagnosis.leftAxisDeviation.index
    func probability(_ name: String) throws -> Float {
      let recording = Recording(name: name, samplingRateHertz: 257, millivolts: [Float](repeating: 0.01, count: 12 * 600))
      return predictor.probabilities(of: try predictor.prepare(recording), window: 0)[axis]
    }
    #expect(try probability("x+") > probability("x-") + 0.3)
  }
}
