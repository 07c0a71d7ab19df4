import Agreement
import ECG
import Testing

/// Comparisons worked by hand, from the descriptions of the WFDB Applications Guide and of the papers that are named.
@Suite struct AnnotationComparisonTests {
  /// 100 samples a second: the tolerance is 15 samples.
  private static func period(start: Double = 0, samples: Int? = 10_000) -> ComparisonPeriod {
    ComparisonPeriod(samplingRateHertz: 100, sampleCount: samples, startSeconds: start)
  }

  private static func beats(_ marks: [(Int, String)]) -> [Annotation] {
    marks.map { Annotation(sample: $0.0, code: AnnotationCode(symbol: $0.1) ?? .none) }
  }

  private static func rhythm(_ marks: [(Int, String)], code: AnnotationCode = .rhythm) -> [Annotation] {
    marks.map { Annotation(sample: $0.0, code: code, aux: AnnotationText($0.1)) }
  }

  // MARK: Beats

  @Test func learningIsLeftOutAndItsEdgeIsFair() {
    // The reference's first beat behind the edge has its partner before it.
    let first = BeatComparison(
      reference: Self.beats([(995, "N"), (1005, "V"), (1100, "N")]), test: Self.beats([(500, "N"), (998, "N"), (1101, "N")]),
      period: Self.period(start: 10))
    #expect(first.count(reference: .ventricular, test: .normal) == 1)
    #expect(first.count(reference: .normal, test: .normal) == 1)
    #expect(first.qrsSensitivity == Share(2, of: 2))
    #expect(first.qrsPositivePredictivity == Share(2, of: 2))
    // A test beat behind the edge whose partner lies before it does not count.
    let second = BeatComparison(
      reference: Self.beats([(999, "N"), (1100, "N")]), test: Self.beats([(1003, "N"), (1100, "N")]), period: Self.period(start: 10))
    #expect(second.qrsPositivePredictivity == Share(1, of: 1))
    #expect(second.qrsSensitivity == Share(1, of: 1))
  }

  /// The example in the history of bxb (2002): at a window of 37 samples both beats have partners.
  @Test func beatsThatCrowdAreStillPaired() {
    let period = ComparisonPeriod(samplingRateHertz: 250, sampleCount: 1000, toleranceMilliseconds: 148)
    #expect(period.tolerance == 37)
    let comparison = BeatComparison(
      reference: Self.beats([(96, "N"), (160, "N")]), test: Self.beats([(128, "N"), (185, "N")]), period: period)
    #expect(comparison.qrsSensitivity == Share(2, of: 2))
    #expect(comparison.qrsPositivePredictivity == Share(2, of: 2))
  }

  @Test func theToleranceIsRoundedToSamplesAndIncluded() {
    let period = ComparisonPeriod(samplingRateHertz: 257, sampleCount: 1000)
    #expect(period.tolerance == 39)
    func hits(_ distance: Int) -> Int {
      BeatComparison(reference: Self.beats([(300, "N")]), test: Self.beats([(300 + distance, "N")]), period: period).qrsSensitivity.hits
    }
    #expect([hits(39), hits(-39), hits(40), hits(-40)] == [1, 1, 0, 0])
  }

  @Test func beatsInUnreadableStretchesAreCountedApart() {
    let noise = [Annotation(sample: 300, code: .noise, subtype: 0x30), Annotation(sample: 600, code: .noise)]
    let beats = Self.beats([(100, "N"), (400, "N"), (500, "V"), (800, "N")])
    let without = Self.beats([(100, "N"), (800, "N")])
    let missed = BeatComparison(reference: beats, test: [without[0]] + noise + [without[1]], period: Self.period())
    #expect(missed.count(reference: .normal, test: .unreadable) == 1)
    #expect(missed.count(reference: .ventricular, test: .unreadable) == 1)
    let extra = BeatComparison(reference: [without[0]] + noise + [without[1]], test: beats, period: Self.period())
    #expect(extra.count(reference: .unreadable, test: .normal) == 1)
    #expect(extra.count(reference: .unreadable, test: .ventricular) == 1)
    #expect(extra.qrsPositivePredictivity == Share(2, of: 4))
  }

