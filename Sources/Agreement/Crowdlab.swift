/// Readers and a model together: a weighted mean of the model's probability and of what each reader's verdict stands for.
///
/// A reader weighs as much as they agree with the others, the model as much as it agrees with the consensus, both relative to always naming the commoner
/// answer. Source: Goh, Tkachenko and Mueller 2022, "CROWDLAB: Supervised learning to infer consensus labels and quality scores for data with multiple
/// annotators"; the numbers are those of cleanlab's `get_label_quality_multiannotator` for two classes. The model's probabilities must come from a model
/// that was not trained on these cases. Unsure is a vote not given.
public struct Crowdlab: Sendable {
  /// One reader.
  public struct Reader: Sendable, Hashable {
    /// Who.
    public let name: String
    /// The reader's weight: how much better than always saying the commoner answer, by agreement with the other readers.
    public let weight: Double
    /// How far the reader is to be believed, 0 to 1; nil of one who judged no case that another judged.
    public let quality: Double?
    /// Sure verdicts on cases with a probability.
    public let votes: Int
  }

  /// By case, the probability that the statement holds; the model's alone where nobody voted, the readers' alone where there is no probability, nil with
  /// neither.
  public let posteriors: [Double?]
  /// By case, whether the consensus is that the statement holds; nil as in ``posteriors``.
  public let consensus: [Bool?]
  /// The model's weight.
  public let modelWeight: Double
  /// The readers in order of their numbers.
  public let readers: [Reader]

  /// The consensus of votes and probabilities.
  ///
  /// - Parameter probabilities: by case, the model's probability that the statement holds; nil or missing where there is none.
  /// - Returns: nil where no case with a probability was judged by two readers who were sure.
  public init?(_ votes: StatementVotes, probabilities: [Double?]) {
    let panel = CrowdlabPanel(votes, probabilities)
    guard panel.cases.contains(where: { $0.votes > 1 }) else { return nil }
    let majority = panel.majority()
    let first = panel.weigh(consensus: majority)
    let best = panel.cases.indices.map { index -> Bool in
      let posterior = panel.posterior(index, first)
      return posterior.present == posterior.absent ? majority[index] : posterior.present > posterior.absent
    }
    let weights = panel.weigh(consensus: best)
    modelWeight = weights.model
    readers = panel.readers(votes.readers, weights, consensus: best)
    var posteriors = [Double?](repeating: nil, count: votes.caseCount)
    var consensus = [Bool?](repeating: nil, count: votes.caseCount)
    for (index, entry) in panel.cases.enumerated() {
      posteriors[entry.number] = panel.posterior(index, weights).present
      consensus[entry.number] = best[index]
    }
    for number in 0..<votes.caseCount where posteriors[number] == nil {
      let probability = number < probabilities.count ? probabilities[number] : nil
      guard let alone = probability ?? panel.readersAlone(votes[number], weights) else { continue }
      posteriors[number] = alone
      consensus[number] = alone > 0.5
    }
    self.posteriors = posteriors
    self.consensus = consensus
  }
}

/// The cases that have both sure votes and a probability, and what is computed of them.
struct CrowdlabPanel {
  struct Entry {
    let number: Int
    let probability: Double
    let ballots: [StatementVotes.Ballot]
    var votes: Int { ballots.count }
    var present: Int { ballots.count { $0.verdict == .present } }
  }

  struct Weights {
    var model: Double
    var readers: [Double]
    /// How probable it is that a reader says what the consensus says.
    var consensusLikelihood: Double
  }

  private(set) var cases: [Entry] = []
  private let readerCount: Int
  /// Weights and shares below this are raised to it, as cleanlab does.
  private static let least = 1e-6

  init(_ votes: StatementVotes, _ probabilities: [Double?]) {
    readerCount = votes.readers.count
    for number in 0..<votes.caseCount {
      guard number < probabilities.count, let probability = probabilities[number], probability.isFinite else { continue }
      let sure = votes[number].filter { $0.verdict != .unsure }
      if !sure.isEmpty { cases.append(Entry(number: number, probability: min(1, max(0, probability)), ballots: sure)) }
    }
  }

  /// What most say; ties go by the model, then to the rarer answer, then to the better readers, then to absent.
  func majority() -> [Bool] {
    let present = cases.reduce(0) { $0 + $1.present }
    let absent = cases.reduce(0) { $0 + $1.votes } - present
    var result = [Bool?](repeating: nil, count: cases.count)
    for (index, entry) in cases.enumerated() {
      let difference = 2 * entry.present - entry.votes
      if difference != 0 {
        result[index] = difference > 0
      } else if entry.probability != 0.5 {
        result[index] = entry.probability > 0.5
      } else if present != absent {
        result[index] = present < absent
      }
    }
    guard result.contains(where: { $0 == nil }) else { return result.map { $0 ?? false } }
    let clear = cases.map { 2 * $0.present == $0.votes ? nil : 2 * $0.present > $0.votes }
    let shares = Self.imputed(agreement(with: clear))
    return zip(cases, result).map { entry, decided in
      if let decided { return decided }
      func mean(_ verdict: Verdict) -> Double {
        let own = entry.ballots.filter { $0.verdict == verdict }
        return own.reduce(0) { $0 + shares[Int($1.reader)] } / Double(own.count)
      }
      return mean(.present) > mean(.absent)
    }
  }

