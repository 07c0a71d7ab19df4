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

  /// Measures four signals, side by side.
  ///
  /// A deviation below `flatBelow` is rounding noise of a flat lead and counts as 0.
  public static func of(_ samples: [SIMD4<Double>], flatBelow: SIMD4<Double> = .zero) -> [Standardisation] {
    let count = Double(max(1, samples.count))
    var (sum, squares) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    for values in samples { sum += values }
    let mean = sum / count
    for values in samples { squares += (values - mean) * (values - mean) }
    let deviation = (squares / count).squareRoot()
    return mean.indices.map { place in
      let isLive = deviation[place] > flatBelow[place] && deviation[place].isFinite
      return Standardisation(mean: mean[place], deviation: isLive ? deviation[place] : 0)
    }
  }

  /// The z-score of a value: its distance from the mean in deviations; 0 in a flat lead.
  public func standardised(_ value: Double) -> Double { deviation > 0 ? (value - mean) / deviation : 0 }
}
