/// A pair of bounds that hold the truth in 95 of 100 such samples.
public struct ConfidenceInterval: Sendable, Hashable {
  /// The lower bound.
  public let low: Double
  /// The upper bound.
  public let high: Double

  /// From one bound to the other.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// The 2.5 % and 97.5 % quantiles of resampled values in any order, interpolated linearly as numpy's `percentile` does.
  ///
  /// Source: Efron and Tibshirani 1993, the percentile method.
  ///
  /// - Returns: nil without values.
  public init?(percentilesOf values: some Sequence<Double>) {
    let sorted = values.sorted()
    guard let low = sorted.sortedQuantile(0.025), let high = sorted.sortedQuantile(0.975) else { return nil }
    self.init(low: low, high: high)
  }
}

/// So many of so many, with Wilson's score interval.
public struct Proportion: Sendable, Hashable {
  /// How many have it; a fraction where cases count in parts.
  public let count: Double
  /// Of how many.
  public let total: Double

  /// Counts; negative ones count as 0, and no more than all have it.
  public init(_ count: Double, of total: Double) {
    self.total = max(0, total)
    self.count = min(max(0, count), self.total)
  }

  /// Whole counts.
  public init(_ count: Int, of total: Int) { self.init(Double(count), of: Double(total)) }

  /// The share; nil of nothing.
  public var value: Double? { total > 0 ? count / total : nil }

  /// The 95 % score interval (Wilson 1927), as statsmodels' `proportion_confint(method="wilson")`; nil of nothing.
  ///
  /// Unlike the one of ± 1.96 standard errors it is honest where nothing, or everything, has it.
  public var interval: ConfidenceInterval? {
    guard total > 0 else { return nil }
    let share = count / total
    let z = 1.959963984540054
    let square = z * z / total
    let middle = (share + square / 2) / (1 + square)
    let reach = z / (1 + square) * ((share * (1 - share) + square / 4) / total).squareRoot()
    return ConfidenceInterval(low: count == 0 ? 0 : max(0, middle - reach), high: count == total ? 1 : min(1, middle + reach))
  }
}
