import ECG

/// All that two annotators of a record are compared by: beats, episodes, spans, boundaries, and how well they agree where neither is the reference.
public struct AnnotationComparison: Sendable {
  /// Beats as `bxb` counts them.
  public private(set) var beats = BeatComparison()
  /// Episodes as `epicmp` counts them, every kind.
  public private(set) var episodes: [EpisodeKind: EpisodeComparison] = [:]
  /// Spans by name.
  public private(set) var spans: [String: SpanComparison] = [:]
  /// Onsets, peaks and ends of waves.
  public private(set) var boundaries: [BoundaryComparison.Point: BoundaryComparison] = [:]
  /// Beats that are each other's nearest within the tolerance, beats of the first, beats of the second annotator.
  public private(set) var matchedBeats = (pairs: 0, first: 0, second: 0)
  /// Krippendorff's α for unitising, by the name of spans; of one record only, for two records are no continuum.
  public private(set) var unitisedAlpha: [String: UnitisedAlpha] = [:]
  /// Records that are counted.
  public private(set) var recordCount = 0

  /// Nothing compared yet; records are added by ``add(_:)``.
  public init() {}

  /// Compares two annotators on one record; annotations in order of time.
  public init(reference: [Annotation], test: [Annotation], period: ComparisonPeriod) {
    recordCount = 1
    beats = BeatComparison(reference: reference, test: test, period: period)
    for kind in EpisodeKind.allCases {
      episodes[kind] = EpisodeComparison(kind, reference: reference, test: test, period: period)
    }
    spans = SpanComparison.byName(reference: reference, test: test, period: period)
    boundaries = BoundaryComparison.byPoint(reference: reference, test: test, period: period)
    let samples = [reference, test].map { annotations in
      annotations.filter { $0.code.isBeat && period.contains($0.sample) }.map(\.sample)
    }
    let matching = EventMatching(samples[0], samples[1], tolerance: period.tolerance)
    matchedBeats = (matching.pairs.count, matching.firstCount, matching.secondCount)
    let end = period.end ?? max(reference.last?.sample ?? 0, test.last?.sample ?? 0)
    if end > period.start {
      unitisedAlpha = UnitisedAlpha.byName([reference.spans(recordEnd: end), test.spans(recordEnd: end)], on: period.start..<end)
    }
  }

  /// Adds another record's counts.
  public mutating func add(_ other: AnnotationComparison) {
    beats.add(other.beats)
    episodes.merge(other.episodes) { $0.adding($1) }
    spans.merge(other.spans) { $0.adding($1) }
    boundaries.merge(other.boundaries) { $0.adding($1) }
    matchedBeats.pairs += other.matchedBeats.pairs
    matchedBeats.first += other.matchedBeats.first
    matchedBeats.second += other.matchedBeats.second
    unitisedAlpha = [:]
    recordCount += other.recordCount
  }

  /// Twice the matched beats, of all beats of both; nil where there is none.
  public var beatAgreement: Double? {
    let all = matchedBeats.first + matchedBeats.second
    return all > 0 ? 2 * Double(matchedBeats.pairs) / Double(all) : nil
  }

  /// Shares of beats by the names under which they are reported.
  var beatShares: [(name: String, share: Share<Int>)] {
    [
      ("qrs_sensitivity", beats.qrsSensitivity), ("qrs_ppv", beats.qrsPositivePredictivity),
      ("veb_sensitivity", beats.sensitivity(.ventricular)), ("veb_ppv", beats.positivePredictivity(.ventricular)),
      ("sveb_sensitivity", beats.sensitivity(.supraventricular)), ("sveb_ppv", beats.positivePredictivity(.supraventricular)),
    ]
  }

  /// The columns of a row of the matrix: extra beats have none for what is missing.
  static func columns(ofRow row: BeatComparison.Label) -> [BeatComparison.Label] {
    BeatComparison.Label.allCases.filter { row.isBeat || $0.isBeat }
  }
}

extension ComparisonPeriod {
  /// Whether a sample is compared.
  func contains(_ sample: Int) -> Bool { sample >= start && end.map { sample <= $0 } ?? true }
}

extension EpisodeComparison {
  fileprivate func adding(_ other: Self) -> Self {
    var sum = self
    sum.add(other)
    return sum
  }
}

extension SpanComparison {
  fileprivate func adding(_ other: Self) -> Self {
    var sum = self
    sum.add(other)
    return sum
  }
}

extension BoundaryComparison {
  fileprivate func adding(_ other: Self) -> Self {
    var sum = self
    sum.add(other)
    return sum
  }
}
