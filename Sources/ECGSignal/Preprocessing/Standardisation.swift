/// Mean and population standard deviation of one lead over its whole recording.
public struct Standardisation: Sendable, Equatable {
  /// The mean.
  public let mean: Double
  /// The population standard deviation; 0 for a flat lead.
  public let deviation: Double

  /// Neither shifts nor scales.
  public static let identity = Standardisation(mean: 0, deviation: 1)

  /// Mean and deviation that are already known.
  public init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }

  /// Measures a signal.
  ///
  /// A deviation below `flatBelow` is rounding noise of a flat lead and counts as 0.
  public init(of samples: [Double], flatBelow: Double = 0) {
    guard !samples.isEmpty else {
      self = Standardisation(mean: 0, deviation: 0)
      return
    }
    let mean = samples.reduce(0, +) / Double(samples.count)
    let variance = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(samples.count)
    let deviation = variance.squareRoot()
    self.init(mean: mean, deviation: deviation > flatBelow && deviation.isFinite ? deviation : 0)
  }

  /// The z-score of a value: its distance from the mean in deviations; 0 in a flat lead.
  public func standardised(_ value: Double) -> Double { deviation > 0 ? (value - mean) / deviation : 0 }
}
