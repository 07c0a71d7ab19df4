import CKernels
import ECG
import Foundation
import SEResNet
import TestSupport
import Testing
import Training

/// What a training network promises beyond right gradients.
@Suite struct TrainingNetworkTests {
  private static func bits(_ state: TrainingState) -> [[UInt32]] {
    [state.tensors, state.firstMoments, state.secondMoments, state.averages].flatMap { $0.map { $0.values.map(\.bitPattern) } }
  }

  private func options() -> TrainingOptions {
    var options = TrainingOptions()
    options.averageDecay = 0.99
    options.weightDecay = 0.01
    return options
  }

  @Test(arguments: [1, 2, 3])
  func sameSeedAndThreadsGiveTheSameBits(threads: Int) throws {
    let batches = try [(4, 300), (3, 300), (5, 128)].map { try TrainingFixture.batch(count: $0.0, samples: $0.1) }
    let runs = try (0..<2).map { _ in
      let network = try TrainingNetwork(baseWidth: 12, seed: 42, threadCount: threads, options: options())
      for batch in batches { _ = try network.step(batch, learningRate: 0.003) }
      return network.state
    }
    #expect(runs[0].step == 3)
    let areSame = Self.bits(runs[0]) == Self.bits(runs[1])
    #expect(areSame)
    let other = try TrainingNetwork(baseWidth: 12, seed: 43, threadCount: threads, options: options())
    #expect(other.tensors()[0].values[0] != runs[0].tensors[0].values[0])
  }

  @Test func aSavedRunGoesOnAsIfUnbroken() throws {
    let batch = try TrainingFixture.batch(count: 4, samples: 300)
    let unbroken = try TrainingNetwork(baseWidth: 12, seed: 1, threadCount: 2, options: options())
    for _ in 0..<3 { _ = try unbroken.step(batch, learningRate: 0.003) }
    var saved = unbroken.state
    saved.tensors.reverse()
    let resumed = try TrainingNetwork(state: saved, threadCount: 2, options: options())
    for _ in 0..<2 {
      #expect(try unbroken.step(batch, learningRate: 0.001) == resumed.step(batch, learningRate: 0.001))
    }
    let areSame = Self.bits(unbroken.state) == Self.bits(resumed.state)
    #expect(areSame)
    #expect(resumed.stepCount == 5 && resumed.seed == 1)
  }

  @Test func lossFalls() throws {
    let batch = try TrainingFixture.batch(count: 6, samples: 257)
    let network = try TrainingNetwork(baseWidth: 8, seed: 3, threadCount: 2)
    let first = try network.step(batch, learningRate: 0.003)
    #expect(abs(first.loss - 0.69) < 0.15)
    #expect(first.windowLosses.count == 6)
    var last = first
    for _ in 0..<30 { last = try network.step(batch, learningRate: 0.003) }
    #expect(last.loss < 0.3)
  }

  @Test func aLossThatIsNotFiniteChangesNothing() throws {
    let good = try TrainingFixture.batch(count: 2, samples: 64)
    var signals = good.signals
    signals[77] = .nan
    let bad = try TrainingBatch(count: 2, sampleCount: 64, signals: signals, patients: good.patients, targets: good.targets)
    let network = try TrainingNetwork(baseWidth: 8, seed: 3, threadCount: 2)
    _ = try network.step(good, learningRate: 0.003)
    let before = network.state
    let result = try network.step(bad, learningRate: 0.003)
    #expect(!result.loss.isFinite)
    // The value is in the second lead of the first window.
    #expect(result.windowLosses.map(\.isFinite) == [false, true])
    let isUnchanged = network.state == before
    #expect(isUnchanged)
    #expect(try network.step(good, learningRate: 0.003).loss.isFinite)
  }

