import Foundation
import SEResNet
import TestSupport
import Testing
import Training

/// Networks and batches by formula, as Tests/Oracles/training_steps.py makes them.
enum TrainingFixture {
  /// Windows of numbers from -1.7 to 1.7; every second one is zero after 200 samples, so that the maximum pool has ties.
  ///
  /// - Parameters:
  ///   - measured: Numbers beside the signal.
  ///   - sources: How many sources the windows are of, one after the other; with them a quarter of the targets is unknown.
  static func batch(count: Int, samples: Int, measured: Int = 0, sources: Int = 0) throws -> TrainingBatch {
    let signals = FormulaModel.uniform(3000, count * 12 * samples).enumerated().map { index, number -> Float in
      let (window, sample) = (index / (12 * samples), index % samples)
      return window % 2 == 1 && sample >= 200 ? 0 : 1.7 * Float(2 * number - 1)
    }
    let patients = (0..<count).flatMap { window -> [Float] in
      let (age, isMale) = (0.2 + 0.1 * Float(window), Float(window % 2))
      return [age, 1, isMale, 1 - isMale, 1]
    }
    var targets = FormulaModel.uniform(3001, count * 24).map { $0 < 0.3 ? Float(1) : 0 }
    if sources > 0 {
      for (index, number) in FormulaModel.uniform(3003, count * 24).enumerated() where number < 0.25 { targets[index] = -1 }
    }
    return try TrainingBatch(
      count: count, sampleCount: samples, signals: signals, patients: patients,
      measured: FormulaModel.uniform(3002, count * measured).map { Float(2 * $0 - 1) },
      sources: sources > 0 ? (0..<count).map { $0 % sources } : [], targets: targets)
  }

  /// A network of the formula's weights.
  static func network(
    baseWidth: Int, leadGate: FormulaModel.LeadGate? = nil, measured: Int = 0, threads: Int = 2, kernel: Kernel? = nil, dropout: Float = 0,
    _ change: (inout TrainingOptions) -> Void = { _ in }
  ) throws -> TrainingNetwork {
    var options = TrainingOptions()
    options.dropoutRate = dropout
    change(&options)
    let tensors = FormulaModel.tensors(
      baseWidth: baseWidth, leadGate: leadGate, measured: measured, sources: options.unlearning?.sources ?? 0
    ).map { NamedTensor(name: $0.name, shape: $0.shape, values: $0.values) }
    let (own, head) = (tensors.filter { !$0.name.hasPrefix("source.") }, tensors.filter { $0.name.hasPrefix("source.") })
    return try TrainingNetwork(
      state: TrainingState(tensors: own, unlearning: head, seed: 7), threadCount: threads, options: options,
      kernel: kernel ?? Kernel.chosen())
  }
}

/// What PyTorch computed.
struct TrainingGolden: Decodable {
  let windows: Int
  let samples: Int
  let rate: Float
  let losses: [Float]

  static func read(_ name: String) throws -> (TrainingGolden, [Float]) {
    let facts = try JSONDecoder().decode(
      TrainingGolden.self, from: Data(contentsOf: Checkout.golden("Training/training-\(name).json")))
    let numbers = try Data(contentsOf: Checkout.golden("Training/training-\(name).f32"))
    return (facts, numbers.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
  }

  /// The numbers of a tensor that the golden file holds.
  static func sampled(_ values: [Float]) -> [Float] {
    stride(from: 0, to: values.count, by: max(1, values.count / 50)).map { values[$0] }
  }
}
