import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// Outputs that are calibrated by what a model's metadata say, and measurements that a model takes beside the signal.
@Suite struct OutputCalibrationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func calibrated() throws -> (plain: Model, calibrated: Model, calibration: OutputCalibration) {
    let plain = try NetworkOracleTests.model(baseWidth: 4, in: folder)
    let calibration = OutputCalibration(
      method: "vector", scales: (0..<24).map { 0.5 + Double($0) / 10 }, shifts: (0..<24).map { 1 - Double($0) / 8 })
    let file = folder.url.appendingPathComponent("calibrated.safetensors")
    try plain.write(to: file, plain.metadata.calibrated(by: calibration))
    return (plain, try Model(contentsOf: file), calibration)
  }

  private func probabilities(_ model: Model) throws -> [Float] {
    let predictor = try Predictor(model: model, threads: 1)
    return predictor.probabilities(of: try predictor.prepare(FormulaModel.recording()), window: 0)
  }

  @Test func everyOutputIsScaledAndShifted() throws {
    let (plain, calibrated, calibration) = try calibrated()
    for (index, (before, after)) in try zip(probabilities(plain), probabilities(calibrated)).enumerated() {
      #expect(abs(Double(after) - calibration.probability(Double(before), class: index)) < 1e-5)
    }
  }

  @Test func thresholdsGoAlong() throws {
    let (plain, calibrated, _) = try calibrated()
    let decisions = try [plain, calibrated].map { model in
      try zip(probabilities(model), model.metadata.thresholds).map { Double($0) >= $1 }
    }
    #expect(decisions[0] == decisions[1])
  }

  @Test func rawTakesTheCalibrationBack() throws {
    let (plain, calibrated, _) = try calibrated()
    let raw = calibrated.uncalibrated
    #expect(raw.isRaw && !plain.uncalibrated.isRaw)
    #expect(try largestDifference(probabilities(raw), probabilities(plain)) == 0)
    #expect(zip(raw.metadata.thresholds, plain.metadata.thresholds).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test(arguments: [
    #""calibration":{"method":"vector","scales":[1],"shifts":[0]}"#,
    #""measurements":{"version":"x","names":["a"],"means":[0],"deviations":[0]}"#,
    #""measurements":{"version":"x","names":["a"],"means":[0],"deviations":[1]}"#,
  ])
  func metadataThatCannotBeAreRefused(member: String) throws {
    let metadata = FormulaModel.metadata().replacingOccurrences(of: #""scores""#, with: member + #","scores""#)
    let bytes = FormulaModel.bytes(FormulaModel.tensors(baseWidth: 4), metadata: metadata)
    let file = try folder.write(bytes, as: "refused.safetensors")
    #expect(throws: ModelError.self) { try Model(contentsOf: file) }
  }
}

/// Measurements beside the signal.
@Suite struct MeasuredInputTests {
  /// Measures how many leads are in, and something that cannot be measured without lead I.
  private struct Counting: RecordMeasuring {
    var version = "counting-1"
    var names = ["leads", "of lead I"]

    func values(of recording: Recording, without leftOut: Set<Lead>) -> [Double?] {
      [Double(12 - leftOut.count), leftOut.contains(.i) ? nil : 3]
    }
  }

  private let model: Model
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let measurements = #""measurements":{"version":"counting-1","names":["leads","of lead I"],"means":[10,1],"deviations":[2,4]}"#
    let metadata = FormulaModel.metadata().replacingOccurrences(of: #""scores""#, with: measurements + #","scores""#)
    let bytes = FormulaModel.bytes(FormulaModel.tensors(baseWidth: 4, measured: 4), metadata: metadata)
    model = try Model(contentsOf: folder.write(bytes, as: "measured.safetensors"))
  }

  private func predictor(_ measuring: (any RecordMeasuring)? = Counting()) throws -> Predictor {
    try Predictor(model: model, threads: 1, measuring: measuring)
  }

  @Test func valuesAreStandardisedAndMasked() throws {
    let inputs = try #require(model.metadata.measurements)
    #expect(inputs.inputs([12, nil]) == [1, 0, 1, 0])
    #expect(inputs.inputs(nil) == [0, 0, 0, 0])
    #expect(inputs.inputs([1000, .nan]) == [5, 0, 1, 0], "what lies far off counts as far, and no number as unknown")
  }

