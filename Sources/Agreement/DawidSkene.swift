import ECG
import Foundation

/// How often a statement holds, how good each reader is, and how probable it is that it holds in each case, from the readers' verdicts alone.
///
/// The latent class model of Dawid and Skene 1979 with two true states: in each state a reader gives each verdict with a probability of their own,
/// independently of the other readers. It is fitted by expectation and maximisation from the shares of votes, as crowd-kit's `DawidSkene` is; a prior of
/// pseudo-counts makes it a maximum a posteriori estimate, which rare statements and readers of few cases need.
///
/// With two readers and no truth the likelihood alone cannot tell good readers from bad ones, see ``TwoReaderBounds``; what is fitted then is the prior's.
public struct DawidSkene: Sendable {
  /// What is assumed before any verdict is seen, as numbers of imagined cases.
  public struct Prior: Sendable, Hashable {
    /// Imagined cases in which the statement holds.
    public var present: Double
    /// Imagined cases in which it does not.
    public var absent: Double
    /// Imagined right verdicts of each reader in each of the two states.
    public var right: Double
    /// Imagined wrong verdicts of each reader in each state.
    public var wrong: Double

    /// Numbers of imagined cases and verdicts; negative ones count as 0.
    public init(present: Double, absent: Double, right: Double, wrong: Double) {
      self.present = max(0, present)
      self.absent = max(0, absent)
      self.right = max(0, right)
      self.wrong = max(0, wrong)
    }

    /// No prior: the likelihood alone.
    public static let none = Prior(present: 0, absent: 0, right: 0, wrong: 0)
    /// One case of either state, and readers who are right four times in five: outweighed by a dozen cases, yet enough to say which state is which.
    public static let mild = Prior(present: 1, absent: 1, right: 4, wrong: 1)
  }

  /// How the model is fitted.
  public struct Settings: Sendable, Hashable {
    /// What is assumed beforehand.
    public var prior = Prior.mild
    /// Whether unsure is a verdict of its own, given with a probability of its own in each state; else it is a vote not given.
    public var unsureIsAVerdict = false
    /// The most rounds of expectation and maximisation.
    public var mostRounds = 1000
    /// The rounds end when no probability changes by more.
    public var tolerance = 1e-9

    /// The usual settings.
    public init() {}
  }

  /// One reader, as the model sees them.
  public struct Reader: Sendable, Hashable {
    /// Who.
    public let name: String
    /// The probability of present where the statement holds; nil where the reader judged no case that is likelier to be one than not, of which it would be
    /// the prior's.
    public let sensitivity: Double?
    /// The probability of absent where it does not hold; nil where the reader judged no case that is likelier to be one than not.
    public let specificity: Double?
    /// Verdicts that counted.
    public let votes: Int
  }

  /// The share of cases in which the statement holds.
  public let prevalence: Double
  /// The readers in order of their numbers.
  public let readers: [Reader]
  /// By case, the probability that the statement holds; of a case without a vote that counts it is the prevalence.
  public let posteriors: [Double]
  /// Cases with a vote that counts, or a known truth.
  public let judgedCases: Int
  /// Rounds of expectation and maximisation.
  public let rounds: Int
  /// Whether the last round changed no probability by more than the tolerance.
  public let hasConverged: Bool

  private let patterns: VotePatterns
  private let settings: Settings
  private let fit: LatentClassFit