  /// The same weights in the inference engine.
  @Test func probabilitiesEqualThePredictors() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(FormulaModel.bytes(FormulaModel.tensors(baseWidth: 12)), as: "formula.safetensors")
    let predictor = try Predictor(model: Model(contentsOf: file), threads: 1)
    let recording = FormulaModel.recording()
    let expected = predictor.probabilities(of: try predictor.prepare(recording), window: 0)
    let batch = try TrainingBatch(
      count: 1, signals: Lead.allCases.flatMap { lead in recording[lead].map { $0 * 1000 } }, patients: [0.63, 1, 1, 0, 1],
      targets: Array(repeating: 0, count: 24))
    let found = try TrainingFixture.network(baseWidth: 12).probabilities(of: batch)
    #expect(largestDifference(found, expected) < 1e-5)
  }

  @Test func averagesFollowTheTensors() throws {
    let batch = try TrainingFixture.batch(count: 2, samples: 64)
    let network = try TrainingNetwork(baseWidth: 4, seed: 3, threadCount: 1, options: options())
    let start = network.tensors()
    let startsAtTensors = network.averagedTensors() == start
    #expect(startsAtTensors)
    _ = try network.step(batch, learningRate: 0.003)
    // The first step's decay is 2 / 11.
    let averages = try #require(network.averagedTensors())
    for ((old, new), average) in zip(zip(start, network.tensors()), averages) {
      for index in old.values.indices {
        #expect(abs(average.values[index] - (old.values[index] * 2 + new.values[index] * 9) / 11) < 1e-5)
      }
    }
    #expect(try TrainingNetwork(baseWidth: 4, seed: 3, threadCount: 1).averagedTensors() == nil)
  }

  /// A share of the numbers near the rate drops, the same in every kernel, and others do with another key.
  @Test func dropoutDropsItsShare() throws {
    let (rows, channels) = (500, 64)
    func survivors(_ kernel: Kernel, key: UInt32) throws -> [Float] {
      let table = try #require(einthoven_training_kernels_named(kernel.name)).pointee
      var input = [Float](repeating: 1, count: rows * channels)
      var output = [Float](repeating: 9, count: rows * channels)
      let (scales, shifts) = ([Float](repeating: 2, count: channels), [Float](repeating: 1, count: channels))
      input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
          func block(_ values: UnsafeMutablePointer<Float>?) -> einthoven_activations {
            einthoven_activations(values: values, stride: channels, rows: rows, channels: channels)
          }
          scales.withUnsafeBufferPointer { scales in
            shifts.withUnsafeBufferPointer { shifts in
              var arguments = einthoven_normalisation(
                input: block(input.baseAddress), output: block(output.baseAddress), scales: scales.baseAddress, shifts: shifts.baseAddress,
                key: key, drop_limit: UInt32(0.2 * 0x1p32), survivor_scale: 1.25)
              table.normalise(&arguments)
            }
          }
        }
      }
      return output
    }
    let first = try survivors(Kernel.available[0], key: 99)
    #expect(Set(first) == [0, 3.75])
    let share = Double(first.count { $0 == 0 }) / Double(first.count)
    #expect(abs(share - 0.2) < 0.01)
    for kernel in Kernel.available {
      let isSame = try survivors(kernel, key: 99) == first
      #expect(isSame, "\(kernel.name)")
    }
    let other = try survivors(Kernel.available[0], key: 100)
    let both = Double(zip(first, other).count { $0 == 0 && $1 == 0 }) / Double(first.count)
    #expect(abs(both - 0.04) < 0.01)
  }

  @Test func impossibleArgumentsAreRefused() throws {
    #expect(throws: TrainingError.badWidth(0)) { try TrainingNetwork(baseWidth: 0, seed: 1, threadCount: 1) }
    #expect(throws: TrainingError.self) { try TrainingBatch(count: 0, signals: [], patients: [], targets: []) }
    #expect(throws: TrainingError.self) { try TrainingBatch(count: 1, sampleCount: 64, signals: [1], patients: [], targets: []) }
    #expect(throws: TrainingError.self) { try TrainingBatch(count: .max, signals: [], patients: [], targets: []) }
    var options = TrainingOptions()
    options.dropoutRate = 1
    #expect(throws: TrainingError.self) { try TrainingNetwork(baseWidth: 4, seed: 1, threadCount: 1, options: options) }
    var state = try TrainingNetwork(baseWidth: 4, seed: 1, threadCount: 1).state
    state.firstMoments.removeLast()
    #expect(throws: TrainingError.badState(reason: "first moments: fc.bias is missing")) {
      try TrainingNetwork(state: state, threadCount: 1)
    }
    let network = try TrainingNetwork(baseWidth: 4, seed: 1, threadCount: 1)
    #expect(throws: TrainingError.self) {
      try network.step(TrainingFixture.batch(count: 1, samples: 64), learningRate: .nan)
    }
  }
}
