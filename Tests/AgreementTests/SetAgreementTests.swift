import Agreement
import ECG
import Foundation
import TestSupport
import Testing

/// Agreement on sets against nltk, scikit-learn and statsmodels; Tests/Oracles/set_agreement.py made the values.
struct SetAgreementTests {
  private struct Golden: Decodable {
    struct Pair: Decodable {
      let readers: [String]
      let figures: [Figures?]

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        readers = [try container.decode(String.self), try container.decode(String.self)]
        figures = [try container.decode(Figures?.self), try container.decode(Figures?.self)]
      }
    }
    struct Figures: Decodable {
      let macro: Double?
      let pooled: Double?
      let exact: Double
      let jaccard: Double
      let weighted: [[Double?]]
    }
    let answers: [String: [String?]]
    let alpha: [Double?]
    let alpha_se: [Double?]
    let pairs: [Pair]
  }

  private static func golden() throws -> [Golden] {
    let lines = try String(contentsOf: Checkout.golden("Agreement/sets.jsonl"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 60)
    return try lines.map { try JSONDecoder().decode(Golden.self, from: Data($0.utf8)) }
  }

  @Test func alphaOfSetsEqualsNLTK() throws {
    for (number, golden) in try Self.golden().enumerated() {
      let answers = try Self.answers(golden.answers)
      for (place, unsure) in [UnsureHandling.excluded, .category].enumerated() {
        let alpha = SetAlpha(answers, unsure: unsure)
        #expect(isClose(alpha?.value, golden.alpha[place]), "set \(number): \(alpha as Any), not \(golden.alpha[place] as Any)")
        #expect(
          isClose(alpha?.standardError, golden.alpha_se[place]), "set \(number): \(alpha as Any), not \(golden.alpha_se[place] as Any)")
      }
    }
  }

  @Test func pairsEqualTheOtherPrograms() throws {
    var weighted = 0
    for (number, golden) in try Self.golden().enumerated() {
      let answers = try Self.answers(golden.answers)
      for (place, unsure) in [UnsureHandling.excluded, .category].enumerated() {
        let found = SetAgreement(answers, unsure: unsure).pairs
        #expect(found.count == golden.pairs.count)
        for (mine, theirs) in zip(found, golden.pairs) {
          #expect([mine.readerA, mine.readerB] == theirs.readers)
          let wanted = try #require(theirs.figures[place])
          let figures: [(Double?, Double?)] = [
            (mine.figures.macroKappa, wanted.macro), (mine.figures.pooledKappa, wanted.pooled), (mine.figures.exactMatch, wanted.exact),
            (mine.figures.jaccard, wanted.jaccard),
          ]
          for (left, right) in figures { #expect(isClose(left, right), "set \(number), \(theirs.readers): \(mine.figures), not \(wanted)") }
          for (weights, expected) in zip(DisagreementWeights.allCases, wanted.weighted) {
            let kappa = mine.likelihoodKappa(weights)
            #expect(isClose(kappa?.value, expected[0]) && isClose(kappa?.standardError, expected[1]), "set \(number), \(weights)")
            if kappa != nil { weighted += 1 }
          }
        }
      }
    }
    #expect(weighted > 100)
  }

  @Test func macroKappaIsTheMeanOfTheStatementsOwn() throws {
    for golden in try Self.golden() {
      for pair in SetAgreement(try Self.answers(golden.answers), unsure: .disagreement).pairs {
        let kappas = pair.statements.compactMap { $0.table(.disagreement).kappa()?.value }
        #expect(kappas.count == pair.figures.kappas)
        #expect(isClose(pair.figures.macroKappa, kappas.isEmpty ? nil : kappas.reduce(0, +) / Double(kappas.count)))
      }
    }
  }

  @Test func unsureThatAgreesWithNothingLowersAlpha() throws {
    let same = SetAnswers(
      readers: ["A", "B"], statements: ["LAD", "AF"], caseCount: 3,
      answers: [[StatementAnswer.unsure, .present], [.present, .absent], [.unsure, .absent]].enumerated().flatMap { number, cells in
        (0..<2).map { SetAnswers.Answer(caseNumber: number, reader: $0, statements: cells) }
      })
    let answers = try #require(same)
    #expect(SetAlpha(answers, unsure: .excluded)?.value == 1)
    #expect(SetAlpha(answers, unsure: .category)?.value == 1)
    // {u1, AF} {u2, AF}: 1 - 1/3 · 1/3; {LAD} twice: 0; {u3} {u4}: 1. Of 30 ordered pairs, the four of AF's sets with LAD's and so on differ by 1.
    let observed = (2 * (1 - 1.0 / 9) + 2) / 6
    let expected = (2 * (1 - 1.0 / 9) + 2 + 24) / 30
    #expect(isClose(SetAlpha(answers, unsure: .disagreement)?.value, 1 - observed / expected))
  }

  @Test func aLabelThatKnowsNothingOfACaseAgreesWithNobodyOnIt() throws {
    let unknown = try Self.answers(["A": ["pa", "ap"], "label": ["nn", "nn"]])
    #expect(SetAgreement(unknown).pairs.isEmpty)
    let partly = try Self.answers(["A": ["pa", "ap", "pp"], "label": ["nn", "an", "pa"]])
    let pair = try #require(SetAgreement(partly).pairs.first)
    #expect(pair.cases == 2 && pair.figures.exactMatch == 0.5 && pair.statements.map(\.verdicts.total) == [2, 1])
  }

  @Test func aSampleStandsForTooManySets() throws {
    let answers = try Self.random(cases: 3000, statements: 24, readers: 2, seed: 11)
    let exact = try #require(SetAlpha(answers))
    let sampled = try #require(SetAlpha(answers, unsure: .excluded, mostSets: 10))
    #expect(!exact.isSampled && sampled.isSampled)
    #expect(abs(exact.value - sampled.value) < 0.01)
    #expect(SetAlpha(answers, unsure: .excluded, mostSets: 10) == sampled)
  }

  @Test func intervalsHoldTheFiguresAndAreTheSameForASeed() throws {
    let answers = try Self.random(cases: 400, statements: 6, readers: 2, seed: 4)
    let pair = try #require(SetAgreement(answers, bootstrap: Bootstrap(replicates: 300, seed: 9)).pairs.first)
    let again = try #require(SetAgreement(answers, bootstrap: Bootstrap(replicates: 300, seed: 9)).pairs.first)
    let intervals = try #require(pair.intervals)
    #expect(intervals == again.intervals)
    let found = [
      (pair.figures.macroKappa, intervals.macroKappa), (pair.figures.pooledKappa, intervals.pooledKappa),
      (pair.figures.exactMatch, intervals.exactMatch), (pair.figures.jaccard, intervals.jaccard),
    ]
    for case (let value?, let interval?) in found {
      #expect(interval.low < value && value < interval.high && interval.high - interval.low < 0.2)
    }
    // The share of exact matches is a proportion, whose interval is known.
    let exact = try #require(intervals.exactMatch)
    let wilson = try #require(Proportion((pair.figures.exactMatch ?? 0) * 400, of: 400).interval)
    #expect(abs(exact.low - wilson.low) < 0.015 && abs(exact.high - wilson.high) < 0.015)
  }

  @Test func answersThatDoNotFitAreRefused() {
    let answer = SetAnswers.Answer(caseNumber: 0, reader: 0, statements: [.present])
    #expect(SetAnswers(readers: ["A"], statements: ["LAD", "AF"], caseCount: 1, answers: [answer]) == nil)
    #expect(SetAnswers(readers: [], statements: ["LAD"], caseCount: 1, answers: [answer]) == nil)
    let twice = SetAnswers(
      readers: ["A"], statements: ["LAD"], caseCount: 1, answers: [answer, .init(caseNumber: 0, reader: 0, statements: [.absent])])
    #expect(twice?.votes(on: 0).counts(of: 0).present == 1 && twice?.count == 1)
  }

  @Test func anAnswerIsAVerdictAndALikelihood() {
    for likelihood in Likelihood.allCases { #expect(StatementAnswer(.present, likelihood: likelihood).verdict == .present) }
    #expect(StatementAnswer(.absent, likelihood: .definite) == .absent && StatementAnswer.notAsked.verdict == nil)
  }

  private func isClose(_ mine: Double?, _ theirs: Double?) -> Bool {
    guard let mine, let theirs else { return mine == nil && theirs == nil }
    return abs(mine - theirs) <= 1e-9
  }

  private static func answers(_ readers: [String: [String?]]) throws -> SetAnswers {
    let letters: [Character: StatementAnswer] = [
      "a": .absent, "u": .unsure, "p": .present, "1": .possible, "2": .probable, "3": .definite, "n": .notAsked,
    ]
    let sorted = readers.sorted { $0.key < $1.key }
    let width = sorted.flatMap(\.value).compactMap { $0?.count }.first ?? 0
    let answers = sorted.enumerated().flatMap { reader, entry in
      entry.value.enumerated().compactMap { number, text in
        text.map { SetAnswers.Answer(caseNumber: number, reader: reader, statements: $0.map { letters[$0] ?? .notAsked }) }
      }
    }
    return try #require(
      SetAnswers(readers: sorted.map(\.key), statements: (0..<width).map { "S\($0)" }, caseCount: sorted[0].value.count, answers: answers))
  }

  static func random(cases: Int, statements: Int, readers: Int, seed: UInt64) throws -> SetAnswers {
    var generator = SeededGenerator(seed: seed)
    let answers = (0..<cases).flatMap { number -> [SetAnswers.Answer] in
      let truth = (0..<statements).map { _ in generator.below(10) == 0 }
      return (0..<readers).map { reader in
        let cells = truth.map { holds -> StatementAnswer in
          let draw = generator.below(100)
          if draw < 3 { return .unsure }
          return (draw < 8) != holds ? .definite : .absent
        }
        return SetAnswers.Answer(caseNumber: number, reader: reader, statements: cells)
      }
    }
    return try #require(
      SetAnswers(
        readers: (0..<readers).map { "R\($0)" }, statements: (0..<statements).map { "S\($0)" }, caseCount: cases, answers: answers))
  }
}