  @Test func testBeatsInTheReferencesFibrillationDoNotCount() {
    let reference =
      Self.beats([(100, "N")]) + [Annotation(sample: 200, code: .fibrillationStart), Annotation(sample: 700, code: .fibrillationEnd)]
      + Self.beats([(800, "N")])
    let comparison = BeatComparison(
      reference: reference, test: Self.beats([(100, "N"), (300, "V"), (500, "V"), (800, "N")]), period: Self.period())
    #expect(comparison.qrsPositivePredictivity == Share(2, of: 2))
    #expect(comparison.positivePredictivity(.ventricular) == Share(0, of: 0))
  }

  @Test func whatMayBeEctopicIsNotHeldAgainstTheTest() {
    let comparison = BeatComparison(
      reference: Self.beats([(100, "F"), (200, "Q"), (300, "N"), (400, "V"), (500, "A")]),
      test: Self.beats([(100, "V"), (200, "V"), (300, "V"), (400, "V"), (500, "V")]), period: Self.period())
    // F and Q called V are left out; N and S called V are not.
    #expect(comparison.positivePredictivity(.ventricular) == Share(1, of: 3))
    #expect(comparison.sensitivity(.supraventricular) == Share(0, of: 1))
  }

  @Test func intervalsAreComparedFromTheSecondBeatOn() {
    let comparison = BeatComparison(
      reference: Self.beats([(100, "N"), (200, "N"), (300, "N")]), test: Self.beats([(100, "N"), (206, "N"), (300, "N")]),
      period: Self.period())
    // 100 and 106, 100 and 94 samples: both 60 ms apart.
    #expect(abs((comparison.rmsRRErrorMilliseconds ?? 0) - 60) < 1e-9)
    #expect(BeatComparison(reference: [], test: [], period: Self.period()).rmsRRErrorMilliseconds == nil)
  }

