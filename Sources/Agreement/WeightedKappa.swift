import ECG

/// How much a disagreement counts, by how far apart two categories of a scale are.
public enum DisagreementWeights: String, Sendable, CaseIterable {
  /// As the distance.
  case linear
  /// As the square of the distance.
  case quadratic
}

/// Cohen's weighted kappa of two raters on an ordinal scale (Cohen 1968).
public struct WeightedKappa: Sendable, Hashable {
  /// Agreement beyond chance.
  public let value: Double
  /// Large-sample standard error (Fleiss, Cohen and Everitt 1969, equation 9), as statsmodels' `cohens_kappa`.
  public let standardError: Double

  /// The 95 % interval, kappa ± 1.959964 standard errors, not clipped to -1…1.
  public var confidenceInterval: ConfidenceInterval {
    ConfidenceInterval(low: value - 1.959964 * standardError, high: value + 1.959964 * standardError)
  }

  /// The kappa of a table whose categories are in order.
  ///
  /// - Returns: nil without cases and where chance alone would leave no disagreement, that is where both raters gave the same one category throughout.
  public init?(_ table: CategoryTable, _ weights: DisagreementWeights) {
    let size = table.counts.count
    let total = Double(table.total)
    guard total > 0, size > 1 else { return nil }
    let first = table.counts.map { Double($0.reduce(0, +)) / total }
    let second = (0..<size).map { column in Double(table.counts.reduce(0) { $0 + $1[column] }) / total }
    func agreement(_ row: Int, _ column: Int) -> Double {
      let distance = Double(abs(row - column)) / Double(size - 1)
      return 1 - (weights == .linear ? distance : distance * distance)
    }
    var (observed, chance) = (0.0, 0.0)
    var rowMeans = [Double](repeating: 0, count: size)
    var columnMeans = rowMeans
    for row in 0..<size {
      for column in 0..<size {
        let weight = agreement(row, column)
        observed += Double(table.counts[row][column]) / total * weight
        chance += first[row] * second[column] * weight
        rowMeans[row] += second[column] * weight
        columnMeans[column] += first[row] * weight
      }
    }
    let outer = (0..<size).filter { first[$0] > 0 || second[$0] > 0 }
    guard outer.count > 1 else { return nil }
    let value = (observed - chance) / (1 - chance)
    var positive = 0.0
    for row in 0..<size {
      for column in 0..<size {
        let factor = agreement(row, column) - (rowMeans[row] + columnMeans[column]) * (1 - value)
        positive += Double(table.counts[row][column]) / total * factor * factor
      }
    }
    let mean = value - chance * (1 - value)
    let difference = positive - mean * mean
    self.value = value
    // Where the variance is 0 rounding leaves a trace, which the root would blow up.
    standardError = difference > positive * 1e-14 ? (difference / total).squareRoot() / (1 - chance) : 0
  }
}
