import Agreement
import ECG
import Testing

struct ConsensusTests {
  /// Two good readers and one who says present at random half of the time.
  private static func panel(cases: Int, readers: [(sensitivity: Double, specificity: Double)], seed: UInt64) throws -> (
    StatementVotes, [Bool]
  ) {
    var generator = SeededGenerator(seed: seed)
    let truth = (0..<cases).map { _ in generator.uniform(in: 0...1) < 0.3 }
    let votes = truth.enumerated().flatMap { number, holds in
      readers.enumerated().map { reader, skill in
        let isRight = generator.uniform(in: 0...1) < (holds ? skill.sensitivity : skill.specificity)
        return StatementVotes.Vote(caseNumber: number, reader: reader, verdict: holds == isRight ? .present : .absent)
      }
    }
    return (try #require(StatementVotes(readers: readers.indices.map { "R\($0)" }, caseCount: cases, votes: votes)), truth)
  }

  @Test func readersAreToldApartAndTheIntervalsHoldTheTruth() throws {
    let skills: [(sensitivity: Double, specificity: Double)] = [(0.95, 0.9), (0.9, 0.95), (0.55, 0.5), (0.8, 0.85)]
    let (votes, truth) = try Self.panel(cases: 2000, readers: skills, seed: 5)
    let model = try #require(DawidSkene(votes))
    #expect(model.hasConverged)
    let intervals = model.intervals(Bootstrap(replicates: 200, seed: 1))
    #expect(intervals == model.intervals(Bootstrap(replicates: 200, seed: 1)))
    for (number, skill) in skills.enumerated() {
      let sensitivity = try #require(intervals.sensitivity[number])
      #expect(sensitivity.low - 0.02 < skill.sensitivity && skill.sensitivity < sensitivity.high + 0.02)
      #expect(sensitivity.low < model.readers[number].sensitivity ?? .nan)
      #expect(sensitivity.high - sensitivity.low < 0.15)
    }
    let weighed = try #require(StatementConsensus(votes, by: .dawidSkene))
    let counted = try #require(StatementConsensus(votes, by: .majority))
    func right(_ consensus: StatementConsensus) -> Int { zip(consensus.cases, truth).count { $0.verdict == ($1 ? .present : .absent) } }
    #expect(right(weighed) > right(counted) + 40, "weighing readers should beat counting them")
  }

  @Test func anAdjudicatorsDecisionStands() throws {
    let votes = try ConsensusOracleTests.votes(["pppa", "ppaa", "paaa"])
    let known: [Bool?] = [nil, false, nil, true]
    for method in [StatementConsensus.Method.majority, .dawidSkene] {
      let consensus = try #require(StatementConsensus(votes, by: method, known: known))
      #expect(consensus.cases[1].verdict == .absent && consensus.cases[3].verdict == .present)
      #expect(consensus.cases[1].confidence == 1 && consensus.cases[1].isAdjudicated)
      #expect(!consensus.cases[0].isAdjudicated)
    }
  }

  @Test func whatNobodyCanTellStaysOpen() throws {
    let votes = try ConsensusOracleTests.votes(["pu-p", "au-p"])
    let majority = try #require(StatementConsensus(votes, by: .majority))
    #expect(majority.cases.map(\.verdict) == [nil, nil, nil, .present])
    #expect(majority.cases.map(\.presence) == [0.5, nil, nil, 1])
    #expect(majority.cases.map(\.confidence) == [nil, nil, nil, 1])
    let model = try #require(StatementConsensus(votes, by: .dawidSkene))
    #expect(model.cases[1].verdict == nil && model.cases[2].presence == nil)
    #expect(StatementConsensus(try ConsensusOracleTests.votes(["uu", "--"]), by: .dawidSkene) == nil)
    #expect(StatementConsensus(try ConsensusOracleTests.votes(["p-", "-a"]), by: .crowdlab, probabilities: [0.5, 0.5]) == nil)
  }

  @Test func whatNoCaseShowsOfAReaderIsUnknownAndNotThePrior() throws {
    let absent = try #require(
      DawidSkene(try ConsensusOracleTests.votes([String(repeating: "a", count: 40), String(repeating: "a", count: 40)])))
    #expect(absent.readers.allSatisfy { $0.sensitivity == nil && $0.specificity ?? 0 > 0.9 })
    #expect(absent.intervals(Bootstrap(replicates: 100, seed: 1)).sensitivity == [nil, nil])
    let present = try #require(
      DawidSkene(try ConsensusOracleTests.votes([String(repeating: "p", count: 40), String(repeating: "p", count: 40)])))
    #expect(present.readers.allSatisfy { $0.specificity == nil && $0.sensitivity ?? 0 > 0.9 })
    // The third reader judged none of the cases with it.
    let some = try #require(DawidSkene(try ConsensusOracleTests.votes(["pppppaaaaa", "pppppaaaaa", "-----aaaaa"])))
    #expect(some.readers.map { $0.sensitivity == nil } == [false, false, true] && some.readers.allSatisfy { $0.specificity != nil })
  }

  @Test func casesVotedOnAlikeCountAsOftenAsThereAre() {
    let ways = [CaseVotes([2, 1, 0], cases: 3), CaseVotes([0, 3, 0], cases: 2), CaseVotes([1, 0, 1])]
    let each = ways.flatMap { way in (0..<way.cases).map { _ in CaseVotes(way.counts) } }
    for (one, other) in [
      (ManyRaters.fleissKappa(ways, readers: 3), ManyRaters.fleissKappa(each, readers: 3)),
      (ManyRaters.krippendorffAlpha(ways), ManyRaters.krippendorffAlpha(each)),
    ] {
      #expect(one != nil && abs((one ?? 0) - (other ?? 1)) < 1e-14)
    }
  }

  @Test func twoReadersAreToldThatTheyBoundEachOther() throws {
    let votes = try ConsensusOracleTests.votes(["ppppaaaaaa", "pppaaaaaap"])
    let consensus = try #require(StatementConsensus(votes, by: .dawidSkene))
    let bounds = try #require(consensus.bounds)
    #expect(abs(bounds.first.sensitivity.low - 0.75) < 1e-12 && bounds.first.sensitivity.high == 1)
    #expect(consensus.caveat?.contains("R0's sensitivity is 75 to 100 %") == true)
    let wide = try #require(TwoReaderBounds.widened(votes.table(0, 1), Bootstrap(replicates: 500, seed: 3)))
    #expect(wide.first.sensitivity.low < bounds.first.sensitivity.low && wide.prevalence.high > bounds.prevalence.high)
    let opposed = try #require(StatementConsensus(try ConsensusOracleTests.votes(["ppaa", "aapp"]), by: .majority))
    #expect(opposed.bounds == nil && opposed.caveat == TwoReaderBounds.noBoundsSentence)
    #expect(try #require(StatementConsensus(try ConsensusOracleTests.votes(["pa", "pa", "pa"]), by: .majority)).caveat == nil)
  }

  @Test func crowdlabAnswersForCasesThatLackVotesOrProbabilities() throws {
    let votes = try ConsensusOracleTests.votes(["ppaap-a", "ppaap--", "papaa-a"])
    let probabilities: [Double?] = [0.9, 0.8, 0.2, 0.1, nil, 0.7, 0.3]
    let weighed = try #require(Crowdlab(votes, probabilities: probabilities))
    #expect(weighed.consensus[4] == true, "two of three say so, without a probability")
    #expect(weighed.posteriors[5] == 0.7, "nobody voted")
    #expect(weighed.consensus[6] == false)
  }

  @Test func aSecondShowingIsNoSecondVote() throws {
    let votes = [
      StatementVotes.Vote(caseNumber: 0, reader: 1, verdict: .absent), .init(caseNumber: 0, reader: 0, verdict: .present),
      .init(caseNumber: 0, reader: 1, verdict: .present),
    ]
    let arranged = try #require(StatementVotes(readers: ["A", "B"], caseCount: 1, votes: votes))
    #expect(arranged.counts(of: 0) == (present: 1, absent: 1, unsure: 0))
    #expect(StatementVotes(readers: ["A"], caseCount: 1, votes: votes) == nil, "reader 1 does not exist")
  }
}
