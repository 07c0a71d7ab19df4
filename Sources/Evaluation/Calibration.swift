import ECG

/// How far scores can be taken for probabilities: a reliability table in ten bins of equal width, and what follows from it.
public struct Calibration: Sendable, Hashable {
  /// Scores from `low` up to but not including `high`; the last bin includes 1.
  public struct Bin: Sendable, Hashable {
    /// The lowest score of the bin.
    public let low: Double
    /// The lowest score of the next.
    public let high: Double
    /// Scores in the bin.
    public internal(set) var count = 0
    /// Their sum.
    var scoreSum = 0.0
    /// How many of them have the label.
    public internal(set) var positives = 0

    /// The mean of the scores; nil in an empty bin.
    public var meanScore: Double? { count > 0 ? scoreSum / Double(count) : nil }
    /// The share that has the label; nil in an empty bin.
    public var observedShare: Double? { count > 0 ? Double(positives) / Double(count) : nil }
  }

  /// The reliability table.
  public private(set) var bins: [Bin]
  /// Mean squared difference of score and label (Brier 1950).
  public private(set) var brier: Double
  /// Expected calibration error: the bins' differences of mean score and observed share, weighted by their counts.
  ///
  /// Source: Naeini, Cooper and Hauskrecht 2015.
  public private(set) var expectedError: Double

  private static let binCount = 10

  /// The calibration of one class; nil without recordings, or where a score is outside 0…1.
  public init?(_ records: ScoredRecords, of diagnosis: Diagnosis) { self.init(records, classes: [diagnosis.index]) }

  /// The calibration of all classes taken together; nil without recordings, or where a score is outside 0…1.
  public init?(pooled records: ScoredRecords) { self.init(records, classes: Array(Diagnosis.all.indices)) }

  private init?(_ records: ScoredRecords, classes: [Int]) {
    bins = (0..<Self.binCount).map { Bin(low: Double($0) / Double(Self.binCount), high: Double($0 + 1) / Double(Self.binCount)) }
    var squares = 0.0
    for index in classes {
      for (labels, score) in zip(records.labels, records.scores(of: index)) {
        guard (0...1).contains(score) else { return nil }
        let isPositive = labels[index]
        var place = min(Self.binCount - 1, Int(score * Double(Self.binCount)))
        if score < bins[place].low { place -= 1 }
        bins[place].count += 1
        bins[place].scoreSum += score
        bins[place].positives += isPositive ? 1 : 0
        squares += (score - (isPositive ? 1 : 0)) * (score - (isPositive ? 1 : 0))
      }
    }
    let total = Double(classes.count * records.count)
    guard total > 0 else { return nil }
    brier = squares / total
    expectedError = bins.reduce(0) { $0 + abs($1.scoreSum - Double($1.positives)) } / total
  }
}