  /// The model of votes.
  ///
  /// - Parameter known: by case, what an adjudicator decided; nil or missing where the truth is not known.
  /// - Returns: nil where no case has a vote that counts.
  public init?(_ votes: StatementVotes, known: [Bool?] = [], settings: Settings = Settings()) {
    let patterns = VotePatterns(votes, known: known, unsureCounts: settings.unsureIsAVerdict)
    guard !patterns.ballots.isEmpty else { return nil }
    let fit = LatentClassFit(patterns, weights: patterns.weights, settings: settings, start: nil)
    self.patterns = patterns
    self.settings = settings
    self.fit = fit
    prevalence = fit.prevalence
    posteriors = patterns.patternOfCase.map { $0.map { fit.posteriors[$0] } ?? fit.prevalence }
    judgedCases = patterns.patternOfCase.count { $0 != nil }
    rounds = fit.rounds
    hasConverged = fit.hasConverged
    var counted = [Double](repeating: 0, count: votes.readers.count)
    for pattern in patterns.weights.indices {
      for ballot in patterns.ballots(of: pattern) { counted[ballot / patterns.categories] += patterns.weights[pattern] }
    }
    readers = votes.readers.enumerated().map { number, name in
      Reader(name: name, sensitivity: fit.sensitivity(number), specificity: fit.specificity(number), votes: Int(counted[number]))
    }
  }

  /// Intervals of the model's figures, by resampling cases.
  public struct Intervals: Sendable, Hashable {
    /// Of the prevalence; nil where the model is undefined in every sample.
    public let prevalence: ConfidenceInterval?
    /// Of each reader's sensitivity, in order; nil where it is unknown.
    public let sensitivity: [ConfidenceInterval?]
    /// Of each reader's specificity.
    public let specificity: [ConfidenceInterval?]
  }

  /// Bootstrap intervals over cases (Efron and Tibshirani 1993, percentile method), the same for the same seed on any number of processors.
  ///
  /// Each sample's model is fitted from the whole's, for at most 100 rounds.
  public func intervals(_ bootstrap: Bootstrap) -> Intervals {
    let pool = patterns.patternOfCase.compactMap { $0 }
    var quick = settings
    quick.mostRounds = min(settings.mostRounds, 100)
    quick.tolerance = max(settings.tolerance, 1e-5)
    let samples = bootstrap.parallel { [quick] generator -> LatentClassFit in
      var weights = [Double](repeating: 0, count: patterns.weights.count)
      for _ in pool.indices { weights[pool[generator.below(pool.count)]] += 1 }
      return LatentClassFit(patterns, weights: weights, settings: quick, start: fit)
    }
    return Intervals(
      prevalence: ConfidenceInterval(percentilesOf: samples.map(\.prevalence)),
      sensitivity: readers.enumerated().map { number, reader in
        reader.sensitivity == nil ? nil : ConfidenceInterval(percentilesOf: samples.compactMap { $0.sensitivity(number) })
      },
      specificity: readers.enumerated().map { number, reader in
        reader.specificity == nil ? nil : ConfidenceInterval(percentilesOf: samples.compactMap { $0.specificity(number) })
      }
    )
  }
}

/// One fit of the model to weighted patterns.
struct LatentClassFit: Sendable {
  private(set) var prevalence = 0.0
  /// By pattern.
  private(set) var posteriors: [Double]
  private(set) var rounds = 0
  private(set) var hasConverged = false
  /// By ballot, the probability where the statement holds.
  private var ifPresent: [Double]
  /// By ballot, the probability where it does not.
  private var ifAbsent: [Double]
  /// By reader, whether they judged a case in which it rather holds than not, and one in which it rather does not.
  private var judged: [(present: Bool, absent: Bool)]
  private let categories: Int

  /// Counts below this are raised to it before shares are taken, so that no logarithm is infinite; the value is crowd-kit's.
  private static let least = 1e-10

  init(_ patterns: VotePatterns, weights: [Double], settings: DawidSkene.Settings, start: LatentClassFit?) {
    categories = patterns.categories
    let slots = patterns.readerCount * patterns.categories
    ifPresent = [Double](repeating: 0, count: slots)
    ifAbsent = ifPresent
    judged = Array(repeating: (false, false), count: patterns.readerCount)
    posteriors = start?.posteriors ?? Self.shares(patterns)
    maximise(patterns, weights, settings.prior)
    while rounds < settings.mostRounds, !hasConverged {
      hasConverged = expect(patterns, weights) <= settings.tolerance
      maximise(patterns, weights, settings.prior)
      rounds += 1
    }
    for pattern in posteriors.indices where weights[pattern] > 0 {
      for ballot in patterns.ballots(of: pattern) {
        if posteriors[pattern] > 0.5 { judged[ballot / categories].present = true }
        if posteriors[pattern] < 0.5 { judged[ballot / categories].absent = true }
      }
    }
  }