  @Test func withoutALengthTheReferenceEndsTheComparison() {
    let reference = Self.beats([(100, "N"), (200, "N")])
    let test = Self.beats([(100, "N"), (200, "N"), (500, "N"), (600, "N")])
    #expect(
      BeatComparison(reference: reference, test: test, period: Self.period(samples: nil)).qrsPositivePredictivity == Share(2, of: 2))
    #expect(BeatComparison(reference: reference, test: test, period: Self.period()).qrsPositivePredictivity == Share(2, of: 4))
  }

  // MARK: Episodes

  @Test func anEpisodeOfSTIsFoundByHalfOrByItsExtremum() {
    func compare(_ start: Int, _ end: Int) -> EpisodeComparison {
      let reference = Self.rhythm([(1000, "(ST0+"), (1080, "AST0+200"), (1100, "ST0+)")], code: .stChange)
      let test = Self.rhythm([(start, "(ST0+"), (end, "ST0+)")], code: .stChange)
      return EpisodeComparison(.st0, reference: reference, test: test, period: Self.period())
    }
    // Ten of a hundred samples, the extremum among them; without it; half.
    #expect(compare(1075, 1085).episodeSensitivity == Share(1, of: 1))
    #expect(compare(1010, 1020).episodeSensitivity == Share(0, of: 1))
    #expect(compare(1000, 1050).episodeSensitivity == Share(1, of: 1))
    #expect(compare(1010, 1020).durationSensitivity == Share(0.1, of: 1))
    #expect(compare(1010, 1020).episodePositivePredictivity == Share(1, of: 1))
  }

  @Test func anEpisodeWithoutAnEndLastsToTheRecordsEnd() {
    let reference = Self.rhythm([(1000, "(AFIB"), (2000, "(N")])
    let test = Self.rhythm([(1500, "(AFIB")])
    let comparison = EpisodeComparison(.atrialFibrillation, reference: reference, test: test, period: Self.period())
    #expect(comparison.durationPositivePredictivity == Share(5, of: 85))
    #expect(comparison.durationSensitivity == Share(5, of: 10))
  }

  @Test func episodesOfLearningAreLeftOutAndCutAtItsEdge() {
    let reference = Self.rhythm([(100, "(AFIB"), (200, "(N"), (900, "(AFIB"), (1200, "(N")])
    let comparison = EpisodeComparison(.atrialFibrillation, reference: reference, test: reference, period: Self.period(start: 10))
    #expect(comparison.episodeSensitivity == Share(1, of: 1))
    #expect(comparison.durationSensitivity == Share(2, of: 2))
  }

  // MARK: Spans and boundaries

  @Test func spansShareTimeAndHaveEdges() {
    let reference = Self.rhythm([(1000, "(AFIB"), (2000, "AFIB)"), (5000, "(AFIB"), (6000, "AFIB)")])
    let test = Self.rhythm([(1500, "(AFIB"), (2500, "AFIB)"), (8000, "(AFIB"), (8100, "AFIB)")])
    let span = SpanComparison.byName(reference: reference, test: test, period: Self.period())["AFIB"]
    #expect(span?.sensitivity == Share(1, of: 2))
    #expect(span?.positivePredictivity == Share(1, of: 2))
    #expect(span?.intersectionOverUnion == Share(5, of: 26))
    #expect(span?.startError.mean == 5000)
    #expect(span?.endError.mean == 5000)
    #expect(span?.startError.standardDeviation == nil)
  }

  @Test func spansOfOtherChannelsAreOthers() {
    func span(_ channel: UInt8) -> [Annotation] {
      [
        Annotation(sample: 10, code: .note, channel: channel, aux: "(X"), Annotation(sample: 90, code: .note, channel: channel, aux: "X)"),
      ]
    }
    #expect(SpanComparison.byName(reference: span(0), test: span(1), period: Self.period())["X"]?.sensitivity == Share(0, of: 1))
    #expect(SpanComparison.byName(reference: span(1), test: span(1), period: Self.period())["X"]?.sensitivity == Share(1, of: 1))
  }

  @Test func spansInsideOneAnotherAreOne() {
    let nested = Self.rhythm([(10, "(X"), (20, "(X"), (30, "X)"), (90, "X)")], code: .note)
    let span = SpanComparison.byName(reference: nested, test: nested, period: Self.period())["X"]
    #expect(span?.sensitivity == Share(1, of: 1))
    #expect(span?.intersectionOverUnion == Share(0.8, of: 0.8))
  }

  @Test func boundariesBelongToTheWaveBetweenThem() {
    func beat(_ offset: Int) -> [Annotation] {
      Self.beats([
        (100, "("), (110 + offset, "p"), (120, ")"), (130 + offset, "("), (135, "N"), (140, ")"), (160, "t"), (180 + offset, ")"),
      ])
    }
    let points = BoundaryComparison.byPoint(reference: beat(0), test: beat(2), period: Self.period())
    #expect(Set(points.keys) == [.pOnset, .pPeak, .pEnd, .qrsOnset, .qrsPeak, .qrsEnd, .tPeak, .tEnd])
    #expect(points[.pPeak]?.error.mean == 20)
    #expect(points[.qrsOnset]?.error.mean == 20)
    #expect(points[.qrsEnd]?.error.mean == 0)
    #expect(points[.tEnd]?.error.mean == 20)
    #expect(points[.tEnd]?.sensitivity == Share(1, of: 1))
  }

  @Test func errorsAreSummedUpOneByOneOrInParts() {
    let values = [3.0, -1, 4, 1, -5, 9, 2.5]
    var whole = ErrorStatistics()
    for value in values { whole.add(value) }
    var parts = [ErrorStatistics(), ErrorStatistics()]
    for (index, value) in values.enumerated() { parts[index % 2].add(value) }
    parts[0].add(parts[1])
    // numpy: mean 1.9285714285714286, std(ddof=1) 4.343851703160182.
    for statistics in [whole, parts[0]] {
      #expect(abs((statistics.mean ?? 0) - 1.9285714285714286) < 1e-12)
      #expect(abs((statistics.standardDeviation ?? 0) - 4.343851703160182) < 1e-12)
    }
  }

  // MARK: Between equals

  @Test func eventsMatchTheirNearestWhichMatchesThem() {
    let matching = EventMatching([100, 200, 300, 310], [105, 198, 204, 309], tolerance: 15)
    #expect(matching.pairs.map { [$0.first, $0.second] } == [[0, 0], [1, 1], [3, 3]])
    #expect(matching.agreement == 0.75)
    #expect(EventMatching([20], [10, 10, 20], tolerance: 15).pairs.map { [$0.first, $0.second] } == [[0, 2]])
    #expect(EventMatching([20], [10, 30], tolerance: 15).pairs.map { [$0.first, $0.second] } == [[0, 0]])
    #expect(EventMatching([], [], tolerance: 15).agreement == nil)
    #expect(EventMatching([1], [], tolerance: 15).agreement == 0)
  }

  /// Krippendorff 2004, section 11.6: samples 150 to 450, two observers, categories c and k.
  @Test func unitisedAlphaIsThatOfKrippendorffsExample() {
    func span(_ start: Int, _ length: Int, _ name: String) -> AnnotatedSpan { AnnotatedSpan(name: name, start: start, end: start + length) }
    let first = [span(225, 70, "c"), span(370, 30, "c"), span(180, 60, "k"), span(300, 50, "k")]
    let second = [span(220, 80, "c"), span(355, 20, "c"), span(400, 20, "c"), span(180, 60, "k"), span(300, 50, "k")]
    let alphas = UnitisedAlpha.byName([first, second], on: 150..<450)
    // The book rounds to four decimals.
    #expect(abs((alphas["c"]?.observed ?? 0) - 0.0144) < 5e-5)
    #expect(abs((alphas["c"]?.expected ?? 0) - 0.0532) < 5e-5)
    #expect(abs((alphas["c"]?.alpha ?? 0) - 0.7286) < 5e-5)
    #expect(abs((alphas["k"]?.expected ?? 0) - 0.0490) < 5e-5)
    #expect(alphas["k"]?.alpha == 1)
    #expect(abs((UnitisedAlpha.joint(alphas.values).alpha ?? 0) - 0.8587) < 5e-5)
  }

  @Test func unitisedAlphaKnowsItsEnds() {
    let whole = [AnnotatedSpan(name: "x", start: 0, end: 100)]
    let part = [AnnotatedSpan(name: "x", start: 10, end: 20)]
    #expect(UnitisedAlpha.byName([whole, []], on: 0..<100)["x"]?.alpha.map { $0 <= 0 } == true)
    #expect(UnitisedAlpha.byName([part, part], on: 0..<100)["x"]?.alpha == 1)
    #expect(UnitisedAlpha.byName([[], []], on: 0..<100).isEmpty)
    #expect(UnitisedAlpha.byName([part], on: 0..<100).isEmpty)
    #expect(UnitisedAlpha.joint([]).alpha == nil)
  }

  // MARK: Properties

  private static func invented(seed: UInt64, isSorted: Bool = true) -> [Annotation] {
    var random = SeededGenerator(seed: seed)
    var sample = 0
    return (0..<250).map { _ in
      sample += isSorted ? 1 + random.below(90) : random.below(400) - 200
      let names = ["(AFIB", "AFIB)", "(N", "(ST0+", "AST0+90", "ST0+)", "", "(NOISE"]
      return Annotation(
        sample: sample, code: AnnotationCode(rawValue: UInt8(random.below(50))), subtype: Int8(random.below(2) * 0x30),
        channel: UInt8(random.below(3)), aux: AnnotationText(names[random.below(names.count)]))
    }
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func anAnnotatorAgreesWithItself(seed: UInt64) {
    let annotations = Self.invented(seed: seed)
    let comparison = AnnotationComparison(reference: annotations, test: annotations, period: Self.period())
    let share = comparison.beats.qrsSensitivity
    #expect(share.hits == share.of)
    for row in BeatComparison.Label.allCases {
      for column in BeatComparison.Label.allCases where row != column && column != .missing && row != .missing {
        #expect(comparison.beats.count(reference: row, test: column) == 0)
      }
    }
    #expect(comparison.beats.rmsRRErrorMilliseconds.map { $0 == 0 } ?? true)
    for episode in comparison.episodes.values { #expect(episode.durationSensitivity == episode.durationPositivePredictivity) }
    for span in comparison.spans.values { #expect(span.intersectionOverUnion.hits == span.intersectionOverUnion.of) }
    for alpha in comparison.unitisedAlpha.values { #expect(alpha.observed == 0) }
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func annotationsInAnyOrderAreComparedSomehow(seed: UInt64) {
    let comparison = AnnotationComparison(
      reference: Self.invented(seed: seed, isSorted: false), test: Self.invented(seed: seed + 100, isSorted: false),
      period: Self.period(samples: seed.isMultiple(of: 2) ? nil : 5000))
    #expect(!comparison.json(record: "r").text.contains("nan"))
    #expect(comparison.csvFields(record: "r").count == AnnotationComparison.csvColumns.count)
    #expect(!comparison.lines.isEmpty)
  }

  @Test func totalsAreSums() {
    var total = AnnotationComparison()
    var hits = 0
    for seed in 1...5 as ClosedRange<UInt64> {
      let one = AnnotationComparison(reference: Self.invented(seed: seed), test: Self.invented(seed: seed + 50), period: Self.period())
      hits += one.beats.qrsSensitivity.hits
      total.add(one)
    }
    #expect(total.recordCount == 5)
    #expect(total.beats.qrsSensitivity.hits == hits)
    #expect(total.json(record: nil).text.hasPrefix(#"{"record":null,"records":5,"matrix":{"N":{"n":"#))
  }
}
