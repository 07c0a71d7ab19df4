import CKernels
import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// Networks with a lead gate against PyTorch in float64 (Tests/Oracles/seresnet_gate.py).
@Suite struct LeadGateTests {
  private struct Golden: Decodable {
    let baseWidth: Int
    let filters: String
    let count: Int
    let probabilities: [Float]
    let leadWeights: [Float]
    let occlusion: [[Float]]

    func model(in folder: TemporaryFolder) throws -> Model {
      let gate = FormulaModel.LeadGate(filters: count, isShared: filters == "shared")
      let bytes = FormulaModel.bytes(FormulaModel.tensors(baseWidth: baseWidth, leadGate: gate))
      return try Model(contentsOf: folder.write(bytes, as: "\(filters)-\(baseWidth).safetensors"))
    }
  }

  private let folder: TemporaryFolder
  private let goldens: [Golden]

  init() throws {
    folder = try TemporaryFolder()
    goldens = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: Checkout.golden("SEResNet/gate.json")))
  }

  @Test func everyKernelAgreesWithFloat64() throws {
    for golden in goldens {
      let model = try golden.model(in: folder)
      #expect(model.baseWidth == golden.baseWidth)
      #expect(model.leadGate?.rawValue == golden.filters)
      #expect(model.metadata.leadGate == model.leadGate)
      for kernel in Kernel.available {
        let predictor = try Predictor(model: model, threads: 1, kernel: kernel)
        let prepared = try predictor.prepare(FormulaModel.recording())
        let difference = largestDifference(predictor.probabilities(of: prepared, window: 0), golden.probabilities)
        #expect(difference < 1e-5, "\(kernel.name), \(golden.filters) \(golden.baseWidth)")
      }
    }
  }

  @Test func theLeadWeightsAreThoseOfEquationOne() throws {
    for golden in goldens {
      let predictor = try Predictor(model: golden.model(in: folder), threads: 2)
      let prepared = try predictor.prepare(FormulaModel.recording())
      let attribution = try #require(predictor.attribution(of: prepared, window: nil, detail: .leads))
      let weights = try #require(attribution.leadWeights)
      #expect(largestDifference(weights, golden.leadWeights) < 1e-5)
      #expect(largestDifference(attribution.occlusion, golden.occlusion) < 1e-5)
    }
  }

  @Test func threadsNeverChangeABitOfAGatedNetwork() throws {
    for golden in goldens {
      let model = try golden.model(in: folder)
      for kernel in Kernel.available where golden.baseWidth < 64 || kernel.name != "portable" {
        let results = try [1, 2, 3].map { threads in
          let predictor = try Predictor(model: model, threads: threads, kernel: kernel)
          return predictor.probabilities(of: try predictor.prepare(FormulaModel.recording()), window: 0)
        }
        #expect(results[0] == results[1] && results[0] == results[2], "\(kernel.name), base width \(golden.baseWidth)")
      }
    }
  }

  @Test func thePublishedFormHasNoLeadWeights() throws {
    let predictor = try Predictor(model: NetworkOracleTests.model(baseWidth: 8, in: folder), threads: 1)
    let attribution = try #require(predictor.attribution(of: try predictor.prepare(FormulaModel.recording()), window: 0, detail: .leads))
    #expect(predictor.model.leadGate == nil)
    #expect(attribution.leadWeights == nil)
  }

  @Test func whatIsWrittenAgainKeepsItsGate() throws {
    let model = try goldens[0].model(in: folder)
    let copy = folder.url.appendingPathComponent("copy.safetensors")
    try model.write(to: copy, model.metadata)
    let again = try Model(contentsOf: copy)
    #expect(again.leadGate == .own)
    #expect(again.metadata == model.metadata)
  }

  @Test func metadataThatContradictsTheTensorsAreRefused() throws {
    let metadata = FormulaModel.metadata().replacingOccurrences(of: "\"scores\"", with: "\"lead_gate\":\"own\",\"scores\"")
    let bytes = FormulaModel.bytes(FormulaModel.tensors(baseWidth: 4), metadata: metadata)
    let file = try folder.write(bytes, as: "contradiction.safetensors")
    #expect(throws: ModelError.self) { try Model(contentsOf: file) }
  }

  @Test func aLeadConvolutionEqualsItsDefinition() throws {
    let (taps, lanes, leads) = (15, 16, 12)
    for kernel in Kernel.available {
      let table = try #require(einthoven_kernels_named(kernel.name)).pointee
      for (rows, filters) in [(1, 1), (5, 2), (29, 5)] {
        let input = numbers((rows * 2 + taps) * leads + lanes, seed: 1)
        var weights = numbers(filters * taps * lanes, seed: 2)
        var bias = numbers(filters * lanes, seed: 3)
        for index in weights.indices where index % lanes >= leads { weights[index] = 0 }
        for index in bias.indices where index % lanes >= leads { bias[index] = 0 }
        let stride = filters * leads + 20
        var output = [Float](repeating: 0, count: rows * stride)
        input.withUnsafeBufferPointer { input in
          weights.withUnsafeBufferPointer { weights in
            bias.withUnsafeBufferPointer { bias in
              output.withUnsafeMutableBufferPointer { output in
                var arguments = einthoven_lead_convolution(
                  input: input.baseAddress, row_stride: 2 * leads, tap_stride: leads, taps: taps, weights: weights.baseAddress,
                  bias: bias.baseAddress, filters: filters, output: output.baseAddress, output_stride: stride, rows: rows, rectify: 1)
                table.convolve_leads(&arguments)
              }
            }
          }
        }
        var worst: Float = 0
        for row in 0..<rows {
          for channel in 0..<filters * leads {
            let (filter, lead) = (channel / leads, channel % leads)
            var sum = Double(bias[filter * lanes + lead])
            for tap in 0..<taps {
              sum += Double(input[(row * 2 + tap) * leads + lead]) * Double(weights[(filter * taps + tap) * lanes + lead])
            }
            worst = max(worst, abs(output[row * stride + channel] - Float(max(0, sum))))
          }
          #expect(output[row * stride + filters * leads..<(row + 1) * stride].allSatisfy { $0 == 0 })
        }
        #expect(worst < 1e-5, "\(kernel.name): \(rows) rows, \(filters) filters")
      }
    }
  }

  private func numbers(_ count: Int, seed: UInt32) -> [Float] { FormulaModel.uniform(seed, count).map { Float(2 * $0 - 1) } }
}
