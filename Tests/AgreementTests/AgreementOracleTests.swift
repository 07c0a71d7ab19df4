import Agreement
import Foundation
import TestSupport
import Testing

/// Our statistics against statsmodels, scikit-learn, irrCAC and krippendorff; Tests/Oracles/agreement_tables.py made the values.
struct AgreementOracleTests {
  /// One set of verdicts and what the other programs say of it.
  private struct Golden: Decodable {
    let raters: [String: String]
    let pairs: [[PairField]]
    let fleiss: Double?
    let alpha: Double?
  }

  /// A rater's name, a number or null.
  private enum PairField: Decodable {
    case name(String)
    case number(Double?)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self) {
        self = .name(name)
      } else {
        self = .number(container.decodeNil() ? nil : try container.decode(Double.self))
      }
    }
  }

  @Test func everyNumberEqualsTheOtherPrograms() throws {
    let lines = try String(contentsOf: Checkout.golden("Agreement/agreement-tables.jsonl"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 220)
    var undefinedKappas = 0
    for (number, line) in lines.enumerated() {
      let golden = try JSONDecoder().decode(Golden.self, from: Data(line.utf8))
      let report = try AgreementReport(Self.verdicts(golden.raters))
      #expect(report.pairs.count == golden.pairs.count)
      for (pair, expected) in zip(report.pairs, golden.pairs) {
        expectEqual(pair, expected, set: number)
        if pair.table.kappa == nil { undefinedKappas += 1 }
      }
      #expect(isClose(report.fleiss, golden.fleiss), "set \(number): fleiss \(String(describing: report.fleiss))")
      #expect(isClose(report.krippendorffAlpha, golden.alpha), "set \(number): alpha \(String(describing: report.krippendorffAlpha))")
    }
    #expect(undefinedKappas > 20, "the sets should hold degenerate tables")
  }

  private func expectEqual(_ pair: PairAgreement, _ expected: [PairField], set: Int) {
    let kappa = pair.table.kappa
    let found: [Double?] = [
      Double(pair.table.total), Double(pair.excludedUnsure), pair.table.agreeing.map(Double.init), kappa?.value, kappa?.standardError,
      kappa?.confidenceInterval.low, kappa?.confidenceInterval.high, kappa?.maximum, pair.table.pabak, pair.table.gwetAC1,
      pair.table.prevalenceIndex, pair.table.biasIndex,
    ]
    var names: [String] = []
    var numbers: [Double?] = []
    for field in expected {
      switch field {
      case .name(let name): names.append(name)
      case .number(let number): numbers.append(number)
      }
    }
    #expect(names == [pair.raterA, pair.raterB], "set \(set)")
    #expect(found.count == numbers.count)
    for (index, (mine, theirs)) in zip(found, numbers).enumerated() {
      #expect(isClose(mine, theirs), "set \(set), \(names), number \(index): \(mine as Any), not \(theirs as Any)")
    }
  }

  private func isClose(_ mine: Double?, _ theirs: Double?) -> Bool {
    guard let mine, let theirs else { return mine == nil && theirs == nil }
    return abs(mine - theirs) <= 1e-9
  }

  /// Verdicts of the letters of each rater, readers first.
  private static func verdicts(_ raters: [String: String]) -> [RaterVerdict] {
    let words: [Character: Verdict] = ["p": .present, "a": .absent, "u": .unsure]
    return raters.sorted { $0.key < $1.key }.flatMap { rater, letters in
      letters.enumerated().compactMap { index, letter in
        words[letter].map { RaterVerdict(caseName: "case \(index)", rater: rater, verdict: $0) }
      }
    }
  }
}
