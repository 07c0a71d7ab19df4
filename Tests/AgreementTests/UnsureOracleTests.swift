import Agreement
import Foundation
import TestSupport
import Testing

/// Every way of counting unsure against statsmodels, irrCAC, scikit-learn and numpy; Tests/Oracles/agreement_unsure.py made the values.
struct UnsureOracleTests {
  private struct Golden: Decodable {
    let raters: [String: String]
    let pairs: [[Field]]
    let light: Double?
    let bootstrap: [Double]?
  }

  private enum Field: Decodable {
    case name(String)
    case numbers([Double?])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self) {
        self = .name(name)
      } else {
        self = .numbers(try container.decode([Double?].self))
      }
    }

    var numbers: [Double?] {
      if case .numbers(let numbers) = self { return numbers }
      return []
    }
  }

  @Test func everyNumberEqualsTheOtherPrograms() throws {
    let text = try String(contentsOf: Checkout.golden("Agreement/agreement-unsure.jsonl"), encoding: .utf8)
    var bootstraps = 0
    for (number, line) in text.split(separator: "\n").enumerated() {
      let golden = try JSONDecoder().decode(Golden.self, from: Data(line.utf8))
      let report = try AgreementReport(Self.verdicts(golden.raters))
      #expect(report.pairs.count == golden.pairs.count)
      for (pair, expected) in zip(report.pairs, golden.pairs) {
        expectEqual(figures(pair, .excluded), expected[2].numbers, "set \(number) \(pair.raterA) \(pair.raterB) excluded")
        expectEqual(figures(pair, .category), expected[3].numbers, "set \(number) \(pair.raterA) \(pair.raterB) category")
        let table = pair.table(.disagreement)
        let kappa = table.kappa()
        let observed = table.agreeing.map { Double($0) / Double(table.total) }
        #expect(pair.pabak(.disagreement) == observed.map { 2 * $0 - 1 })
        let found = [observed, kappa?.value, kappa?.standardError] + figures(pair, .disagreement)
        expectEqual(found, expected[4].numbers, "set \(number) \(pair.raterA) \(pair.raterB) disagreement")
      }
      expectEqual([report.lightKappa], [golden.light], "set \(number) Light")
      guard let quantiles = golden.bootstrap, let pair = report.pairs.first else { continue }
      bootstraps += 1
      let result = Bootstrap(replicates: 20_000, seed: 3).kappa(of: pair.table(.excluded), purpose: "test")
      let interval = try #require(result.interval)
      #expect(
        abs(interval.low - quantiles[0]) < 0.03 && abs(interval.high - quantiles[1]) < 0.03, "set \(number): \(interval), not \(quantiles)")
    }
    #expect(bootstraps >= 15)
  }

  private func figures(_ pair: PairAgreement, _ handling: UnsureHandling) -> [Double?] {
    let table = pair.table(handling)
    let kappa = table.kappa()
    // irrCAC divides by zero for one case: the oracle leaves it out.
    let gwet = table.total > 1 ? pair.gwet(handling) : nil
    return [
      kappa?.value, kappa?.standardError, kappa?.maximum, gwet?.value, gwet?.standardError, gwet?.confidenceInterval?.low,
      gwet?.confidenceInterval?.high, table.specificAgreement(0), table.specificAgreement(1),
    ]
  }

  private func expectEqual(_ found: [Double?], _ expected: [Double?], _ what: String) {
    #expect(found.count == expected.count)
    for (index, (mine, theirs)) in zip(found, expected).enumerated() {
      let isClose = mine.map { value in theirs.map { abs(value - $0) <= 1e-6 } ?? false } ?? (theirs == nil)
      #expect(isClose, "\(what), number \(index): \(mine as Any), not \(theirs as Any)")
    }
  }

  private static func verdicts(_ raters: [String: String]) -> [RaterVerdict] {
    let words: [Character: Verdict] = ["p": .present, "a": .absent, "u": .unsure]
    return raters.sorted { $0.key < $1.key }.flatMap { rater, letters in
      letters.enumerated().compactMap { index, letter in
        words[letter].map { RaterVerdict(caseName: "case \(index)", rater: rater, verdict: $0) }
      }
    }
  }

  @Test func theBootstrapIsTheSameForTheSameSeed() throws {
    let table = try #require(CategoryTable([[14, 2], [0, 66]]))
    let bootstrap = Bootstrap(replicates: 500, seed: 9)
    #expect(bootstrap.kappa(of: table, purpose: "a") == bootstrap.kappa(of: table, purpose: "a"))
    #expect(bootstrap.kappa(of: table, purpose: "a") != bootstrap.kappa(of: table, purpose: "b"))
    let oneCategory = try #require(CategoryTable([[5, 0], [0, 0]]))
    let undefined = bootstrap.kappa(of: oneCategory, purpose: "a")
    #expect(undefined.interval == nil && undefined.defined == 0)
  }

  @Test func strataAndRepeats() throws {
    let csv = """
      case,rater,verdict,repeat,source
      1,A,present,,x
      1,A,absent,2,x
      1,B,absent,,x
      2,A,present,,y
      2,B,present,,y
      1,label,present,,x
      1,model,absent,,x
      2,label,absent,,y
      2,model,present,,y
      """
    let report = AgreementReport(try VerdictCSV.parse(Array(csv.utf8)))
    #expect(report.strata.map { "\($0.name) \($0.cases)" } == ["fp 1", "fn 1", "source x 1", "source y 1"])
    #expect(report.strata[1].pairs[0].table == TwoByTwo(bothPresent: 0, onlyFirst: 1, onlySecond: 0, bothAbsent: 0))
    #expect(report.repeats.map(\.raterA) == ["A"])
  }
}

struct SampleSizePlanTests {
  /// The plan's variance is the one that `agreement` will estimate when the margins are equal: Fleiss, Cohen and Everitt at the model's own table.
  @Test(arguments: [0.0, 0.3, 0.8, 0.95], [0.5, 0.3, 0.1]) func theVarianceIsThatOfTheReport(kappa: Double, prevalence: Double) throws {
    let plan = try #require(SampleSizePlan(kappa: kappa, width: 0.1, prevalence: prevalence))
    let scale = 1e9
    let spread = prevalence * (1 - prevalence)
    let table = try #require(
      CategoryTable([
        [Int((prevalence * prevalence + kappa * spread) * scale), Int(spread * (1 - kappa) * scale)],
        [Int(spread * (1 - kappa) * scale), Int(((1 - prevalence) * (1 - prevalence) + kappa * spread) * scale)],
      ]))
    let found = try #require(table.kappa())
    #expect(abs(found.value - kappa) < 1e-6)
    #expect(abs(found.standardError * Double(table.total).squareRoot() - plan.unitStandardError) < 1e-4)
  }

  @Test func numbersOfCases() throws {
    #expect(try #require(SampleSizePlan(kappa: 0.8, width: 0.1)).cases == 554)
    let plan = try #require(SampleSizePlan(kappa: 0.8, width: 0.2, prevalence: 0.5, unsure: 0.18))
    #expect(plan.sureCases == 139 && plan.cases == 170)
    #expect(SampleSizePlan(kappa: 1, width: 0.1) == nil && SampleSizePlan(kappa: 0.5, width: 0) == nil)
    #expect(SampleSizePlan(kappa: 0.5, width: 1e-300) == nil && SampleSizePlan(kappa: 0.5, width: 0.1, prevalence: 1e-300) == nil)
    #expect(SampleSizePlan(kappa: .nan, width: 0.1) == nil && SampleSizePlan(kappa: 0.5, width: 0.1, prevalence: 1) == nil)
  }
}
