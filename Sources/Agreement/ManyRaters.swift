/// How the readers of a case voted: how many gave each verdict; of all cases on which they voted so.
public struct CaseVotes: Sendable, Hashable {
  /// Votes by category, in one order for all cases.
  public let counts: [Int]
  /// On how many cases the votes were these.
  public let cases: Int

  /// Votes by category, on so many cases.
  public init(_ counts: [Int], cases: Int = 1) {
    self.counts = counts
    self.cases = cases
  }

  /// Number of votes on each case.
  var total: Int { counts.reduce(0, +) }
}

/// Agreement of more than two readers.
public enum ManyRaters {
  /// Fleiss' kappa (Fleiss 1971) over the cases on which every reader voted, as statsmodels' `fleiss_kappa`.
  ///
  /// - Parameter readers: number of readers; cases with fewer votes are left out.
  /// - Returns: nil with fewer than two readers, without a complete case, and where one category takes every vote.
  public static func fleissKappa(_ cases: some Sequence<CaseVotes>, readers: Int) -> Double? {
    guard readers >= 2 else { return nil }
    var complete = 0.0
    var categoryVotes: [Double] = []
    var agreeingPairs = 0.0
    for votes in cases where votes.total == readers {
      complete += Double(votes.cases)
      add(votes, to: &categoryVotes)
      agreeingPairs += Double(votes.cases) * votes.counts.reduce(0.0) { $0 + Double($1) * Double($1 - 1) }
    }
    let votes = Double(readers)
    let total = complete * votes
    let samePair = categoryVotes.reduce(0.0) { $0 + $1 * $1 }
    guard total > 0, samePair < total * total else { return nil }
    let observed = agreeingPairs / (total * (votes - 1))
    let chance = samePair / (total * total)
    return (observed - chance) / (1 - chance)
  }

  /// Light's kappa (Light 1971): the mean of Cohen's kappa over every pair of readers, from tables of the cases on which every reader voted.
  ///
  /// - Returns: nil without a table, and where a pair's kappa is undefined.
  public static func lightKappa(_ tables: [CategoryTable]) -> Double? {
    let kappas = tables.compactMap { $0.kappa()?.value }
    guard !tables.isEmpty, kappas.count == tables.count else { return nil }
    return kappas.reduce(0, +) / Double(kappas.count)
  }

  /// Krippendorff's alpha for nominal data, votes may be missing (Krippendorff 2011), as the `krippendorff` package.
  ///
  /// - Returns: nil where no case has two votes, or one category takes every vote of those that have.
  public static func krippendorffAlpha(_ cases: some Sequence<CaseVotes>) -> Double? {
    var categoryVotes: [Double] = []
    var disagreement = 0.0
    for votes in cases where votes.total >= 2 {
      let count = Double(votes.total)
      add(votes, to: &categoryVotes)
      let same = votes.counts.reduce(0.0) { $0 + Double($1) * Double($1 - 1) }
      disagreement += Double(votes.cases) * (count * (count - 1) - same) / (count - 1)
    }
    let total = categoryVotes.reduce(0, +)
    let expected = total * total - categoryVotes.reduce(0.0) { $0 + $1 * $1 }
    guard expected > 0 else { return nil }
    return 1 - disagreement * (total - 1) / expected
  }

  private static func add(_ votes: CaseVotes, to sums: inout [Double]) {
    for (category, count) in votes.counts.enumerated() {
      if category == sums.count { sums.append(0) }
      sums[category] += Double(count * votes.cases)
    }
  }
}
