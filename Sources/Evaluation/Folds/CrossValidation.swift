import ECG

/// Recordings dealt into folds, each of which is predicted by a network that learnt from all others.
public struct CrossValidation: Sendable {
  /// Number of folds.
  public let count: Int
  /// The fold of each recording, 0 to ``count`` - 1.
  public let folds: [Int]

  /// Deals recordings by iterative stratification; see ``StratifiedFolds``.
  public init(_ items: [StratifiedFolds.Item], count: Int, seed: UInt64) {
    self.count = count
    folds = StratifiedFolds.assign(items, count: count, seed: seed)
  }

  /// The places of a fold's recordings.
  public func members(of fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }

  /// The places of the recordings that are in any other fold.
  public func others(than fold: Int) -> [Int] { folds.indices.filter { folds[$0] != fold } }

  /// The data set that a record of the challenge comes from: the letters that its name begins with (A, Q, I, S, HR, E, JS).
  ///
  /// Patients are only compared within a data set.
  public static func source(ofRecord name: String) -> String { String(name.prefix { $0.isLetter }) }
}

/// The figures of a cross-validation: each fold's own, and their mean and spread.
public struct CrossValidationReport: Sendable {
  /// How the recordings were decided.
  public enum Rule: String, Sendable, CaseIterable {
    /// All thresholds 0.5: the paper's model-default.
    case common = "0.5"
    /// Thresholds tuned on the outputs of all folds, the scored ones among them: the paper's model-final.
    case tuned = "tuned on all folds"
    /// Thresholds tuned for each fold on the outputs of the others: what tuning is worth on recordings it has not seen.
    case nested = "tuned on the other folds"
  }

  /// The thresholds tuned on all outputs, in output order.
  public let thresholds: [Double]
  /// All recordings, decided by ``thresholds``.
  public let records: ScoredRecords
  /// Recordings in each fold.
  public let sizes: [Int]
  private let figures: [Rule: [Figures]]

  /// The report of outputs, each made by a network that did not learn from the recording.
  public init(labels: [DiagnosisSet], outputs: [RecordOutput], split: CrossValidation) {
    func records(_ places: [Int]) -> ScoredRecords {
      ScoredRecords(labels: places.map { labels[$0] }, outputs: places.map { outputs[$0] })
    }
    let all = ScoredRecords(labels: labels, outputs: outputs)
    let tuned = ThresholdTuner(all).thresholds(for: .challenge)
    thresholds = tuned
    self.records = all.decided(by: tuned)
    let folds = (0..<split.count).map { records(split.members(of: $0)) }
    sizes = folds.map(\.count)
    let nested = (0..<split.count).map { ThresholdTuner(records(split.others(than: $0))).thresholds(for: .challenge) }
    figures = [
      .common: folds.map { Figures($0.decided(by: tuned.map { _ in ThresholdTuner.untuned })) },
      .tuned: folds.map { Figures($0.decided(by: tuned)) },
      .nested: zip(folds, nested).map { Figures($0.decided(by: $1)) },
    ]
  }

  /// What is reported: a heading, and how to get it.
  public static let columns: [(heading: String, value: @Sendable (Figures) -> Double?)] = [
    ("Sens.", { $0.sensitivity }), ("Spec.", { $0.specificity }), ("s_normalized", { $0.challengeMetric }), ("AUROC", { $0.auroc }),
    ("AUPRC", { $0.auprc }), ("F", { $0.fMeasure }),
    ("LAD F", { $0.classes[Diagnosis.leftAxisDeviation.index].counts.fMeasure }),
    ("LAD AUROC", { $0.classes[Diagnosis.leftAxisDeviation.index].auroc }),
  ]

  /// A figure of each fold; nil where it is undefined in one.
  public func values(_ rule: Rule, _ value: (Figures) -> Double?) -> [Double?] { (figures[rule] ?? []).map(value) }

  /// Mean and sample standard deviation of a figure over the folds in which it is defined.
  public func meanAndSpread(_ rule: Rule, _ value: (Figures) -> Double?) -> (mean: Double, spread: Double?)? {
    let defined = values(rule, value).compactMap { $0 }
    guard !defined.isEmpty else { return nil }
    let mean = defined.reduce(0, +) / Double(defined.count)
    let squares = defined.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, defined.count > 1 ? (squares / Double(defined.count - 1)).squareRoot() : nil)
  }
}
