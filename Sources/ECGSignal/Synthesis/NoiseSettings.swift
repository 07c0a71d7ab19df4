import ECG
import Foundation

/// What disturbs a recording, at each electrode; leads see the differences between electrodes, as in a real recorder.
public struct NoiseSettings: Sendable, Hashable {
  /// Size of the slow drift from breathing and sweat, in millivolts.
  public var baselineWanderMillivolts: Double
  /// Standard deviation of muscle noise, in millivolts.
  public var muscleMillivolts: Double
  /// Amplitude of 50 Hz interference, in millivolts.
  public var mainsMillivolts: Double

  /// Settings, quiet unless told otherwise.
  public init(baselineWander: Double = 0.02, muscle: Double = 0.005, mains: Double = 0) {
    baselineWanderMillivolts = baselineWander
    muscleMillivolts = muscle
    mainsMillivolts = mains
  }

  /// A calm patient and good electrodes.
  public static let quiet = NoiseSettings()
  /// No disturbance at all.
  public static let none = NoiseSettings(baselineWander: 0, muscle: 0, mains: 0)
}

extension NoiseSettings {
  /// The disturbance of one electrode over a recording, in millivolts.
  func electrode(
    sampleCount: Int, samplingRateHertz: Double, respiration: Respiration, using generator: inout SeededGenerator
  ) -> [Double] {
    let drifts = [0.07, 0.13, 0.31].map { (hertz: $0 * generator.uniform(in: 0.8...1.2), phase: generator.uniform(in: 0...2 * Double.pi)) }
    let breathing = generator.uniform(in: -1...1)
    let mainsSize = mainsMillivolts * generator.uniform(in: 0.3...1)
    let mainsPhase = generator.uniform(in: -0.4...0.4)
    var previous = 0.0
    return (0..<sampleCount).map { index in
      let time = Double(index) / samplingRateHertz
      var wander = breathing * respiration.depth(atSeconds: time)
      for drift in drifts { wander += 0.6 * sin(2 * .pi * drift.hertz * time + drift.phase) }
      // The difference of neighbouring random numbers has little below 20 Hz, like the electromyogram.
      let random = generator.normal()
      let muscle = (random - previous) * 0.5.squareRoot()
      previous = random
      return baselineWanderMillivolts * wander + muscleMillivolts * muscle + mainsSize * sin(2 * .pi * 50 * time + mainsPhase)
    }
  }
}
