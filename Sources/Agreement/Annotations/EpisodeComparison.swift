import ECG

/// Episodes that EC38 and EC57 ask about.
public enum EpisodeKind: String, Sendable, CaseIterable {
  /// Atrial fibrillation, the rhythm `(AFIB`.
  case atrialFibrillation = "AF"
  /// Atrial flutter, the rhythm `(AFL`.
  case atrialFlutter = "AFL"
  /// Ventricular flutter or fibrillation, between the codes `[` and `]`.
  case ventricularFibrillation = "VF"
  /// A change of ST in signal 0, from `(ST0` to `ST0`, its extremum `AST0`.
  case st0 = "ST0"
  /// A change of ST in signal 1.
  case st1 = "ST1"
  /// A change of ST in either signal.
  case st = "ST"

  /// Whether half of an episode, or its extremum, has to be found; else any overlap will do.
  var needsHalf: Bool { self == .st0 || self == .st1 || self == .st }
}

/// Two annotators' episodes of one kind compared, the way of ANSI/AAMI EC38 and EC57 as `epicmp` of the WFDB applications counts it.
///
/// An episode is found where the other annotator has any of its kind at the same time; one of ST where half of it is, or its extremum. Time is
/// counted besides: how much of one annotator's episodes the other has too. An episode that never ends lasts to the end of the record.
public struct EpisodeComparison: Sendable, Hashable {
  /// Episodes of the reference that the test found.
  public private(set) var episodeSensitivity = Share(0, of: 0)
  /// Episodes of the test that are episodes of the reference.
  public private(set) var episodePositivePredictivity = Share(0, of: 0)
  /// Seconds of the reference's episodes that are in the test's.
  public private(set) var durationSensitivity = Share(0.0, of: 0)
  /// Seconds of the test's episodes that are in the reference's.
  public private(set) var durationPositivePredictivity = Share(0.0, of: 0)

  /// Nothing compared yet; records are added by ``add(_:)``.
  public init() {}

  /// Compares two annotators on one record; annotations in order of time.
  public init(_ kind: EpisodeKind, reference: [Annotation], test: [Annotation], period: ComparisonPeriod) {
    let references = Episode.all(kind, in: reference, recordEnd: period.end)
    let tests = Episode.all(kind, in: test, recordEnd: period.end)
    (episodeSensitivity, durationSensitivity) = Self.compare(references, with: tests, kind: kind, period: period)
    (episodePositivePredictivity, durationPositivePredictivity) = Self.compare(tests, with: references, kind: kind, period: period)
  }

  /// Adds another record's counts.
  public mutating func add(_ other: EpisodeComparison) {
    episodeSensitivity.hits += other.episodeSensitivity.hits
    episodeSensitivity.of += other.episodeSensitivity.of
    episodePositivePredictivity.hits += other.episodePositivePredictivity.hits
    episodePositivePredictivity.of += other.episodePositivePredictivity.of
    durationSensitivity.hits += other.durationSensitivity.hits
    durationSensitivity.of += other.durationSensitivity.of
    durationPositivePredictivity.hits += other.durationPositivePredictivity.hits
    durationPositivePredictivity.of += other.durationPositivePredictivity.of
  }

  private static func compare(
    _ episodes: [Episode], with others: [Episode], kind: EpisodeKind, period: ComparisonPeriod
  ) -> (Share<Int>, Share<Double>) {
    var found = Share(0, of: 0)
    var samples = Share(0, of: 0)
    var first = 0
    for episode in episodes {
      guard let window = episode.limited(to: period) else { continue }
      found.of += 1
      samples.of += window.end - window.start
      while first < others.count, others[first].end < window.start { first += 1 }
      var overlap = 0
      var hasExtremum = false
      for other in others[first...].prefix(while: { $0.start <= window.end }) {
        let start = max(window.start, other.start)
        let end = min(window.end, other.end)
        overlap += max(0, end - start)
        hasExtremum = hasExtremum || window.extrema.values.contains { start <= $0 && $0 <= end }
      }
      guard overlap > 0 else { continue }
      if !kind.needsHalf || hasExtremum || overlap * 2 >= window.end - window.start { found.hits += 1 }
      samples.hits += overlap
    }
    return (found, Share(Double(samples.hits) / period.samplingRateHertz, of: Double(samples.of) / period.samplingRateHertz))
  }
}

/// One episode.
private struct Episode {
  var start: Int
  var end: Int
  /// Where the ST segment of a signal is farthest from its place; the last mark counts.
  var extrema: [Character: Int] = [:]

  /// The part inside a period; nil where there is none.
  func limited(to period: ComparisonPeriod) -> Episode? {
    guard end >= period.start, end > 0, period.end.map({ start < $0 }) ?? true else { return nil }
    var part = self
    part.start = max(start, period.start)
    if let recordEnd = period.end { part.end = min(end, recordEnd) }
    part.extrema = extrema.filter { _, sample in sample > period.start && period.end.map { sample < $0 } ?? true }
    return part.end >= part.start ? part : nil
  }

  /// An annotator's episodes of a kind; none overlaps another.
  static func all(_ kind: EpisodeKind, in annotations: [Annotation], recordEnd: Int?) -> [Episode] {
    var episodes: [Episode] = []
    var open: Episode?
    var depth = 0
    for annotation in annotations {
      let mark = Mark(annotation, kind)
      guard var episode = open else {
        if mark == .start {
          open = Episode(start: annotation.sample, end: annotation.sample)
          depth = 1
        }
        continue
      }
      switch mark {
      case .start where kind == .st: depth += 1
      case .end:
        depth -= 1
        if depth == 0 || kind != .st {
          episode.end = annotation.sample
          episodes.append(episode)
          open = nil
        }
      case .extremum(let signal):
        episode.extrema[signal] = annotation.sample
        open = episode
      default: break
      }
    }
    if var episode = open, let last = annotations.last?.sample {
      episode.end = max(recordEnd ?? last, last)
      episodes.append(episode)
    }
    return episodes
  }

  /// What an annotation is to episodes of a kind.
  private enum Mark: Equatable {
    case start, end, nothing
    case extremum(signal: Character)

    init(_ annotation: Annotation, _ kind: EpisodeKind) {
      func rhythm(_ name: String) -> Mark {
        guard annotation.code == .rhythm else { return .nothing }
        return annotation.aux.text.hasPrefix("(" + name) ? .start : .end
      }
      func change(_ name: String) -> Mark {
        guard annotation.code == .stChange else { return .nothing }
        let aux = annotation.aux.text
        if aux.hasPrefix("(" + name) { return .start }
        if aux.hasPrefix(name) { return .end }
        guard aux.hasPrefix("A" + name), let signal = aux.dropFirst(3).first else { return .nothing }
        return .extremum(signal: signal)
      }
      switch kind {
      case .atrialFibrillation: self = rhythm("AFIB")
      case .atrialFlutter: self = rhythm("AFL")
      case .ventricularFibrillation:
        self = annotation.code == .fibrillationStart ? .start : annotation.code == .fibrillationEnd ? .end : .nothing
      case .st0: self = change("ST0")
      case .st1: self = change("ST1")
      case .st: self = change("ST")
      }
    }
  }
}
