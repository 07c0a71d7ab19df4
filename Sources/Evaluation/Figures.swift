import ECG

/// What became of one class: recordings by label and decision.
public struct ClassCounts: Sendable, Hashable {
  /// Label and decision.
  public internal(set) var truePositives = 0.0
  /// Decision without label.
  public internal(set) var falsePositives = 0.0
  /// Label without decision.
  public internal(set) var falseNegatives = 0.0
  /// Neither.
  public internal(set) var trueNegatives = 0.0

  /// F₁, nil where there is neither label nor decision.
  public var fMeasure: Double? { Self.ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }
  /// The share of labels that were found; nil without labels.
  public var sensitivity: Double? { Self.ratio(truePositives, truePositives + falseNegatives) }
  /// The share of recordings without the label that were left alone; nil where all have it.
  public var specificity: Double? { Self.ratio(trueNegatives, trueNegatives + falsePositives) }
  /// The share of decisions that the label bears out; nil without decisions.
  public var precision: Double? { Self.ratio(truePositives, truePositives + falsePositives) }
  /// F₂, which counts a missed label four times.
  public var fBeta: Double? { Self.ratio(5 * truePositives, 5 * truePositives + falsePositives + 4 * falseNegatives) }
  /// G₂, the generalised Jaccard index that counts a missed label twice.
  public var gBeta: Double? { Self.ratio(truePositives, truePositives + falsePositives + 2 * falseNegatives) }

  private static func ratio(_ part: Double, _ whole: Double) -> Double? { whole > 0 ? part / whole : nil }
}

/// Every figure of one class.
public struct ClassFigures: Sendable, Hashable {
  /// Recordings by label and decision.
  public internal(set) var counts = ClassCounts()
  /// The same with each recording divided by its number of labels, as the challenge's F₂ and G₂ are made.
  public internal(set) var sharedCounts = ClassCounts()
  /// Area under the receiver operating characteristic; nil without positives or without negatives.
  public internal(set) var auroc: Double?
  /// Area under precision over recall, step-wise at the distinct scores; nil without positives.
  public internal(set) var auprc: Double?
}

/// Every figure of the official scorer of the PhysioNet/CinC Challenge 2020, with sensitivity and specificity.
///
/// Macro means are over the classes in which the figure is defined; nil where it is in none. Source: Alday et al. 2020, section 2.4, and the
/// challenge's `evaluate_12ECG_score.py`.
public struct Figures: Sendable, Hashable {
  /// One entry a class, in output order.
  public private(set) var classes: [ClassFigures]
  /// Share of recordings whose decisions are exactly their labels.
  public private(set) var accuracy: Double?
  /// s_normalized: 1 for what the labels say, 0 for always sinus rhythm.
  public private(set) var challengeMetric: Double?

  /// Macro mean of AUROC.
  public var auroc: Double? { mean(\.auroc) }
  /// Macro mean of AUPRC.
  public var auprc: Double? { mean(\.auprc) }
  /// Macro mean of F₁.
  public var fMeasure: Double? { mean(\.counts.fMeasure) }
  /// Macro mean of F₂, recordings divided by their number of labels.
  public var fBeta: Double? { mean(\.sharedCounts.fBeta) }
  /// Macro mean of G₂, recordings divided by their number of labels.
  public var gBeta: Double? { mean(\.sharedCounts.gBeta) }
  /// Macro mean of sensitivity.
  public var sensitivity: Double? { mean(\.counts.sensitivity) }
  /// Macro mean of specificity.
  public var specificity: Double? { mean(\.counts.specificity) }

  /// The figures of recordings.
  public init(_ records: ScoredRecords) { self = FigureMaker(records).figures() }

  init(classes: [ClassFigures], accuracy: Double?, challengeMetric: Double?) {
    self.classes = classes
    self.accuracy = accuracy
    self.challengeMetric = challengeMetric
  }

  private func mean(_ figure: (ClassFigures) -> Double?) -> Double? {
    let defined = classes.compactMap(figure)
    return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
  }
}

/// Makes figures of the same recordings in any weighting; what does not depend on the weights is made once.
struct FigureMaker {
  private let records: ScoredRecords
  private let ranks: [RankedScores]
  /// Observed, correct and inactive reward of each recording.
  private let rewards: [(observed: Int, correct: Int, inactive: Int)]

  init(_ records: ScoredRecords) {
    self.records = records
    ranks = Diagnosis.all.indices.map { RankedScores(records.scores(of: $0)) }
    rewards = zip(records.labels, records.decisions).map { labels, decisions in
      (
        ChallengeWeights.reward(labels: labels, outputs: decisions), ChallengeWeights.reward(labels: labels, outputs: labels),
        ChallengeWeights.reward(labels: labels, outputs: ChallengeWeights.normal)
      )
    }
  }

  /// The figures where the n-th recording counts `weights[n]` times, a whole number; once each where `weights` is nil.
  func figures(weights: [Double]? = nil) -> Figures {
    let weights = weights ?? [Double](repeating: 1, count: records.count)
    var classes = [ClassFigures](repeating: ClassFigures(), count: Diagnosis.all.count)
    let total = weights.reduce(0, +)
    let matches = count(&classes, weights: weights)
    for index in classes.indices {
      classes[index].counts.trueNegatives =
        total - classes[index].counts.truePositives - classes[index].counts.falsePositives - classes[index].counts.falseNegatives
      let areas = ranks[index].areas(labels: records.labels, bit: index, weights: weights)
      classes[index].auroc = areas.auroc
      classes[index].auprc = areas.auprc
    }
    return Figures(classes: classes, accuracy: total > 0 ? matches / total : nil, challengeMetric: challengeMetric(weights))
  }

  /// Counts labels and decisions; the weight of the recordings in which they are the same.
  private func count(_ classes: inout [ClassFigures], weights: [Double]) -> Double {
    var matches = 0.0
    classes.withUnsafeMutableBufferPointer { classes in
      for (record, weight) in weights.enumerated() where weight > 0 {
        let labels = records.labels[record]
        let decisions = records.decisions[record]
        if labels == decisions { matches += weight }
        let share = weight / Double(max(1, labels.count))
        DiagnosisSet(bits: labels.bits & decisions.bits).forEachIndex {
          classes[$0].counts.truePositives += weight
          classes[$0].sharedCounts.truePositives += share
        }
        DiagnosisSet(bits: decisions.bits & ~labels.bits).forEachIndex {
          classes[$0].counts.falsePositives += weight
          classes[$0].sharedCounts.falsePositives += share
        }
        DiagnosisSet(bits: labels.bits & ~decisions.bits).forEachIndex {
          classes[$0].counts.falseNegatives += weight
          classes[$0].sharedCounts.falseNegatives += share
        }
      }
    }
    return matches
  }

  private func challengeMetric(_ weights: [Double]) -> Double? {
    var observed: Int128 = 0
    var correct: Int128 = 0
    var inactive: Int128 = 0
    for (reward, weight) in zip(rewards, weights) where weight > 0 {
      let times = Int128(weight)
      observed += Int128(reward.observed) * times
      correct += Int128(reward.correct) * times
      inactive += Int128(reward.inactive) * times
    }
    return ChallengeWeights.normalised(observed: observed, correct: correct, inactive: inactive)
  }
}
