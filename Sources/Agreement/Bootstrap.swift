import ECG

/// Confidence intervals by resampling cases with replacement (Efron and Tibshirani 1993, percentile method), the same for the same seed.
public struct Bootstrap: Sendable, Hashable {
  /// Samples drawn.
  public let replicates: Int
  /// Seed of the drawing.
  public let seed: UInt64

  /// A number of samples from a seed.
  public init(replicates: Int, seed: UInt64) {
    self.replicates = replicates
    self.seed = seed
  }

  /// What resampling says of a statistic.
  public struct Result: Sendable, Hashable {
    /// The 2.5 % and 97.5 % quantiles, interpolated linearly as numpy's `percentile` does; nil where no sample has the statistic.
    public let interval: GwetCoefficient.Interval?
    /// Samples in which the statistic is defined.
    ///
    /// Those in which it is not are left out of the quantiles.
    public let defined: Int
  }

  /// Kappa of a table's resampled cases.
  public func kappa(of table: CategoryTable, purpose: String) -> Result {
    guard let cells = Cells(table) else { return Result(interval: nil, defined: 0) }
    var generator = SeededGenerator(seed: seed, purpose: "bootstrap \(purpose)")
    var values: [Double] = []
    values.reserveCapacity(replicates)
    for _ in 0..<replicates {
      if let kappa = cells.resampled(using: &generator).kappa() { values.append(kappa.value) }
    }
    values.sort()
    guard let low = values.sortedQuantile(0.025), let high = values.sortedQuantile(0.975) else {
      return Result(interval: nil, defined: 0)
    }
    return Result(interval: GwetCoefficient.Interval(low: low, high: high), defined: values.count)
  }

  /// A table's cells as the places from which cases are drawn.
  private struct Cells {
    let table: CategoryTable
    /// How many cases lie in a cell and those before it.
    let ends: [Int]

    init?(_ table: CategoryTable) {
      guard table.total > 0 else { return nil }
      self.table = table
      var sum = 0
      ends = table.counts.joined().map { count in
        sum += count
        return sum
      }
    }

    func resampled(using generator: inout SeededGenerator) -> CategoryTable {
      let total = ends.last ?? 0
      let width = table.counts.count
      var drawn = [Int](repeating: 0, count: ends.count)
      for _ in 0..<total {
        let place = generator.below(total)
        drawn[ends.firstIndex { place < $0 } ?? 0] += 1
      }
      let rows = (0..<width).map { Array(drawn[($0 * width)..<(($0 + 1) * width)]) }
      return CategoryTable(rows) ?? table
    }
  }
}
