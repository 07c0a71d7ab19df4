import Foundation
import SEResNet
import TestSupport
import Testing
import Training

/// Gradients and steps against PyTorch in float64 (Tests/Oracles/training_steps.py), on odd shapes.
@Suite struct TrainingOracleTests {
  /// A network, the filters of its lead gate, and the penalty on lead weights.
  struct Form: Sendable {
    let name: String
    let baseWidth: Int
    var leadGate: FormulaModel.LeadGate?
    var sparsity = 0.0
    var measured = 0
    var unlearning: TrainingOptions.Unlearning?
  }

  private static let forms = [
    Form(name: "8", baseWidth: 8), Form(name: "24", baseWidth: 24),
    Form(name: "own-8", baseWidth: 8, leadGate: .init(filters: 4, isShared: false), sparsity: 0.5),
    Form(name: "shared-24", baseWidth: 24, leadGate: .init(filters: 4, isShared: true)),
    Form(name: "fused-8", baseWidth: 8, measured: 14, unlearning: .init(sources: 3, weight: 0.4)),
  ]

  @Test(arguments: forms, Kernel.available.map(\.name))
  func gradientsAndStepsEqualPyTorch(form: Form, kernelName: String) throws {
    let kernel = try #require(Kernel(named: kernelName))
    let (golden, numbers) = try TrainingGolden.read(form.name)
    let batch = try TrainingFixture.batch(
      count: golden.windows, samples: golden.samples, measured: form.measured, sources: form.unlearning?.sources ?? 0)
    let network = try TrainingFixture.network(baseWidth: form.baseWidth, leadGate: form.leadGate, measured: form.measured, kernel: kernel) {
      $0.leadSparsity = form.sparsity
      $0.unlearning = form.unlearning
    }
    var place = 0
    func next(_ count: Int) -> ArraySlice<Float> {
      defer { place += count }
      return numbers[place..<place + count]
    }
    var gradients: [String: [Float]] = [:]
    for tensor in network.gradients(of: batch).gradients {
      let found = TrainingGolden.sampled(tensor.values)
      let expected = Array(next(found.count))
      gradients[tensor.name] = expected
      let scale = expected.reduce(1e-6) { max($0, abs($1)) }
      let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < 1e-3 * scale, "\(form.name), \(tensor.name): a gradient off by \(worst) of \(scale)")
    }
    for step in golden.losses.indices {
      let result = try network.step(batch, learningRate: golden.rate)
      #expect(abs(result.loss - golden.losses[step]) < 1e-4, "step \(step)")
      guard step == 0 || step == golden.losses.count - 1 else { continue }
      for tensor in network.tensors() + network.state.unlearning.prefix(1) {
        let found = TrainingGolden.sampled(tensor.values)
        // Adam's first step goes a whole rate whichever sign a gradient has; of the smallest, rounding decides it.
        let isTold = gradients[tensor.name]?.map { $0 == 0 || abs($0) > 1e-6 } ?? found.map { _ in true }
        let worst = zip(zip(found, next(found.count)), isTold).map { $1 || step > 0 ? abs($0.0 - $0.1) : 0 }.max() ?? 0
        #expect(worst < (step == 0 ? 1e-4 : 1e-3), "\(tensor.name): off by \(worst) after step \(step + 1)")
      }
    }
    #expect(place == numbers.count)
  }
}
