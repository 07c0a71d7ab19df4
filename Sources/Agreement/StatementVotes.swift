/// Readers' verdicts on one statement, arranged by case.
///
/// Cases and readers are numbered from 0; a case need not have been judged by every reader, or by any.
public struct StatementVotes: Sendable {
  /// One reader's verdict on one case.
  public struct Vote: Sendable, Hashable {
    /// The case's number.
    public let caseNumber: Int
    /// The reader's number.
    public let reader: Int
    /// The verdict.
    public let verdict: Verdict

    /// A verdict.
    public init(caseNumber: Int, reader: Int, verdict: Verdict) {
      self.caseNumber = caseNumber
      self.reader = reader
      self.verdict = verdict
    }
  }

  /// A vote without its case.
  struct Ballot: Sendable, Hashable {
    let reader: Int32
    let verdict: Verdict
  }

  /// The readers' names by their numbers.
  public let readers: [String]
  /// Number of cases.
  public let caseCount: Int
  /// Where each case's ballots begin, and the end of the last.
  private let starts: [Int32]
  /// Ballots by case, within a case by reader.
  private let ballots: [Ballot]

  /// An arrangement of votes in any order.
  ///
  /// Of several votes of one reader on one case the first counts: a second showing is no second case.
  ///
  /// - Returns: nil where a vote names a case or a reader that there is not.
  public init?(readers: [String], caseCount: Int, votes: some Collection<Vote>) {
    guard
      votes.count < Int(Int32.max), votes.allSatisfy({ (0..<caseCount).contains($0.caseNumber) && readers.indices.contains($0.reader) })
    else { return nil }
    var starts = [Int32](repeating: 0, count: max(0, caseCount) + 1)
    for vote in votes { starts[vote.caseNumber + 1] += 1 }
    for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
    var next = starts
    var ballots = [Ballot](repeating: Ballot(reader: 0, verdict: .unsure), count: votes.count)
    for vote in votes {
      ballots[Int(next[vote.caseNumber])] = Ballot(reader: Int32(vote.reader), verdict: vote.verdict)
      next[vote.caseNumber] += 1
    }
    self.init(readers: readers, starts: starts, ballots: ballots)
  }

  /// Ballots grouped by case; within a case they are put in order of the readers, and a reader's later ones are left out.
  init(readers: [String], starts: [Int32], ballots: [Ballot]) {
    self.readers = readers
    caseCount = starts.count - 1
    var kept: [Ballot] = []
    kept.reserveCapacity(ballots.count)
    var keptStarts: [Int32] = [0]
    keptStarts.reserveCapacity(starts.count)
    for number in 0..<caseCount {
      let first = kept.count
      for place in Int(starts[number])..<Int(starts[number + 1]) {
        let ballot = ballots[place]
        var seat = kept.count
        while seat > first, kept[seat - 1].reader > ballot.reader { seat -= 1 }
        if seat == first || kept[seat - 1].reader != ballot.reader { kept.insert(ballot, at: seat) }
      }
      keptStarts.append(Int32(kept.count))
    }
    self.starts = keptStarts
    self.ballots = kept
  }

  /// A case's ballots in order of the readers.
  subscript(caseNumber: Int) -> ArraySlice<Ballot> { ballots[Int(starts[caseNumber])..<Int(starts[caseNumber + 1])] }

  /// How many votes a case has in the order present, absent, unsure.
  public func counts(of caseNumber: Int) -> (present: Int, absent: Int, unsure: Int) {
    var counts = (present: 0, absent: 0, unsure: 0)
    for ballot in self[caseNumber] {
      switch ballot.verdict {
      case .present: counts.present += 1
      case .absent: counts.absent += 1
      case .unsure: counts.unsure += 1
      }
    }
    return counts
  }

  /// The two readers' verdicts on the cases on which both were sure.
  public func table(_ first: Int, _ second: Int) -> TwoByTwo {
    var counts = [0, 0, 0, 0]
    for number in 0..<caseCount {
      var said: (Verdict?, Verdict?)
      for ballot in self[number] {
        if Int(ballot.reader) == first { said.0 = ballot.verdict }
        if Int(ballot.reader) == second { said.1 = ballot.verdict }
      }
      guard let one = said.0, let other = said.1, one != .unsure, other != .unsure else { continue }
      counts[(one == .present ? 0 : 2) + (other == .present ? 0 : 1)] += 1
    }
    return TwoByTwo(bothPresent: counts[0], onlyFirst: counts[1], onlySecond: counts[2], bothAbsent: counts[3])
  }
}