  @Test func trainingValuesGiveMeansAndDeviations() {
    let inputs = MeasuredInputs(version: "v", names: ["a", "b", "c"], standardisedOn: [[1, 5, nil], [3, 5, nil], [nil, 5, nil]])
    #expect(inputs.means == [2, 5, 0])
    #expect(inputs.deviations == [1, 1, 1])
  }

  @Test func withoutALeadTheRecordingIsMeasuredAnew() throws {
    let predictor = try predictor()
    let prepared = try predictor.prepare(FormulaModel.recording())
    let with = predictor.probabilities(of: prepared, window: 0)
    // Fixed values stay, whatever is left out: so the difference is the measurements' alone.
    let fixed = prepared.measured([12, 3])
    #expect(predictor.probabilities(of: fixed, window: 0) == with)
    let anew = predictor.probabilities(of: prepared, window: 0, without: [.i])
    #expect(anew != predictor.probabilities(of: fixed, window: 0, without: [.i]))
    #expect(anew == predictor.probabilities(of: prepared.measured([11, nil]), window: 0, without: [.i]))
  }

  @Test func attributionTellsWhatTheMeasuredValuesAdd() throws {
    let predictor = try predictor()
    let prepared = try predictor.prepare(FormulaModel.recording())
    let attribution = try #require(predictor.attribution(of: prepared, window: 0))
    let added = try #require(attribution.measured)
    let with = predictor.probabilities(of: prepared, window: 0)
    let without = predictor.probabilities(of: prepared.measured([nil, nil]), window: 0)
    #expect(largestDifference(added, zip(with, without).map { $0 - $1 }) < 1e-6)
    #expect(added.contains { abs($0) > 1e-3 })
    let occluded = predictor.probabilities(of: prepared, window: 0, without: [.i])
    #expect(largestDifference(attribution.occlusion.map { $0[0] }, zip(with, occluded).map { $0 - $1 }) < 1e-6)
  }

  @Test func aRegressionAddsToTheLogitsWhatTheMeasurementsSay() throws {
    let weights = FormulaModel.uniform(77, 24 * 4).map { Float(2 * $0 - 1) }
    let biases = FormulaModel.uniform(78, 24).map { Float($0) }
    let added = [
      FormulaModel.Tensor(name: "fc3.weight", shape: [24, 4], values: weights),
      FormulaModel.Tensor(name: "fc3.bias", shape: [24], values: biases),
    ]
    let measurements = #""measurements":{"version":"counting-1","names":["leads","of lead I"],"means":[10,1],"deviations":[2,4]}"#
    let metadata = FormulaModel.metadata().replacingOccurrences(of: #""scores""#, with: measurements + #","scores""#)
    let file = try folder.write(
      FormulaModel.bytes(FormulaModel.tensors(baseWidth: 4, measured: 4) + added, metadata: metadata), as: "regression.safetensors")
    let regressing = try Predictor(model: Model(contentsOf: file), threads: 1, measuring: Counting())
    let plain = try predictor()
    let prepared = try plain.prepare(FormulaModel.recording())
    func logits(_ predictor: Predictor, _ values: [Double?]) -> [Double] {
      predictor.probabilities(of: prepared.measured(values), window: 0).map { log(Double($0) / (1 - Double($0))) }
    }
    for (values, inputs) in [([12, 3], [1, 0.5, 1, 1]), ([nil, 5], [0, 1, 0, 1])] as [([Double?], [Double])] {
      let expected = logits(plain, values).enumerated().map { output, logit in
        logit + Double(biases[output]) + inputs.enumerated().reduce(0) { $0 + $1.element * Double(weights[4 * output + $1.offset]) }
      }
      let found = logits(regressing, values)
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-3 })
    }
    let bare = try folder.write(
      FormulaModel.bytes(FormulaModel.tensors(baseWidth: 4) + added, metadata: FormulaModel.metadata()), as: "bare.safetensors")
    #expect(throws: ModelError.self, "a regression of nothing") { try Model(contentsOf: bare) }
  }

  @Test func otherMeasurementsOrNoneAreRefused() throws {
    let recording = FormulaModel.recording()
    var other = Counting()
    other.version = "counting-2"
    for measuring in [nil, other] as [Counting?] {
      let predictor = try predictor(measuring)
      #expect(throws: PredictorError.self) { try predictor.prepare(recording) }
    }
  }
}
