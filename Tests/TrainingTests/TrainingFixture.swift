import Foundation
import SEResNet
import TestSupport
import Testing
import Training

/// Networks and batches by formula, as Tests/Oracles/training_steps.py makes them.
enum TrainingFixture {
  /// Windows of numbers from -1.7 to 1.7; every second one is zero after 200 samples, so that the maximum pool has ties.
  static func batch(count: Int, samples: Int) throws -> TrainingBatch {
    let signals = FormulaModel.uniform(3000, count * 12 * samples).enumerated().map { index, number -> Float in
      let (window, sample) = (index / (12 * samples), index % samples)
      return window % 2 == 1 && sample >= 200 ? 0 : 1.7 * Float(2 * number - 1)
    }
    let patients = (0..<count).flatMap { window -> [Float] in
      let (age, isMale) = (0.2 + 0.1 * Float(window), Float(window % 2))
      return [age, 1, isMale, 1 - isMale, 1]
    }
    let targets = FormulaModel.uniform(3001, count * 24).map { $0 < 0.3 ? Float(1) : 0 }
    return try TrainingBatch(count: count, sampleCount: samples, signals: signals, patients: patients, targets: targets)
  }

  /// A network of the formula's weights.
  static func network(
    baseWidth: Int, leadGate: FormulaModel.LeadGate? = nil, threads: Int = 2, kernel: Kernel? = nil, dropout: Float = 0,
    _ change: (inout TrainingOptions) -> Void = { _ in }
  ) throws -> TrainingNetwork {
    let tensors = FormulaModel.tensors(baseWidth: baseWidth, leadGate: leadGate).map {
      NamedTensor(name: $0.name, shape: $0.shape, values: $0.values)
    }
    var options = TrainingOptions()
    options.dropoutRate = dropout
    change(&options)
    return try TrainingNetwork(
      state: TrainingState(tensors: tensors, seed: 7), threadCount: threads, options: options, kernel: kernel ?? Kernel.chosen())
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
