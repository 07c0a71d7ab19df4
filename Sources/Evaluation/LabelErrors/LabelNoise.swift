import ECG

/// The estimated share of wrong labels of one diagnosis, with intervals, before anybody has looked at a record again.
///
/// It is the calibrated confident joint of Northcutt et al. 2021: the confident counts, fitted to the counts of the labels. It takes the model's confident
/// word for the truth; what a review of drawn records says, ``ReviewEstimate`` tells.
public struct LabelNoise: Sendable, Hashable {
  /// Shares of the records that have a label and a probability.
  public struct Shares: Sendable, Hashable {
    /// Labelled wrongly, of all.
    public let wrong: Double
    /// Truly absent, of those labelled present; nil without any.
    public let wrongPresent: Double?
    /// Truly present, of those labelled absent; nil without any.
    public let wrongAbsent: Double?
    /// Truly present, of all.
    public let prevalence: Double

    init(_ counts: ConfidentJoint.Counts, labelledPresent: Double, labelledAbsent: Double) {
      let total = labelledPresent + labelledAbsent
      let ofPresent = counts.presentAbsent / (counts.presentPresent + counts.presentAbsent)
      let ofAbsent = counts.absentPresent / (counts.absentPresent + counts.absentAbsent)
      wrong = (ofPresent * labelledPresent + ofAbsent * labelledAbsent) / total
      wrongPresent = labelledPresent > 0 ? ofPresent : nil
      wrongAbsent = labelledAbsent > 0 ? ofAbsent : nil
      prevalence = ((1 - ofPresent) * labelledPresent + ofAbsent * labelledAbsent) / total
    }
  }

  /// Of the records as they are.
  public let shares: Shares
  /// Interval of ``Shares/wrong`` over resampled patients.
  public let wrong: ConfidenceInterval?
  /// Interval of ``Shares/wrongPresent``.
  public let wrongPresent: ConfidenceInterval?
  /// Interval of ``Shares/wrongAbsent``.
  public let wrongAbsent: ConfidenceInterval?
  /// Interval of ``Shares/prevalence``.
  public let prevalence: ConfidenceInterval?

  /// The noise of labels, by out-of-fold probabilities.
  ///
  /// - Parameters:
  ///   - patients: by record, who; recordings of one patient are drawn together. Empty, and every recording is a patient's only one.
  ///   - replicates: samples drawn, 0 for no intervals.
  /// - Returns: nil where no record has a label and a probability.
  public init?(labels: [Bool?], probabilities: [Double?], patients: [Int] = [], replicates: Int, seed: UInt64) {
    guard let joint = ConfidentJoint(labels: labels, probabilities: probabilities) else { return nil }
    let records = LabelledProbabilities(labels: labels, probabilities: probabilities)
    shares = joint.noise
    let clusters = Clusters(records.entries.map { $0.record < patients.count ? patients[$0.record] : -1 - $0.record })
    let samples = Replicates.run(replicates, seed: seed) { generator -> Shares? in
      let weights = clusters.drawn(using: &generator)
      let thresholds = records.thresholds(weights: weights)
      guard thresholds.labelledPresent + thresholds.labelledAbsent > 0 else { return nil }
      return Shares(
        records.counts(thresholds, weights: weights), labelledPresent: thresholds.labelledPresent, labelledAbsent: thresholds.labelledAbsent
      )
    }.compactMap { $0 }
    wrong = ConfidenceInterval(percentilesOf: samples.map(\.wrong))
    wrongPresent = ConfidenceInterval(percentilesOf: samples.compactMap(\.wrongPresent))
    wrongAbsent = ConfidenceInterval(percentilesOf: samples.compactMap(\.wrongAbsent))
    prevalence = ConfidenceInterval(percentilesOf: samples.map(\.prevalence))
  }
}

/// Records that are drawn together.
struct Clusters: Sendable {
  private let members: [[Int32]]
  private let count: Int

  /// Records by the number of what they belong to.
  init(_ owners: [Int]) {
    count = owners.count
    var places: [Int: Int] = [:]
    var members: [[Int32]] = []
    for (record, owner) in owners.enumerated() {
      if let place = places[owner] {
        members[place].append(Int32(record))
      } else {
        places[owner] = members.count
        members.append([Int32(record)])
      }
    }
    self.members = members
  }

  /// How often each record comes in a sample of as many clusters.
  func drawn(using generator: inout SeededGenerator) -> [Double] {
    var weights = [Double](repeating: 0, count: count)
    for _ in members.indices {
      for record in members[generator.below(members.count)] { weights[Int(record)] += 1 }
    }
    return weights
  }
}
