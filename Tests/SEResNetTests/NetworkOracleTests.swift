import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// The network against PyTorch in float64: weights and window by formula, so that base width 64 needs no checkpoint in the repository.
@Suite struct NetworkOracleTests {
  /// What Tests/Oracles/seresnet_formula.py computed for a base width.
  struct Golden: Decodable {
    let probabilities: [Float]
    let occlusion, gates, groups, electrodes: [[Float]]
    let rawGates: [[Float]]
  }

  static func golden() throws -> [String: Golden] {
    try JSONDecoder().decode([String: Golden].self, from: Data(contentsOf: Checkout.golden("SEResNet/formula.json")))
  }

  static func model(baseWidth: Int, in folder: TemporaryFolder) throws -> Model {
    let bytes = FormulaModel.bytes(FormulaModel.tensors(baseWidth: baseWidth))
    return try Model(contentsOf: folder.write(bytes, as: "formula-\(baseWidth).safetensors"))
  }

  @Test(arguments: [64, 12, 8])
  func everyKernelAgreesWithFloat64(baseWidth: Int) throws {
    let folder = try TemporaryFolder()
    let model = try Self.model(baseWidth: baseWidth, in: folder)
    let golden = try #require(try Self.golden()["\(baseWidth)"])
    #expect(model.baseWidth == baseWidth)
    for kernel in Kernel.available {
      let predictor = try Predictor(model: model, threads: 1, kernel: kernel)
      let prepared = try predictor.prepare(FormulaModel.recording())
      let difference = largestDifference(predictor.probabilities(of: prepared, window: 0), golden.probabilities)
      #expect(difference < 1e-5, "\(kernel.name)")
    }
  }

  @Test(arguments: [64, 12, 8])
  func attributionAgreesWithFloat64(baseWidth: Int) throws {
    let folder = try TemporaryFolder()
    let golden = try #require(try Self.golden()["\(baseWidth)"])
    let predictor = try Predictor(model: Self.model(baseWidth: baseWidth, in: folder), threads: 2)
    let prepared = try predictor.prepare(FormulaModel.recording())
    let attribution = try #require(predictor.attribution(of: prepared, window: 0))
    #expect(largestDifference(attribution.probabilities.map(Float.init), golden.probabilities) < 1e-5)
    #expect(largestDifference(attribution.occlusion, golden.occlusion) < 1e-5)
    #expect(largestDifference(attribution.gates, golden.gates) < 1e-4)
    #expect(attribution.rawGates.map(\.count) == (0..<8).map { baseWidth << ($0 / 2) })
    #expect(largestDifference(attribution.rawGates, golden.rawGates) < 1e-5)
    #expect(attribution.groups.map(\.group) == LeadGroup.allCases)
    #expect(largestDifference(attribution.groups.map(\.occlusion), golden.groups) < 1e-5)
    #expect(attribution.electrodes.map(\.electrode) == Electrode.allCases)
    #expect(largestDifference(attribution.electrodes.map(\.occlusion), golden.electrodes) < 1e-5)
  }

  @Test func threadsNeverChangeABit() throws {
    let folder = try TemporaryFolder()
    for baseWidth in [8, 12, 32, 64] {
      let model = try Self.model(baseWidth: baseWidth, in: folder)
      for kernel in Kernel.available where baseWidth < 64 || kernel.name != "portable" {
        let results = try [1, 2, 3].map { threads in
          let predictor = try Predictor(model: model, threads: threads, kernel: kernel)
          return predictor.probabilities(of: try predictor.prepare(FormulaModel.recording()), window: 0)
        }
        #expect(results[0] == results[1] && results[0] == results[2], "\(kernel.name), base width \(baseWidth)")
      }
    }
  }

  @Test func manyTasksMayAskOnePredictor() async throws {
    let folder = try TemporaryFolder()
    let predictor = try Predictor(model: Self.model(baseWidth: 8, in: folder), threads: 2)
    let prepared = try predictor.prepare(FormulaModel.recording())
    let expected = predictor.probabilities(of: prepared, window: 0)
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<40 {
        group.addTask {
          index.isMultiple(of: 2)
            ? predictor.probabilities(of: prepared, window: 0) == expected
            : predictor.attribution(of: prepared, window: nil, detail: .leads)?.probabilities == expected.map(Double.init)
        }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }
}
