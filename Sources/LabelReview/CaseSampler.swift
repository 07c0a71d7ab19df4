import Agreement
import ECG

/// A recording that may be drawn into a study.
public struct SamplingCandidate: Sendable {
  /// The record's name.
  public var record: String
  /// Where it is, in one spelling.
  public var path: String
  /// What its label says: present or absent.
  public var label: Verdict
  /// What the model decided: present or absent.
  public var decision: Verdict
  /// The model's probability, where it is known.
  public var probability: Double?

  /// A candidate.
  public init(record: String, path: String, label: Verdict, decision: Verdict, probability: Double? = nil) {
    self.record = record
    self.path = path
    self.label = label
    self.decision = decision
    self.probability = probability
  }

  /// How the decision stands to the label.
  public var outcome: Outcome? { Outcome(label: label, decision: decision) }
}

/// Draws the cases of a study.
public enum CaseSampler {
  /// There are fewer recordings of an outcome than were asked for.
  public struct TooFew: Error, Equatable, CustomStringConvertible {
    /// The outcomes, with how many were asked for and how many there are.
    public let shortages: [Shortage]

    /// One outcome of which there are too few.
    public struct Shortage: Sendable, Hashable {
      /// The outcome.
      public let outcome: Outcome
      /// How many were asked for.
      public let requested: Int
      /// How many there are.
      public let available: Int
    }

    /// One line for a person.
    public var description: String {
      let parts = shortages.map { "\($0.available) \($0.outcome.name) where \($0.requested) were asked for" }
      return "too few recordings: " + parts.joined(separator: ", ")
    }
  }

  /// Draws without replacement, each outcome by itself; which are drawn depends on the seed, names and outcomes, not on the order given.
  ///
  /// - Returns: the drawn candidates in a random order, and how many of each outcome there were.
  /// - Throws: ``TooFew`` unless fewer are allowed.
  public static func draw(
    _ requested: [Outcome: Int], from candidates: [SamplingCandidate], seed: UInt64, allowsFewer: Bool = false
  ) throws -> (drawn: [SamplingCandidate], frame: [Outcome: Int]) {
    let groups = Dictionary(grouping: candidates.filter { $0.outcome != nil }) { $0.outcome ?? .trueNegative }
    let frame = Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0, groups[$0]?.count ?? 0) })
    let shortages = Outcome.allCases.compactMap { outcome -> TooFew.Shortage? in
      let (wanted, available) = (requested[outcome] ?? 0, frame[outcome] ?? 0)
      return wanted > available ? TooFew.Shortage(outcome: outcome, requested: wanted, available: available) : nil
    }
    if !allowsFewer, !shortages.isEmpty { throw TooFew(shortages: shortages) }
    let drawn = Outcome.allCases.flatMap { outcome -> ArraySlice<SamplingCandidate> in
      var generator = SeededGenerator(seed: seed, purpose: "sample \(outcome.rawValue)")
      let sorted = (groups[outcome] ?? []).sorted { ($0.record, $0.path) < ($1.record, $1.path) }
      return generator.shuffled(sorted).prefix(max(0, requested[outcome] ?? 0))
    }
    var generator = SeededGenerator(seed: seed, purpose: "sample order")
    return (generator.shuffled(drawn), frame)
  }

  /// Which of `count` drawn cases come twice: a share of them rounded to the nearest whole number, at least one where the share is not 0.
  public static func repeated(share: Double, of count: Int, seed: UInt64) -> [Int] {
    guard share > 0, count > 0 else { return [] }
    var generator = SeededGenerator(seed: seed, purpose: "repeat")
    let wanted = max(1, Int((min(1, share) * Double(count)).rounded()))
    return generator.shuffled(0..<count).prefix(wanted).sorted()
  }
}
