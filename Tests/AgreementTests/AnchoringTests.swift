import Agreement
import ECG
import Testing

struct AnchoringTests {
  @Test func movesAreCountedByWhatCouldMove() throws {
    let figures = Anchoring([
      // Followed a wrong model, and so left what was right.
      .init(before: .absent, after: .present, shown: .present, consensus: .absent),
      // Followed a right one.
      .init(before: .absent, after: .present, shown: .present, consensus: .present),
      .init(before: .unsure, after: .present, shown: .present, consensus: .present),
      // Stayed with what was shown, left it, stayed against it.
      .init(before: .present, after: .present, shown: .present, consensus: .present),
      .init(before: .present, after: .unsure, shown: .present, consensus: .absent),
      .init(before: .absent, after: .absent, shown: .present, consensus: .absent),
      // Moved, but not to what was shown; no consensus.
      .init(before: .unsure, after: .absent, shown: .present),
      // Nothing was shown.
      .init(before: .absent, after: .present, shown: .unsure),
    ])
    #expect(figures.all.changed == Proportion(5, of: 7))
    #expect(figures.all.towards == Proportion(3, of: 5))
    #expect(figures.all.away == Proportion(1, of: 2))
    #expect(figures.shownWrong.towards == Proportion(1, of: 2))
    #expect(figures.shownRight.towards == Proportion(2, of: 2))
    #expect(figures.shownRight.away == Proportion(0, of: 1))
    #expect(figures.withoutConsensus == 1)
    #expect(figures.corrected == Proportion(2, of: 3))
    #expect(figures.spoiled == Proportion(1, of: 3))
  }

  @Test func withoutRevealsThereAreNoRates() {
    let figures = Anchoring([])
    #expect(figures.all.changed.value == nil && figures.all.towards.interval == nil)
  }

  /// statsmodels: proportion_confint(count, nobs, method="wilson").
  @Test func wilsonsIntervalEqualsStatsmodels() throws {
    let golden = [
      (0.0, 10.0, 0.0, 0.27753279986288926), (3, 17, 0.061911266376209945, 0.4102945856883413), (10, 10, 0.7224672001371107, 1),
    ]
    for (count, total, low, high) in golden {
      let interval = try #require(Proportion(count, of: total).interval)
      #expect(abs(interval.low - low) < 1e-9 && abs(interval.high - high) < 1e-9, "\(count) of \(total): \(interval)")
    }
  }
}
