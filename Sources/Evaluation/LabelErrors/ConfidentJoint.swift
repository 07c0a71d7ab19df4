/// How labels and what a model is confident of go together for one diagnosis against the rest.
///
/// Confident learning (Northcutt, Jiang and Chuang 2021): a record counts as truly present where its out-of-fold probability reaches the mean
/// probability of the records labelled present, and likewise for absent; where both are reached, the more probable counts. Numbers are those of cleanlab's
/// `compute_confident_joint` and `find_label_issues(filter_by="confident_learning")` for two classes. Records without a label or a probability are left
/// out: unknown is not absent.
public struct ConfidentJoint: Sendable, Hashable {
  /// Mean probability of present among the records labelled so; nil without any.
  public let presentThreshold: Double?
  /// Mean probability of absent among the records labelled so; nil without any.
  public let absentThreshold: Double?
  /// Confident counts, not yet fitted to the labels' counts, with at least one record on either side of the diagonal.
  public let counts: Counts
  /// How many records are labelled present.
  public let labelledPresent: Int
  /// How many are labelled absent.
  public let labelledAbsent: Int
  /// Records whose confident class is not their label, in order.
  public let offDiagonal: [Int]
  /// Those of ``offDiagonal`` whose more probable class, too, is not their label: label errors in the sense of cleanlab.
  public let suspects: [Int]

  /// Counts, or weights, by label and by what the model is confident of.
  public struct Counts: Sendable, Hashable {
    /// Labelled present, confidently present.
    public var presentPresent = 0.0
    /// Labelled present, confidently absent.
    public var presentAbsent = 0.0
    /// Labelled absent, confidently present.
    public var absentPresent = 0.0
    /// Labelled absent, confidently absent.
    public var absentAbsent = 0.0
  }

  /// The joint of labels and out-of-fold probabilities, record by record.
  ///
  /// - Returns: nil where no record has both a label and a probability.
  public init?(labels: [Bool?], probabilities: [Double?]) {
    let records = LabelledProbabilities(labels: labels, probabilities: probabilities)
    guard !records.entries.isEmpty else { return nil }
    let thresholds = records.thresholds(weights: nil)
    presentThreshold = thresholds.labelledPresent > 0 ? thresholds.present : nil
    absentThreshold = thresholds.labelledAbsent > 0 ? thresholds.absent : nil
    labelledPresent = Int(thresholds.labelledPresent)
    labelledAbsent = Int(thresholds.labelledAbsent)
    counts = records.counts(thresholds, weights: nil)
    let differing = records.entries.filter { entry in thresholds.confidentClass(entry.probability).map { $0 != entry.isPresent } ?? false }
    offDiagonal = differing.map(\.record)
    suspects = differing.filter { Self.contradicts($0) }.map(\.record)
  }

  /// Whether the more probable class is not the label, by more than rounding.
  private static func contradicts(_ entry: LabelledProbabilities.Entry) -> Bool {
    let present = entry.probability + (entry.isPresent ? LabelledProbabilities.rounding : 0)
    let absent = 1 - entry.probability + (entry.isPresent ? 0 : LabelledProbabilities.rounding)
    return (present > absent) != entry.isPresent
  }

  /// What the joint says of the labels.
  public var noise: LabelNoise.Shares {
    LabelNoise.Shares(counts, labelledPresent: Double(labelledPresent), labelledAbsent: Double(labelledAbsent))
  }
}

/// How well labels fit the model, 0 (wrong) to 1: the lower, the more suspect.
///
/// Source: Northcutt, Jiang and Chuang 2021; the numbers are those of cleanlab's `get_label_quality_scores`.
/// For one class against the rest the normalised margin is the same number as the self-confidence.
public enum LabelQuality {
  /// The probability of the given label; nil without label or probability.
  public static func selfConfidence(labels: [Bool?], probabilities: [Double?]) -> [Double?] {
    zip(labels, probabilities).map { label, probability in
      guard let label, let probability, probability.isFinite else { return nil }
      return label ? probability : 1 - probability
    }
  }

  /// The self-confidence after each class's mean self-confidence has been taken from its probability.
  ///
  /// What a model is seldom sure of is then not held against a record. It is cleanlab's with `adjust_pred_probs`.
  public static func adjustedMargin(labels: [Bool?], probabilities: [Double?]) -> [Double?] {
    let thresholds = LabelledProbabilities(labels: labels, probabilities: probabilities).thresholds(weights: nil)
    let largest = max(thresholds.present, thresholds.absent)
    return zip(labels, probabilities).map { label, probability in
      guard let label, let probability, probability.isFinite else { return nil }
      let present = probability - thresholds.present + largest
      let absent = 1 - probability - thresholds.absent + largest
      let total = present + absent
      return total > 0 ? (label ? present : absent) / total : 0.5
    }
  }
}

/// The records that have a label and a probability.
struct LabelledProbabilities: Sendable {
  struct Entry: Sendable {
    let record: Int
    let isPresent: Bool
    let probability: Double
  }

  struct Thresholds: Sendable {
    var present = 2.0
    var absent = 2.0
    var labelledPresent = 0.0
    var labelledAbsent = 0.0

    /// Whether present is what the model is confident of; nil where it is confident of neither.
    func confidentClass(_ probability: Double) -> Bool? {
      let isPresent = probability >= present - LabelledProbabilities.rounding
      let isAbsent = 1 - probability >= absent - LabelledProbabilities.rounding
      if isPresent && isAbsent { return probability > 1 - probability }
      return isPresent ? true : isAbsent ? false : nil
    }
  }

  /// Probabilities that differ by less are equal; the value is cleanlab's.
  static let rounding = 1e-6

  let entries: [Entry]

  init(labels: [Bool?], probabilities: [Double?]) {
    var entries: [Entry] = []
    for (record, (label, probability)) in zip(labels, probabilities).enumerated() {
      guard let label, let probability, probability.isFinite else { continue }
      entries.append(Entry(record: record, isPresent: label, probability: min(1, max(0, probability))))
    }
    self.entries = entries
  }

  /// The mean self-confidence of either class; a class without a record is never confident.
  func thresholds(weights: [Double]?) -> Thresholds {
    var result = Thresholds()
    var (present, absent) = (0.0, 0.0)
    for (place, entry) in entries.enumerated() {
      let weight = weights.map { $0[place] } ?? 1
      if entry.isPresent {
        result.labelledPresent += weight
        present += weight * entry.probability
      } else {
        result.labelledAbsent += weight
        absent += weight * (1 - entry.probability)
      }
    }
    if result.labelledPresent > 0 { result.present = max(present / result.labelledPresent, 2 * Self.rounding) }
    if result.labelledAbsent > 0 { result.absent = max(absent / result.labelledAbsent, 2 * Self.rounding) }
    return result
  }

  func counts(_ thresholds: Thresholds, weights: [Double]?) -> ConfidentJoint.Counts {
    var counts = ConfidentJoint.Counts()
    for (place, entry) in entries.enumerated() {
      guard let guess = thresholds.confidentClass(entry.probability) else { continue }
      let weight = weights.map { $0[place] } ?? 1
      switch (entry.isPresent, guess) {
      case (true, true): counts.presentPresent += weight
      case (true, false): counts.presentAbsent += weight
      case (false, true): counts.absentPresent += weight
      case (false, false): counts.absentAbsent += weight
      }
    }
    counts.presentPresent = max(1, counts.presentPresent)
    counts.absentAbsent = max(1, counts.absentAbsent)
    return counts
  }
}