  func sensitivity(_ reader: Int) -> Double? { judged[reader].present ? ifPresent[reader * categories] : nil }

  func specificity(_ reader: Int) -> Double? { judged[reader].absent ? ifAbsent[reader * categories + 1] : nil }

  /// The share of sure votes that say present, by pattern: where the rounds start.
  private static func shares(_ patterns: VotePatterns) -> [Double] {
    patterns.weights.indices.map { pattern in
      if let known = patterns.known[pattern] { return known ? 1 : 0 }
      let said = patterns.ballots(of: pattern).map { $0 % patterns.categories }
      let sure = said.count { $0 < 2 }
      return sure > 0 ? Double(said.count { $0 == 0 }) / Double(sure) : 0.5
    }
  }

  /// The probability of each pattern's being one of a case that has it; the largest change.
  private mutating func expect(_ patterns: VotePatterns, _ weights: [Double]) -> Double {
    let evidence = zip(ifPresent, ifAbsent).map { $0 > 0 ? log($0) - log($1) : 0 }
    let prior = log(max(prevalence, Self.least)) - log(max(1 - prevalence, Self.least))
    var change = 0.0
    patterns.withBallots { ballots, starts in
      evidence.withUnsafeBufferPointer { evidence in
        for pattern in posteriors.indices where weights[pattern] > 0 && patterns.known[pattern] == nil {
          var odds = prior
          for place in starts[pattern]..<starts[pattern + 1] { odds += evidence[ballots[place]] }
          let posterior = 1 / (1 + exp(-odds))
          change = max(change, abs(posterior - posteriors[pattern]))
          posteriors[pattern] = posterior
        }
      }
    }
    return change
  }

  /// The prevalence and each reader's probabilities, given each pattern's.
  private mutating func maximise(_ patterns: VotePatterns, _ weights: [Double], _ prior: DawidSkene.Prior) {
    var (present, total) = (0.0, 0.0)
    for slot in ifPresent.indices {
      ifPresent[slot] = 0
      ifAbsent[slot] = 0
    }
    let posteriors = posteriors
    patterns.withBallots { ballots, starts in
      ifPresent.withUnsafeMutableBufferPointer { ifPresent in
        ifAbsent.withUnsafeMutableBufferPointer { ifAbsent in
          for pattern in posteriors.indices where weights[pattern] > 0 {
            let weight = weights[pattern]
            let holding = weight * posteriors[pattern]
            present += holding
            total += weight
            for place in starts[pattern]..<starts[pattern + 1] {
              ifPresent[ballots[place]] += holding
              ifAbsent[ballots[place]] += weight - holding
            }
          }
        }
      }
    }
    prevalence = (present + prior.present) / (total + prior.present + prior.absent)
    for reader in 0..<patterns.readerCount {
      let base = reader * categories
      let slots = base..<(base + categories)
      // Where unsure is a verdict, the imagined wrong ones are shared by wrong and unsure.
      let wrong = prior.wrong / Double(categories - 1)
      for slot in slots {
        ifPresent[slot] += slot == base ? prior.right : wrong
        ifAbsent[slot] += slot == base + 1 ? prior.right : wrong
        // A verdict that the reader never gave stays without a probability.
        if ifPresent[slot] + ifAbsent[slot] > 0 {
          ifPresent[slot] = max(ifPresent[slot], Self.least)
          ifAbsent[slot] = max(ifAbsent[slot], Self.least)
        }
      }
      Self.normalise(&ifPresent, slots)
      Self.normalise(&ifAbsent, slots)
    }
  }

  private static func normalise(_ counts: inout [Double], _ slots: Range<Int>) {
    let total = slots.reduce(0) { $0 + counts[$1] }
    if total > 0 {
      for slot in slots { counts[slot] /= total }
    }
  }
}
