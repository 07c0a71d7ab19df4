import ECG
import Foundation

/// How probable it is that each record's label of one diagnosis is wrong, from all the evidence there is.
///
/// The odds of truly present are a product of the evidence's likelihood ratios, each raised to what it is worth beside the others (two that say the same
/// are not counted twice); the labels that teach this are known to be partly wrong. Records are scored by what other records taught: in turn, a
/// fifth of the patients is left out of the learning and scored, and where records are few that is repeated over other fifths and averaged. See
/// ``Evidence`` and `NoisyLogistic` for the parts.
public struct SuspectScore: Sendable {
  /// By record, the probability that its label is wrong, 0 to 1; nil of a record without a label or without any evidence.
  public let scores: [Double?]
  /// By record, the probability that the diagnosis is truly present, by the evidence without its label.
  public let presence: [Double]
  /// By record and evidence, the logarithm of the odds it adds for present; 0 where it is unknown.
  public let contributions: [[Double]]
  /// What each evidence is worth: the mean exponent of its likelihood ratio.
  public let weights: [Double]
  /// The mean fitted probability that a label is wrong.
  public let noise: Double

  private static let folds = 5
  /// The learning is repeated over other folds until so many records were scored, and at most ten times: among few records it matters much which of them teach.
  private static let enoughRecords = 2000
  private static let mostRepeats = 10

  /// The scores of labels.
  ///
  /// - Parameters:
  ///   - labels: by record, present or absent; nil where unknown.
  ///   - evidence: of as many records each.
  ///   - patients: by record, who; recordings of one patient are learned from, or scored, together. Empty: each is a patient's only one.
  /// - Returns: nil where evidence and labels are not of the same number of records.
  public init?(labels: [Bool?], evidence: [Evidence], patients: [Int] = [], seed: UInt64 = 0) {
    guard evidence.allSatisfy({ $0.kind.count == labels.count }) else { return nil }
    let repeats = min(Self.mostRepeats, max(1, Self.enoughRecords / max(1, labels.count)))
    let divisions = (0..<repeats).map { Self.folds(of: labels, patients: patients, seed: seed &+ UInt64($0) &* 1_000_003) }
    let parts = Replicates.spread(repeats * Self.folds) { number in
      Part(labels: labels, evidence: evidence, folds: divisions[number / Self.folds], fold: number % Self.folds)
    }
    // What taught without the record, once a repeat.
    func mean(_ record: Int, _ value: (Part) -> Double) -> Double {
      divisions.indices.reduce(0) { $0 + value(parts[$1 * Self.folds + divisions[$1][record]]) } / Double(repeats)
    }
    scores = labels.indices.map { record in
      guard let label = labels[record], parts[divisions[0][record]].rows[record].contains(where: { $0 != 0 }) else { return nil }
      return mean(record) { $0.model.probabilityOfError($0.rows[record], label: label) }
    }
    presence = labels.indices.map { record in mean(record) { 1 / (1 + exp(-$0.model.logOdds($0.rows[record]))) } }
    contributions = labels.indices.map { record in
      evidence.indices.map { index in mean(record) { $0.rows[record][index] * $0.model.weights[index] } }
    }
    weights = evidence.indices.map { index in parts.reduce(0) { $0 + $1.model.weights[index] } / Double(parts.count) }
    noise = parts.reduce(0) { $0 + $1.model.noise } / Double(parts.count)
  }

  /// Records with a score, the most suspect first; equal ones in their own order.
  public var ranking: [Int] {
    scores.indices.filter { scores[$0] != nil }.sorted { (scores[$0] ?? 0, $1) > (scores[$1] ?? 0, $0) }
  }

  /// What all folds but one taught.
  private struct Part: Sendable {
    let model: NoisyLogistic
    let rows: [[Double]]

    init(labels: [Bool?], evidence: [Evidence], folds: [Int], fold: Int) {
      let learning = labels.indices.map { labels[$0] != nil && folds[$0] != fold }
      let columns = evidence.map { $0.logRatios(labels: labels, learning: learning) }
      let rows = labels.indices.map { record in columns.map { $0[record] } }
      let taught = labels.indices.filter { learning[$0] }
      model = NoisyLogistic(
        rows: taught.map { rows[$0] }, labels: taught.map { labels[$0] == true }, expected: evidence.map(\.expectedWeight),
        logOdds: Evidence.logOdds(labels, learning))
      self.rows = rows
    }
  }

  /// Folds of patients, those with a record labelled present spread as evenly as those without.
  private static func folds(of labels: [Bool?], patients: [Int], seed: UInt64) -> [Int] {
    let owners = labels.indices.map { $0 < patients.count ? patients[$0] : -1 - $0 }
    var carries: [Int: Bool] = [:]
    var order: [Int] = []
    for (record, owner) in owners.enumerated() {
      if carries[owner] == nil { order.append(owner) }
      carries[owner] = carries[owner] == true || labels[record] == true
    }
    var generator = SeededGenerator(seed: seed, stream: 0x666F_6C64)
    let shuffled = generator.shuffled(order)
    var foldOfOwner: [Int: Int] = [:]
    var next = [true: 0, false: 0]
    for owner in shuffled {
      let group = carries[owner] == true
      let turn = next[group] ?? 0
      foldOfOwner[owner] = turn % folds
      next[group] = turn + 1
    }
    return owners.map { foldOfOwner[$0] ?? 0 }
  }
}
