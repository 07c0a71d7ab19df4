import ECG
import Foundation
import SEResNet
import TestSupport
import Testing
import Training

/// The regression of measurements that stands beside a network.
@Suite struct MeasuredRegressionTests {
  private struct Golden: Decodable {
    let rows: [[Double]]
    let labels: [Double]
    let penalty: Double
    let parameters: [Double]
  }

  /// Values of scikit-learn; see Tests/Oracles/measured_regression.py.
  @Test func weightsEqualThoseOfAnotherProgram() throws {
    let cases = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: Checkout.golden("Training/measured-regression.json")))
    #expect(cases.count == 4)
    for golden in cases {
      let fitted = MeasuredRegression.fit(golden.rows, golden.labels, penalty: golden.penalty)
      #expect(fitted.count == golden.parameters.count)
      #expect(zip(fitted, golden.parameters).allSatisfy { abs($0 - $1) < 1e-6 }, "penalty \(golden.penalty)")
    }
  }

  /// What a label leaves open teaches nothing, and a diagnosis that hardly any recording has is left to the network.
  @Test func unknownLabelsAndRareDiagnosesTeachNothing() throws {
    let rare = Diagnosis.all[0]
    let inputs = MeasuredInputs(version: "v", names: ["a"], standardisedOn: (0..<40).map { [Double($0)] })
    func example(_ number: Int, isUnknown: Bool) throws -> TrainingExample {
      var diagnoses: [Diagnosis] = number >= 20 ? [.leftAxisDeviation] : []
      if number < 4 { diagnoses.append(rare) }
      return try TrainingExample(
        FormulaModel.recording(), diagnoses: diagnoses, unknown: isUnknown ? [.leftAxisDeviation] : [],
        measuring: Fixed(values: [Double(number)]),
        preprocessing: .paper)
    }
    let known = try (0..<40).map { try example($0, isUnknown: false) }
    let axis = Diagnosis.leftAxisDeviation.index
    let regression = MeasuredRegression(inputs, of: known, penalty: 10)
    #expect(regression.weights[axis][0] > 0.5)
    #expect(regression.weights[rare.index] == [0, 0] && regression.biases[rare.index] == 0)
    // Forty more of which nothing is known, measured the other way round.
    let unknown = try (0..<40).map { number in
      try TrainingExample(
        FormulaModel.recording(), diagnoses: [], unknown: [.leftAxisDeviation], measuring: Fixed(values: [Double(39 - number)]),
        preprocessing: .paper)
    }
    let same = MeasuredRegression(inputs, of: known + unknown, penalty: 10)
    #expect(same.weights[axis] == regression.weights[axis] && same.biases[axis] == regression.biases[axis])
  }

  private struct Fixed: RecordMeasuring {
    let version = "v"
    let names = ["a"]
    let values: [Double?]

    func values(of recording: Recording, without leftOut: Set<Lead>) -> [Double?] { values }
  }
}
