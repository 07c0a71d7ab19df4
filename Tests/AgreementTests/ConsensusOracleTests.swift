import Agreement
import ECG
import Foundation
import TestSupport
import Testing

/// Consensus against crowd-kit, cleanlab and scipy; Tests/Oracles/consensus_tables.py made the values.
struct ConsensusOracleTests {
  private struct Golden: Decodable {
    struct Model: Decodable {
      let posteriors: [Double?]
      let prevalence: Double
      let readers: [[Double?]]
    }
    struct Weighed: Decodable {
      let cases: [Int]
      let consensus: [Int]
      let posteriors: [Double]
      let model_weight: Double
      let reader_weights: [Double]
      let quality: [Double?]
    }

    let votes: [String]
    let known: String
    let probabilities: [Double]
    let rounds: Int
    let dawid_skene: Model
    let with_prior: Model
    let three_verdicts: Model
    let crowdlab: Weighed?
    let bounds: [[Double]]?

    var truth: [Bool?] { known.map { $0 == "-" ? nil : $0 == "1" } }
  }

  private static func golden() throws -> [Golden] {
    let lines = try String(contentsOf: Checkout.golden("Agreement/consensus.jsonl"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 100)
    return try lines.map { try JSONDecoder().decode(Golden.self, from: Data($0.utf8)) }
  }

  @Test func dawidAndSkeneEqualsCrowdKit() throws {
    for (number, golden) in try Self.golden().enumerated() {
      var settings = DawidSkene.Settings()
      settings.mostRounds = golden.rounds
      settings.tolerance = -1
      settings.prior = .none
      expectEqual(
        try #require(DawidSkene(try Self.votes(golden.votes), known: golden.truth, settings: settings)), golden.dawid_skene, "\(number)")
      // Imagined verdicts are cases of known truth, five of each state for each reader.
      let cases = Double(golden.votes.count * 5)
      settings.prior = DawidSkene.Prior(present: cases, absent: cases, right: 4, wrong: 1)
      expectEqual(try #require(DawidSkene(try Self.votes(golden.votes), settings: settings)), golden.with_prior, "\(number) with prior")
    }
  }

  @Test func unsureCanBeAVerdictOfItsOwn() throws {
    for (number, golden) in try Self.golden().enumerated() {
      var settings = DawidSkene.Settings()
      settings.mostRounds = golden.rounds
      settings.tolerance = -1
      settings.unsureIsAVerdict = true
      expectEqual(try #require(DawidSkene(try Self.votes(golden.votes), settings: settings)), golden.three_verdicts, "\(number)")
    }
  }

  private func expectEqual(_ mine: DawidSkene, _ theirs: Golden.Model, _ table: String) {
    #expect(abs(mine.prevalence - theirs.prevalence) < 1e-6, "table \(table): prevalence \(mine.prevalence), not \(theirs.prevalence)")
    for (number, expected) in theirs.posteriors.enumerated() {
      // A case that nobody judged is not in the other programs' tables.
      guard let expected else { continue }
      #expect(abs(mine.posteriors[number] - expected) < 1e-6, "table \(table), case \(number): \(mine.posteriors[number]), not \(expected)")
    }
    for (reader, expected) in zip(mine.readers, theirs.readers) {
      for (found, wanted) in zip([reader.sensitivity, reader.specificity], expected) {
        guard let found, let wanted else { continue }
        #expect(abs(found - wanted) < 1e-6, "table \(table), \(reader.name): \(found), not \(wanted)")
      }
    }
  }

  @Test func crowdlabEqualsCleanlab() throws {
    var compared = 0
    for (number, golden) in try Self.golden().enumerated() {
      guard let theirs = golden.crowdlab else { continue }
      compared += 1
      let mine = try #require(Crowdlab(try Self.votes(golden.votes), probabilities: golden.probabilities))
      #expect(abs(mine.modelWeight - theirs.model_weight) < 1e-6, "table \(number)")
      for (place, caseNumber) in theirs.cases.enumerated() {
        #expect(mine.consensus[caseNumber] == (theirs.consensus[place] == 1), "table \(number), case \(caseNumber)")
        let posterior = try #require(mine.posteriors[caseNumber])
        #expect(abs(posterior - theirs.posteriors[place]) < 1e-6, "table \(number), case \(caseNumber)")
      }
      for (place, reader) in mine.readers.enumerated() {
        #expect(abs(reader.weight - theirs.reader_weights[place]) < 1e-6, "table \(number), \(reader.name)")
        guard let wanted = theirs.quality[place] else { continue }
        #expect(abs((reader.quality ?? .nan) - wanted) < 1e-6, "table \(number), \(reader.name)")
      }
    }
    #expect(compared > 80)
  }

  @Test func twoReadersBoundsHoldAllThatFits() throws {
    var (bounded, unbounded) = (0, 0)
    for (number, golden) in try Self.golden().enumerated() {
      let mine = TwoReaderBounds(try Self.votes(golden.votes).table(0, 1))
      guard let theirs = golden.bounds else {
        #expect(mine == nil, "table \(number)")
        unbounded += 1
        continue
      }
      bounded += 1
      let found = try #require(mine, "table \(number)")
      // The search walks the prevalence in steps of 0.00005.
      let intervals = [
        found.prevalence, found.first.sensitivity, found.first.specificity, found.second.sensitivity, found.second.specificity,
      ]
      for (interval, wanted) in zip(intervals, theirs) {
        #expect(
          abs(interval.low - wanted[0]) < 2e-4 && abs(interval.high - wanted[1]) < 2e-4, "table \(number): \(interval), not \(wanted)")
      }
    }
    #expect(bounded > 60 && unbounded > 3)
  }

  static func votes(_ readers: [String]) throws -> StatementVotes {
    let words: [Character: Verdict] = ["p": .present, "a": .absent, "u": .unsure]
    let votes = readers.enumerated().flatMap { reader, letters in
      letters.enumerated().compactMap { number, letter in
        words[letter].map { StatementVotes.Vote(caseNumber: number, reader: reader, verdict: $0) }
      }
    }
    // In an order that is none, for the arrangement is to sort them.
    return try #require(
      StatementVotes(readers: readers.indices.map { "R\($0)" }, caseCount: readers[0].count, votes: Array(votes.reversed())))
  }
}
