import ECG

/// What thresholds are chosen for.
public enum TuningObjective: String, Sendable, CaseIterable {
  /// s_normalized, as in the paper.
  case challenge
  /// F₁ of each class by itself.
  case f1
  /// Sensitivity plus specificity of each class by itself (Youden 1950).
  case youden
}

/// Chooses decision thresholds by a constrained grid search (section 2.4 of the paper).
///
/// One threshold common to all classes is searched for in steps of 0.1, then each class in output order alone in steps of 0.01, the others
/// as they stand. The class of the highest score is positive throughout, as in use. F₁ and Youden's J do not depend on other classes and
/// skip the first step, starting from 0.5. A threshold is moved only for a better result, and to the lowest of several equal ones: a class whose
/// result is the same over a range keeps the common threshold instead of an accident of the grid. (The thresholds of the reference checkpoint
/// were chosen so.) A class without a positive recording has nothing to be tuned by and stays at 0.5.
///
/// Results are compared in whole numbers, so nothing depends on rounding or the order of recordings. A step costs one pass over the recordings:
/// what a recording adds with the class and without is put into the bin of its score, and the hundred sums are taken from the top bin down.
public struct ThresholdTuner {
  /// The threshold of a class that cannot be tuned.
  public static let untuned = 0.5
  /// The steps of one class, 0 to 1.
  private static let fineGrid = (0...100).map { Double($0) / 100 }
  /// The steps of all classes together, 0 to 1.
  private static let coarseGrid = (0...10).map { Double($0) / 10 }

  private let records: ScoredRecords
  private let top: [Int]
  /// Which classes have a positive recording.
  public let isTuned: [Bool]

  /// Prepares a search on recordings.
  public init(_ records: ScoredRecords) {
    self.records = records
    top = records.top
    let present = records.labels.reduce(0) { $0 | $1.bits }
    isTuned = Diagnosis.all.indices.map { DiagnosisSet(bits: present)[$0] }
  }

  /// The best thresholds, one a class in output order.
  public func thresholds(for objective: TuningObjective) -> [Double] {
    var thresholds = [Double](repeating: Self.untuned, count: Diagnosis.all.count)
    switch objective {
    case .f1, .youden: for index in thresholds.indices where isTuned[index] { thresholds[index] = alone(index, objective) }
    case .challenge:
      thresholds = common()
      var decisions = records.decided(by: thresholds).decisions
      for index in thresholds.indices where isTuned[index] {
        let rewards = sums(of: index) { record in
          var (with, without) = (decisions[record], decisions[record])
          with[index] = true
          without[index] = false
          let labels = records.labels[record]
          return ChallengeWeights.reward(labels: labels, outputs: with) - ChallengeWeights.reward(labels: labels, outputs: without)
        }
        thresholds[index] = Self.best(rewards, from: thresholds[index])
        for (record, score) in records.scores(of: index).enumerated() {
          decisions[record][index] = score >= thresholds[index] || top[record] == index
        }
      }
    }
    return thresholds
  }

  /// The best of eleven thresholds for all classes that are tuned.
  private func common() -> [Double] {
    let candidates = Self.coarseGrid.map { threshold in isTuned.map { $0 ? threshold : Self.untuned } }
    let rewards = candidates.map { thresholds in
      zip(records.labels, records.decided(by: thresholds).decisions).reduce(into: Int128(0)) {
        $0 += Int128(ChallengeWeights.reward(labels: $1.0, outputs: $1.1))
      }
    }
    return rewards.max().flatMap { rewards.firstIndex(of: $0) }.map { candidates[$0] } ?? isTuned.map { _ in Self.untuned }
  }

  /// The best threshold of a class that is judged by its own counts.
  private func alone(_ index: Int, _ objective: TuningObjective) -> Double {
    let found = sums(of: index) { records.labels[$0][index] ? 1 : 0 }
    let wrong = sums(of: index) { records.labels[$0][index] ? 0 : 1 }
    let positives = records.labels.count { $0[index] }
    let negatives = records.count - positives
    switch objective {
    case .youden: return Self.best(zip(found, wrong).map { $0 * Int128(negatives) - $1 * Int128(positives) }, from: Self.untuned)
    case .f1, .challenge:
      return Self.best(zip(found, wrong).map { Double(2 * $0) / Double($0 + $1 + Int128(positives)) }, from: Self.untuned)
    }
  }

  /// For each step of the grid, the sum of `value` over the recordings that are positive there.
  private func sums(of index: Int, _ value: (Int) -> Int) -> [Int128] {
    var sums = [Int128](repeating: 0, count: Self.fineGrid.count)
    for (record, score) in records.scores(of: index).enumerated() {
      if let step = top[record] == index ? Self.fineGrid.count - 1 : Self.highestStep(reachedBy: score) {
        sums[step] += Int128(value(record))
      }
    }
    for step in sums.indices.dropLast().reversed() { sums[step] += sums[step + 1] }
    return sums
  }

  /// The highest step of the grid that a score reaches; nil where it reaches none.
  private static func highestStep(reachedBy score: Double) -> Int? {
    guard score >= 0 else { return nil }
    var step = Int(min(score, 1) * 100)
    while step + 1 < fineGrid.count, score >= fineGrid[step + 1] { step += 1 }
    while step > 0, score < fineGrid[step] { step -= 1 }
    return step
  }

  /// The step of the best value: `current` where none is better, else the lowest of the best.
  private static func best<Value: Comparable>(_ values: [Value], from current: Double) -> Double {
    guard let best = values.max(), let lowest = values.firstIndex(of: best) else { return current }
    return values[Int((current * 100).rounded())] == best ? current : fineGrid[lowest]
  }
}
