import Agreement
import ECG
import Foundation
import TestSupport
import Testing

struct AgreementTests {
  @Test func kappaOfThePublishedExamples() throws {
    // irrCAC's cont3x3abstractors (Gwet 2014), and the example of statpsych's ci.kappa.
    let abstractors = try #require(CategoryTable([[13, 0, 0], [0, 20, 7], [0, 4, 56]])?.kappa())
    #expect(abs(abstractors.value - 0.7964094) < 5e-8)
    #expect(abs(abstractors.standardError - 0.05891072) < 5e-9)
    let statpsych = try #require(TwoByTwo(bothPresent: 31, onlyFirst: 12, onlySecond: 4, bothAbsent: 58).kappa)
    #expect(abs(statpsych.value - 0.6756757) < 5e-8)
    #expect(abs(statpsych.standardError - 0.0734476) < 5e-8)
  }

  @Test func thePapersNumbersFromItsReconstruction() throws {
    try expectThePapersNumbers(Data(contentsOf: Checkout.root.appendingPathComponent("SampleData/paper-verdicts.csv")))
  }

  @Test func thePapersNumbersFromAnotherReconstruction() throws {
    guard let file = Checkout.shared("facts/paper-verdicts.csv") else { return }
    try expectThePapersNumbers(Data(contentsOf: file))
  }

  private func expectThePapersNumbers(_ bytes: Data) throws {
    let report = AgreementReport(try VerdictCSV.parse(bytes))
    #expect(report.readers == ["HG", "SW"])
    #expect(report.pairs.map { "\($0.raterA) \($0.raterB)" } == ["HG SW", "HG label", "HG model", "SW label", "SW model", "label model"])
    func expect(_ index: Int, kappa: Double, n: Int, disagreeing: Int, excluded: Int) throws {
      let pair = report.pairs[index]
      #expect(abs(try #require(pair.table.kappa).value - kappa) < 0.0005)
      #expect(pair.table.total == n)
      #expect(pair.table.agreeing == n - disagreeing)
      #expect(pair.excludedUnsure == excluded)
    }
    try expect(0, kappa: 0.918, n: 82, disagreeing: 2, excluded: 18)
    try expect(1, kappa: -0.057, n: 87, disagreeing: 47, excluded: 13)
    try expect(3, kappa: -0.159, n: 91, disagreeing: 53, excluded: 9)
    #expect(report.pairs[5].table.kappa?.value == -1)
  }

  @Test func undefinedIsNilAndOnlyWhereItMustBe() {
    let nothing = TwoByTwo(bothPresent: 0, onlyFirst: 0, onlySecond: 0, bothAbsent: 0)
    #expect(nothing.kappa == nil && nothing.agreeing == nil && nothing.pabak == nil && nothing.gwetAC1 == nil)
    #expect(nothing.prevalenceIndex == nil && nothing.biasIndex == nil)
    let oneCategory = TwoByTwo(bothPresent: 7, onlyFirst: 0, onlySecond: 0, bothAbsent: 0)
    #expect(oneCategory.kappa == nil && oneCategory.agreeing == 7 && oneCategory.pabak == 1 && oneCategory.gwetAC1 == 1)
    #expect(oneCategory.prevalenceIndex == 1 && oneCategory.biasIndex == 0)
    let constantRater = TwoByTwo(bothPresent: 3, onlyFirst: 4, onlySecond: 0, bothAbsent: 0)
    #expect(constantRater.kappa?.value == 0 && constantRater.kappa?.standardError == 0)
    #expect(CategoryTable([])?.kappa() == nil)
    #expect(CategoryTable([[1, 2], [3]]) == nil && CategoryTable([[-1]]) == nil)
    #expect(ManyRaters.fleissKappa([CaseVotes([2, 0, 0]), CaseVotes([2, 0, 0])], readers: 2) == nil)
    #expect(ManyRaters.krippendorffAlpha([CaseVotes([1, 0, 0]), CaseVotes([0, 1, 0])]) == nil)
    #expect(ManyRaters.krippendorffAlpha([CaseVotes]()) == nil)
  }

