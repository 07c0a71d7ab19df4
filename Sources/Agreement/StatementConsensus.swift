/// Whom to believe about one statement: the verdict on each case, how sure it is, and what is known of the readers.
public struct StatementConsensus: Sendable {
  /// A way to a consensus.
  public enum Method: String, Sendable, CaseIterable {
    /// What most of the sure readers say.
    case majority
    /// Readers weighed by sensitivity and specificity, see ``DawidSkene``.
    case dawidSkene = "dawid-skene"
    /// Readers and the model weighed, see ``Crowdlab``.
    case crowdlab
  }

  /// The consensus on one case.
  public struct CaseConsensus: Sendable, Hashable {
    /// Present or absent; nil where the case is open: no sure vote (without a model), or as much for as against.
    public let verdict: Verdict?
    /// How probable it is that the statement holds: by majority, the share of the sure votes; nil where nothing is known.
    public let presence: Double?
    /// Whether an adjudicator decided.
    public let isAdjudicated: Bool

    /// How sure the verdict is, 0.5 to 1; nil where the case is open.
    public var confidence: Double? { verdict == nil ? nil : presence.map { max($0, 1 - $0) } }

    init(presence: Double?, known: Bool?) {
      let sure = known.map { $0 ? 1.0 : 0.0 } ?? presence
      self.presence = sure
      isAdjudicated = known != nil
      verdict = sure.flatMap { $0 == 0.5 ? nil : $0 > 0.5 ? .present : .absent }
    }
  }

  /// The way taken.
  public let method: Method
  /// By case.
  public let cases: [CaseConsensus]
  /// The model of the readers, where that was the way.
  public let dawidSkene: DawidSkene?
  /// The weights, where that was the way.
  public let crowdlab: Crowdlab?
  /// The bounds of two readers without truth; nil with more readers or where there are none.
  public let bounds: TwoReaderBounds?
  /// What a reader of the figures must know about them, in a sentence; nil where there is nothing to be said.
  public let caveat: String?

  /// The consensus on a statement.
  ///
  /// - Parameters:
  ///   - probabilities: by case, the model's out-of-fold probability; only ``Method/crowdlab`` looks at it.
  ///   - known: by case, the adjudicator's decision, which stands whatever the readers said.
  /// - Returns: nil where the way leads nowhere: Dawid and Skene without any sure vote, CROWDLAB without a case that has a probability and two sure
  ///   readers.
  public init?(
    _ votes: StatementVotes, by method: Method, probabilities: [Double?] = [], known: [Bool?] = [], settings: DawidSkene.Settings = .init()
  ) {
    self.method = method
    var presences: [Double?]
    switch method {
    case .majority:
      dawidSkene = nil
      crowdlab = nil
      presences = (0..<votes.caseCount).map { number in
        let counts = votes.counts(of: number)
        let sure = counts.present + counts.absent
        return sure > 0 ? Double(counts.present) / Double(sure) : nil
      }
    case .dawidSkene:
      guard let model = DawidSkene(votes, known: known, settings: settings) else { return nil }
      dawidSkene = model
      crowdlab = nil
      // What nobody was sure about stays open: the prevalence is no judgement of the case.
      presences = model.posteriors.enumerated().map { number, posterior in
        let counts = votes.counts(of: number)
        let counted = counts.present + counts.absent + (settings.unsureIsAVerdict ? counts.unsure : 0)
        return counted > 0 ? posterior : nil
      }
    case .crowdlab:
      guard let weighed = Crowdlab(votes, probabilities: probabilities) else { return nil }
      dawidSkene = nil
      crowdlab = weighed
      presences = weighed.posteriors
    }
    cases = presences.enumerated().map { number, presence in
      CaseConsensus(presence: presence, known: number < known.count ? known[number] : nil)
    }
    let active = votes.activeReaders
    if active.count == 2 {
      let bounds = TwoReaderBounds(votes.table(active[0], active[1]))
      self.bounds = bounds
      caveat =
        bounds.map { $0.sentence(first: votes.readers[active[0]], second: votes.readers[active[1]]) } ?? TwoReaderBounds.noBoundsSentence
    } else {
      bounds = nil
      caveat = active.count == 1 ? "One reader alone: nothing is known about how accurate the reader is." : nil
    }
  }
}

extension StatementVotes {
  /// Readers with a sure vote.
  var activeReaders: [Int] {
    var seen = [Bool](repeating: false, count: readers.count)
    for number in 0..<caseCount {
      for ballot in self[number] where ballot.verdict != .unsure { seen[Int(ballot.reader)] = true }
    }
    return seen.indices.filter { seen[$0] }
  }
}
