import ECG

/// How readers follow what they are shown: what becomes of verdicts once the model's decision or the label is uncovered.
///
/// Every verdict was first given blind and then confirmed or changed. A reader who says already what is uncovered can only stay or move away from it, one
/// who does not can move towards it, so each rate has its own denominator. Where a consensus is known it says whether what was uncovered was right, and
/// whether a change did good; a consensus should not rest on the very verdicts given after uncovering.
///
/// Why it matters: a wrong machine diagnosis costs readers half of their accuracy (Bond et al. 2018).
public struct Anchoring: Sendable, Hashable {
  /// A verdict before and after something was uncovered.
  public struct Reveal: Sendable, Hashable {
    /// The verdict given blind.
    public let before: Verdict
    /// The verdict that stands.
    public let after: Verdict
    /// What the label or the model says: present or absent.
    public let shown: Verdict
    /// What the readers or an adjudicator made of the case; nil where it is open.
    public let consensus: Verdict?

    /// A reveal.
    public init(before: Verdict, after: Verdict, shown: Verdict, consensus: Verdict? = nil) {
      self.before = before
      self.after = after
      self.shown = shown
      self.consensus = consensus
    }
  }

  /// Rates with Wilson's interval.
  public struct Rates: Sendable, Hashable {
    /// Verdicts that changed, of all.
    public let changed: Proportion
    /// Changes to what was shown, of the verdicts that differed from it.
    public let towards: Proportion
    /// Changes from what was shown, of the verdicts that were equal to it.
    public let away: Proportion

    init(_ reveals: [Reveal]) {
      let differing = reveals.filter { $0.before != $0.shown }
      let equal = reveals.filter { $0.before == $0.shown }
      changed = Proportion(reveals.count { $0.before != $0.after }, of: reveals.count)
      towards = Proportion(differing.count { $0.after == $0.shown }, of: differing.count)
      away = Proportion(equal.count { $0.after != $0.shown }, of: equal.count)
    }
  }

  /// Over all verdicts.
  public let all: Rates
  /// Where what was shown is the consensus.
  public let shownRight: Rates
  /// Where it is not: following it is being misled.
  public let shownWrong: Rates
  /// Verdicts on cases without a consensus of present or absent.
  public let withoutConsensus: Int
  /// Verdicts that became right, of those that were not the consensus.
  public let corrected: Proportion
  /// Verdicts that became wrong or unsure, of those that were the consensus.
  public let spoiled: Proportion

  /// The figures of reveals; those in which what was shown is neither present nor absent are left out.
  public init(_ reveals: some Sequence<Reveal>) {
    let known = reveals.filter { $0.shown != .unsure }
    let settled = known.filter { $0.consensus == .present || $0.consensus == .absent }
    all = Rates(known)
    shownRight = Rates(settled.filter { $0.shown == $0.consensus })
    shownWrong = Rates(settled.filter { $0.shown != $0.consensus })
    withoutConsensus = known.count - settled.count
    let wrong = settled.filter { $0.before != $0.consensus }
    let right = settled.filter { $0.before == $0.consensus }
    corrected = Proportion(wrong.count { $0.after == $0.consensus }, of: wrong.count)
    spoiled = Proportion(right.count { $0.after != $0.consensus }, of: right.count)
  }
}
