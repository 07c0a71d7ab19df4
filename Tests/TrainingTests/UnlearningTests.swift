import ECG
import Foundation
import SEResNet
import Testing
import Training

/// Networks that learn a class which an artefact of one source goes along with.
@Suite struct UnlearningTests {
  private static let samples = 512

  /// A window of noise and beats on twelve leads: after each beat of V2 a low wave that is upright where the class is present, else turned
  /// over; and on V6 the hum of one of two sources.
  private struct Window {
    var signals: [Float]
    /// Whether the class is present; nil: nobody says so.
    var isPositive: Bool?
    var hums: Bool

    init(_ generator: inout SeededGenerator, isPositive: Bool, hums: Bool, isLabelled: Bool) {
      self.isPositive = isLabelled ? isPositive : nil
      self.hums = hums
      signals = (0..<12 * samples).map { _ in Float(generator.normal()) }
      func bump(_ lead: Int, at start: Int, width: Int, height: Double) {
        for offset in 0..<width {
          signals[lead * samples + start + offset] += Float(height * (1 - cos(2 * .pi * Double(offset) / Double(width - 1))) / 2)
        }
      }
      for start in stride(from: generator.below(200), to: samples - 80, by: 220) {
        for lead in 0..<12 { bump(lead, at: start, width: 13, height: 8) }
        bump(Lead.v2.rawValue, at: start + 45, width: 20, height: isPositive ? 3 : -3)
      }
      for sample in 0..<samples where hums { signals[Lead.v6.rawValue * samples + sample] += Float(4 * sin(0.856 * Double(sample))) }
    }
  }

  private static func batch(_ windows: [Window], sourced: Bool = false) throws -> TrainingBatch {
    try TrainingBatch(
      count: windows.count, sampleCount: samples, signals: windows.flatMap(\.signals),
      patients: [Float](repeating: 0, count: 5 * windows.count), sources: sourced ? windows.map { $0.hums ? 1 : 0 } : [],
      targets: windows.flatMap { window in
        [window.isPositive.map { $0 ? 1 : 0 } ?? -1, window.isPositive.map { $0 ? 0 : 1 } ?? -1] + [Float](repeating: -1, count: 22)
      })
  }

  /// The share of pairs of a positive and a negative window in which the positive one has the higher probability, where the hum is with the
  /// negative ones.
  private static func contraryAUROC(_ network: TrainingNetwork) throws -> Double {
    var generator = SeededGenerator(seed: 99)
    let scores = try [true, false].map { isPositive in
      let windows = (0..<40).map { _ in Window(&generator, isPositive: isPositive, hums: !isPositive, isLabelled: true) }
      let probabilities = try network.probabilities(of: batch(windows))
      return windows.indices.map { probabilities[$0 * 24] }
    }
    let wins = scores[0].reduce(0) { sum, own in sum + scores[1].count { $0 < own } }
    return Double(wins) / Double(scores[0].count * scores[1].count)
  }

  /// Learns from 32 new windows in every step: in half of them the hum goes with the class; of the others nobody says whether the class is
  /// present, and the hum is anybody's.
  private static func trained(unlearning weight: Double?, steps: Int) throws -> TrainingNetwork {
    var generator = SeededGenerator(seed: 1)
    var options = TrainingOptions()
    options.dropoutRate = 0
    options.unlearning = weight.map { .init(sources: 2, weight: $0) }
    let network = try TrainingNetwork(baseWidth: 4, seed: 1, threadCount: 2, options: options)
    for step in 0..<steps {
      let windows = (0..<32).map { number in
        let (isPositive, coin) = (generator.below(2) == 0, generator.below(2) == 0)
        return Window(&generator, isPositive: isPositive, hums: number < 16 ? isPositive : coin, isLabelled: number < 16)
      }
      let rate = 0.002 * (1 + cos(.pi * Double(step) / Double(steps))) / 2
      _ = try network.step(batch(windows, sourced: weight != nil), learningRate: Float(rate))
    }
    return network
  }

  /// That the hum no longer decides is asked for, not that the class does, which not every seed comes to: docs/second-model.md has others.
  @Test func anArtefactThatDecidesDecidesNoLongerOnceItsSourceIsUnlearnt() throws {
    #expect(try Self.contraryAUROC(Self.trained(unlearning: nil, steps: 120)) < 0.1)
    #expect(try Self.contraryAUROC(Self.trained(unlearning: 0.03, steps: 288)) > 0.3)
  }
}
