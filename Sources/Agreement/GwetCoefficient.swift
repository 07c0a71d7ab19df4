import ECG

/// Gwet's AC1 of two raters (Gwet 2008), with the standard error and the interval of irrCAC's `gwet` over raw ratings, an infinite population assumed.
public struct GwetCoefficient: Sendable, Hashable {
  /// Agreement beyond chance, where chance is the agreement of raters on cases too hard to tell.
  public let value: Double
  /// Large-sample standard error; nil with one case only.
  public let standardError: Double?
  /// Bounds of the 95 % confidence interval by Student's t with n - 1 degrees of freedom, the upper one at most 1; nil with one case only.
  public let confidenceInterval: ConfidenceInterval?

  /// The coefficient of a table with at least two categories; nil without cases.
  public init?(_ table: CategoryTable) {
    let count = table.counts.count
    let total = Double(table.total)
    guard count >= 2, total > 0 else { return nil }
    let shares = (0..<count).map { category -> Double in
      let row: Int = table.counts[category].reduce(0, +)
      let column: Int = table.counts.reduce(0) { $0 + $1[category] }
      return Double(row + column) / (2 * total)
    }
    let observed = (0..<count).reduce(0.0) { $0 + Double(table.counts[$1][$1]) } / total
    let chance = shares.reduce(0.0) { $0 + $1 * (1 - $1) } / Double(count - 1)
    let value = (observed - chance) / (1 - chance)
    self.value = value
    guard total > 1 else {
      standardError = nil
      confidenceInterval = nil
      return
    }
    var squares = 0.0
    for row in 0..<count {
      for column in 0..<count {
        let own = ((row == column ? 1 : 0) - chance) / (1 - chance)
        let ownChance = ((1 - shares[row]) + (1 - shares[column])) / 2 / Double(count - 1)
        let deviation = own - 2 * (1 - value) * (ownChance - chance) / (1 - chance) - value
        squares += Double(table.counts[row][column]) * deviation * deviation
      }
    }
    // Perfect agreement leaves a trace of rounding.
    let variance = squares / (total * (total - 1))
    let error = variance > 1e-28 ? variance.squareRoot() : 0
    standardError = error
    let reach = StudentT.twoSided95(degreesOfFreedom: total - 1) * error
    confidenceInterval = ConfidenceInterval(low: value - reach, high: min(1, value + reach))
  }
}
