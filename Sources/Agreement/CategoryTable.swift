/// How often two raters gave each combination of verdicts: `counts[i][j]` cases on which the first said category i and the second category j.
///
/// Numbers follow the conventions of statsmodels' `cohens_kappa`; those that are undefined are nil, never NaN.
public struct CategoryTable: Sendable, Hashable {
  /// Square, by first rater's then second rater's category.
  public let counts: [[Int]]

  /// A table of non-negative counts.
  ///
  /// - Returns: nil where the table is not square or a count is negative.
  public init?(_ counts: [[Int]]) {
    guard counts.allSatisfy({ row in row.count == counts.count && row.allSatisfy { $0 >= 0 } }) else { return nil }
    self.counts = counts
  }

  /// Number of cases.
  public var total: Int { counts.joined().reduce(0, +) }

  /// Number of cases on which both agree; nil without cases.
  public var agreeing: Int? { total > 0 ? counts.indices.reduce(0) { $0 + counts[$1][$1] } : nil }

  /// Specific agreement in one category (Cicchetti and Feinstein 1990): twice the cases on which both said it, by how often either did.
  ///
  /// For the category present this is positive, for absent negative agreement.
  ///
  /// - Returns: nil where neither rater ever said it.
  public func specificAgreement(_ category: Int) -> Double? {
    let said = counts[category].reduce(0, +) + counts.reduce(0) { $0 + $1[category] }
    return said > 0 ? 2 * Double(counts[category][category]) / Double(said) : nil
  }

  /// Cohen's kappa with its standard error.
  public struct Kappa: Sendable, Hashable {
    /// Agreement beyond chance: 1 is perfect, 0 what chance gives.
    public let value: Double
    /// Large-sample standard error (Fleiss, Cohen and Everitt 1969, equation 13), not the one under kappa = 0.
    public let standardError: Double
    /// The largest kappa that these margins allow.
    public let maximum: Double

    /// 95 % confidence interval, kappa ± 1.959964 standard errors, not clipped to -1…1.
    public var confidenceInterval: (low: Double, high: Double) {
      (value - 1.959964 * standardError, value + 1.959964 * standardError)
    }
  }

  /// Cohen's kappa; nil without cases and where chance agreement is 1, that is where both raters gave the same one category throughout.
  public func kappa() -> Kappa? {
    let total = counts.joined().reduce(0.0) { $0 + Double($1) }
    let first = counts.map { row in row.reduce(0.0) { $0 + Double($1) } }
    let second = counts.indices.map { column in counts.reduce(0.0) { $0 + Double($1[column]) } }
    // In whole numbers, so that "chance agreement is 1" and "perfect agreement" are exact.
    let agreeing = counts.indices.reduce(0.0) { $0 + Double(counts[$1][$1]) }
    let expected = counts.indices.reduce(0.0) { $0 + first[$1] * second[$1] }
    let room = total * total - expected
    guard total > 0, room > 0 else { return nil }
    let possible = counts.indices.reduce(0.0) { $0 + min(first[$1], second[$1]) }
    let value = (agreeing * total - expected) / room
    return Kappa(
      value: value,
      standardError: standardError(kappa: value, total: total, first: first, second: second),
      maximum: (possible * total - expected) / room
    )
  }

  /// Equation 13 of Fleiss, Cohen and Everitt 1969, on counts divided by the number of cases, as statsmodels.
  private func standardError(kappa: Double, total: Double, first: [Double], second: [Double]) -> Double {
    let chance = counts.indices.reduce(0.0) { $0 + first[$1] * second[$1] } / (total * total)
    var positive = 0.0
    for (row, cells) in counts.enumerated() {
      for (column, count) in cells.enumerated() {
        let share = Double(count) / total
        let marginal = (second[row] + first[column]) / total
        let factor = (row == column ? 1 : 0) - marginal * (1 - kappa)
        positive += share * factor * factor
      }
    }
    let mean = kappa - chance * (1 - kappa)
    let difference = positive - mean * mean
    // Where the variance is 0 (perfect agreement, a rater who never varies) rounding leaves a trace, which the root would blow up.
    guard difference > positive * 1e-14 else { return 0 }
    return (difference / total).squareRoot() / (1 - chance)
  }
}