  /// By reader, the share of their verdicts that are the consensus; nil without one.
  private func agreement(with consensus: [Bool?]) -> [Double?] {
    var counts = [(same: Double, all: Double)](repeating: (0, 0), count: readerCount)
    for (entry, holds) in zip(cases, consensus) {
      guard let holds else { continue }
      for ballot in entry.ballots {
        counts[Int(ballot.reader)].all += 1
        if (ballot.verdict == .present) == holds { counts[Int(ballot.reader)].same += 1 }
      }
    }
    return counts.map { $0.all > 0 ? $0.same / $0.all : nil }
  }

  /// What is missing becomes the mean of the rest.
  private static func imputed(_ values: [Double?]) -> [Double] {
    let known = values.compactMap { $0 }
    let mean = known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
    return values.map { $0 ?? mean }
  }

  /// The weights of the model and the readers under a consensus.
  func weigh(consensus: [Bool]) -> Weights {
    var agreement = 0.0
    var (several, holding, modelErrors) = (0.0, 0.0, 0.0)
    var pairs = [(same: Double, all: Double)](repeating: (0, 0), count: readerCount)
    for (entry, holds) in zip(cases, consensus) where entry.votes > 1 {
      several += 1
      agreement += Double(holds ? entry.present : entry.votes - entry.present) / Double(entry.votes)
      if holds { holding += 1 }
      if (entry.probability > 0.5) != holds { modelErrors += 1 }
      for ballot in entry.ballots {
        let alike = ballot.verdict == .present ? entry.present : entry.votes - entry.present
        pairs[Int(ballot.reader)].same += Double(alike - 1)
        pairs[Int(ballot.reader)].all += Double(entry.votes - 1)
      }
    }
    let naiveError = max(min(holding, several - holding) / several, Self.least)
    let shares = Self.imputed(pairs.map { $0.all > 0 ? $0.same / $0.all : nil })
    let meanVotes = cases.reduce(0.0) { $0 + Double($1.votes) } / Double(cases.count)
    return Weights(
      model: max(1 - modelErrors / several / naiveError, Self.least) * meanVotes.squareRoot(),
      readers: shares.map { max(1 - (1 - $0) / naiveError, Self.least) },
      consensusLikelihood: agreement / several
    )
  }

  /// The weighted means for and against.
  func posterior(_ index: Int, _ weights: Weights) -> (present: Double, absent: Double) {
    let entry = cases[index]
    var present = entry.probability * weights.model
    var absent = (1 - entry.probability) * weights.model
    var total = weights.model
    for ballot in entry.ballots {
      let weight = weights.readers[Int(ballot.reader)]
      let isPresent = ballot.verdict == .present
      present += weight * (isPresent ? weights.consensusLikelihood : 1 - weights.consensusLikelihood)
      absent += weight * (isPresent ? 1 - weights.consensusLikelihood : weights.consensusLikelihood)
      total += weight
    }
    return (present / total, absent / total)
  }

  /// The weighted mean over the readers alone; nil without a sure vote.
  func readersAlone(_ ballots: ArraySlice<StatementVotes.Ballot>, _ weights: Weights) -> Double? {
    var (present, total) = (0.0, 0.0)
    for ballot in ballots where ballot.verdict != .unsure {
      let weight = weights.readers[Int(ballot.reader)]
      present += weight * (ballot.verdict == .present ? weights.consensusLikelihood : 1 - weights.consensusLikelihood)
      total += weight
    }
    return total > 0 ? present / total : nil
  }

  /// Each reader's quality: the mean posterior of what they said, and their agreement with the consensus, weighted as the model and the readers are.
  func readers(_ names: [String], _ weights: Weights, consensus: [Bool]) -> [Crowdlab.Reader] {
    var scores = [(sum: Double, votes: Int)](repeating: (0, 0), count: readerCount)
    for (index, entry) in cases.enumerated() {
      let posterior = posterior(index, weights)
      for ballot in entry.ballots {
        scores[Int(ballot.reader)].sum += ballot.verdict == .present ? posterior.present : posterior.absent
        scores[Int(ballot.reader)].votes += 1
      }
    }
    let agreement = agreement(with: zip(cases, consensus).map { $0.votes > 1 ? $1 : nil })
    let meanVotes = cases.reduce(0.0) { $0 + Double($1.votes) } / Double(cases.count)
    let together = weights.readers.reduce(0, +) * meanVotes / Double(readerCount)
    let share = weights.model / (weights.model + together)
    return names.enumerated().map { number, name in
      let score = scores[number]
      let quality = agreement[number].map { share * score.sum / Double(score.votes) + (1 - share) * $0 }
      return Crowdlab.Reader(name: name, weight: weights.readers[number], quality: quality, votes: score.votes)
    }
  }
}
