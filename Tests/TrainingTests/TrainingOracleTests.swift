import Foundation
import SEResNet
import TestSupport
import Testing
import Training

/// Gradients and steps against PyTorch in float64 (Tests/Oracles/training_steps.py), on odd shapes.
@Suite struct TrainingOracleTests {
  @Test(arguments: [8, 24], Kernel.available.map(\.name))
  func gradientsAndStepsEqualPyTorch(baseWidth: Int, kernelName: String) throws {
    let kernel = try #require(Kernel(named: kernelName))
    let (golden, numbers) = try TrainingGolden.read(baseWidth: baseWidth)
    let batch = try TrainingFixture.batch(count: golden.windows, samples: golden.samples)
    let network = try TrainingFixture.network(baseWidth: baseWidth, kernel: kernel)
    var place = 0
    func next(_ count: Int) -> ArraySlice<Float> {
      defer { place += count }
      return numbers[place..<place + count]
    }
    for tensor in network.gradients(of: batch).gradients {
      let found = TrainingGolden.sampled(tensor.values)
      let expected = Array(next(found.count))
      let scale = expected.reduce(1e-6) { max($0, abs($1)) }
      let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < 1e-3 * scale, "\(tensor.name): a gradient off by \(worst) of \(scale)")
    }
    for step in golden.losses.indices {
      let result = try network.step(batch, learningRate: golden.rate)
      #expect(abs(result.loss - golden.losses[step]) < 1e-4, "step \(step)")
      guard step == 0 || step == golden.losses.count - 1 else { continue }
      for tensor in network.tensors() {
        let found = TrainingGolden.sampled(tensor.values)
        let worst = zip(found, next(found.count)).map { abs($0 - $1) }.max() ?? 0
        #expect(worst < (step == 0 ? 1e-4 : 1e-3), "\(tensor.name): off by \(worst) after step \(step + 1)")
      }
    }
    #expect(place == numbers.count)
  }
}