  @Test(arguments: 0..<50) func kappaIsSymmetricBoundedAndOneOnIdentity(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let size = Int.random(in: 2...4, using: &generator)
    let counts = (0..<size).map { _ in (0..<size).map { _ in Int.random(in: 0...40, using: &generator) } }
    let swapped = (0..<size).map { row in (0..<size).map { counts[$0][row] } }
    let kappa = try #require(CategoryTable(counts)?.kappa())
    let other = try #require(CategoryTable(swapped)?.kappa())
    #expect(abs(kappa.value - other.value) < 1e-12 && abs(kappa.standardError - other.standardError) < 1e-12)
    #expect(kappa.value <= kappa.maximum + 1e-12 && kappa.maximum <= 1 && kappa.value >= -1)
    let identity = (0..<size).map { row in (0..<size).map { $0 == row ? counts[row][row] + 1 : 0 } }
    let perfect = try #require(CategoryTable(identity)?.kappa())
    #expect(perfect.value == 1 && perfect.standardError == 0 && perfect.maximum == 1)
  }

  @Test(arguments: 0..<20) func theOrderOfRowsChangesNothing(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let verdicts = ["A", "B", "label", "model"].flatMap { rater in
      (0..<30).compactMap { index -> RaterVerdict? in
        guard Int.random(in: 0..<5, using: &generator) > 0 else { return nil }
        return Verdict.allCases.randomElement(using: &generator).map { RaterVerdict(caseName: "\(index)", rater: rater, verdict: $0) }
      }
    }
    let report = try AgreementReport(verdicts)
    let shuffled = try AgreementReport(verdicts.shuffled(using: &generator))
    for pair in report.pairs {
      let same = shuffled.pairs.first { $0.raterA == pair.raterA && $0.raterB == pair.raterB }
      let swapped = shuffled.pairs.first { $0.raterA == pair.raterB && $0.raterB == pair.raterA }
      let found = try #require(same ?? swapped)
      #expect(found.table.kappa?.value == pair.table.kappa?.value && found.excludedUnsure == pair.excludedUnsure)
    }
    #expect(report.fleiss == shuffled.fleiss)
    #expect(abs((report.krippendorffAlpha ?? 9) - (shuffled.krippendorffAlpha ?? 9)) < 1e-12)
  }

  @Test func unsureOnEitherSideIsCountedAndMissingIsNot() throws {
    let report = try AgreementReport([
      RaterVerdict(caseName: "1", rater: "model", verdict: .present), RaterVerdict(caseName: "1", rater: "B", verdict: .unsure),
      RaterVerdict(caseName: "2", rater: "B", verdict: .present), RaterVerdict(caseName: "2", rater: "A", verdict: .absent),
      RaterVerdict(caseName: "3", rater: "A", verdict: .unsure), RaterVerdict(caseName: "3", rater: "B", verdict: .unsure),
      RaterVerdict(caseName: "4", rater: "A", verdict: .unsure),
    ])
    let pairs = report.pairs.map { "\($0.raterA) \($0.raterB) \($0.table.total) \($0.excludedUnsure)" }
    #expect(pairs == ["B A 1 1", "B model 0 1", "A model 0 0"])
  }

  @Test func theJSONKeysAreTheContracts() throws {
    let report = try AgreementReport([
      RaterVerdict(caseName: "1", rater: "A", verdict: .present), RaterVerdict(caseName: "1", rater: "label", verdict: .present),
    ])
    let text = report.json.text
    #expect(
      text.hasPrefix(
        #"{"pairs":[{"rater_a":"A","rater_b":"label","n":1,"excluded_unsure":0,"agree":1,"kappa":null,"se":null,"#
          + #""ci_low":null,"ci_high":null,"kappa_max":null,"pabak":1,"gwet_ac1":1,"prevalence_index":1,"bias_index":0,"#))
    #expect(text.contains(#""fleiss":null,"krippendorff_alpha":null,"lights_kappa":null"#))
    #expect(text.contains(#""undefined":"undefined: only one category occurs""#))
    #expect(!text.contains("NaN") && !text.contains("nan"))
  }
}
