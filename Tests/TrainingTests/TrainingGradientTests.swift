import Foundation
import SEResNet
import TestSupport
import Testing
import Training

/// Every layer's gradient against central finite differences of the loss in double precision.
@Suite struct TrainingGradientTests {
  /// One random direction in each tensor; widths with padded channels, direct and Winograd convolutions; odd and even lengths, of which every
  /// halving rounds up.
  @Test(arguments: [(3, 3, 45), (7, 2, 64), (24, 2, 93)])
  func everyTensorsGradientEqualsFiniteDifferences(baseWidth: Int, windows: Int, samples: Int) throws {
    let batch = try TrainingFixture.batch(count: windows, samples: samples)
    for kernel in Kernel.available {
      let network = try TrainingFixture.network(baseWidth: baseWidth, kernel: kernel)
      let (result, gradients) = network.gradients(of: batch)
      var reference = TrainingReference(network.tensors())
      #expect(abs(Double(result.loss) - reference.loss(batch)) < 1e-5)
      for (index, gradient) in gradients.enumerated() {
        let direction = FormulaModel.uniform(UInt32(5000 + index), gradient.values.count).map { 2 * $0 - 1 }
        let values = try #require(reference.tensors[gradient.name])
        func loss(at distance: Double) -> Double {
          reference.tensors[gradient.name] = zip(values, direction).map { $0 + distance * $1 }
          return reference.loss(batch)
        }
        // Small enough that hardly a ReLU changes sides on the way.
        let step = 1e-6
        let expected = (loss(at: step) - loss(at: -step)) / (2 * step)
        reference.tensors[gradient.name] = values
        let found = zip(gradient.values, direction).reduce(0) { $0 + Double($1.0) * $1.1 }
        let scale = zip(gradient.values, direction).reduce(0) { $0 + pow(Double($1.0) * $1.1, 2) }.squareRoot()
        #expect(abs(found - expected) < 1e-3 * scale + 2e-6, "\(kernel.name): \(gradient.name): \(found), expected \(expected)")
      }
    }
  }

  /// With dropout the step's own loss has to fall along the gradient as steeply as the gradient says: the mask is the step's.
  @Test func dropoutPassesGradientsOfSurvivorsOnly() throws {
    let batch = try TrainingFixture.batch(count: 4, samples: 333)
    let plain = try TrainingFixture.network(baseWidth: 8).gradients(of: batch).result.loss
    let network = try TrainingFixture.network(baseWidth: 8, dropout: 0.4)
    let (result, gradients) = network.gradients(of: batch)
    #expect(result.loss != plain)
    let square = gradients.reduce(0.0) { $0 + $1.values.reduce(0) { $0 + Double($1) * Double($1) } }
    let byName = Dictionary(uniqueKeysWithValues: gradients.map { ($0.name, $0.values) })
    func loss(at distance: Float) throws -> Double {
      let moved = network.tensors().map { tensor -> NamedTensor in
        guard let gradient = byName[tensor.name] else { return tensor }
        return NamedTensor(
          name: tensor.name, shape: tensor.shape, values: zip(tensor.values, gradient).map { $0 + distance * $1 })
      }
      let other = try TrainingNetwork(
        state: TrainingState(tensors: moved, seed: network.seed), threadCount: 1, options: network.options)
      return Double(other.gradients(of: batch).result.loss)
    }
    let step: Float = 0.01
    let slope = try (loss(at: step) - loss(at: -step)) / Double(2 * step)
    #expect(abs(slope / square - 1) < 0.02)
  }

  /// Of windows that are all positive a weight of three makes three times the loss and the gradient, of negative ones no difference.
  @Test(arguments: [(Float(1), Float(3)), (0, 1)])
  func positiveWeightsCountPositives(target: Float, factor: Float) throws {
    let some = try TrainingFixture.batch(count: 3, samples: 64)
    let batch = try TrainingBatch(
      count: 3, sampleCount: 64, signals: some.signals, patients: some.patients, targets: Array(repeating: target, count: 72))
    let plain = try TrainingFixture.network(baseWidth: 4).gradients(of: batch)
    let weighted = try TrainingFixture.network(baseWidth: 4) { $0.positiveWeights = Array(repeating: 3, count: 24) }.gradients(of: batch)
    #expect(abs(weighted.result.loss - factor * plain.result.loss) < 1e-5)
    for (tensor, other) in zip(weighted.gradients, plain.gradients) {
      let expected = other.values.map { factor * $0 }
      let scale = expected.reduce(0.1) { max($0, abs($1)) }
      #expect(largestDifference(tensor.values, expected) < 1e-5 * scale, "\(tensor.name)")
    }
  }
}
