import ECG

/// Onsets, peaks and ends of waves, two annotators' compared: how many have a partner, and how far the partners lie apart.
///
/// A peak is an annotation of a P, T or U wave or a beat; `(` before it and `)` behind it are its wave's onset and end, as in LUDB and QTDB. Partners
/// are each other's nearest within the tolerance. Waves of different channels have nothing in common.
public struct BoundaryComparison: Sendable, Hashable {
  /// What is compared, in the order of a beat.
  public enum Point: String, Sendable, CaseIterable {
    case pOnset = "p_on"
    case pPeak = "p_peak"
    case pEnd = "p_off"
    case qrsOnset = "qrs_on"
    case qrsPeak = "qrs_peak"
    case qrsEnd = "qrs_off"
    case tOnset = "t_on"
    case tPeak = "t_peak"
    case tEnd = "t_off"
    case uOnset = "u_on"
    case uPeak = "u_peak"
    case uEnd = "u_off"
  }

  /// Points of the reference that have a partner.
  public private(set) var sensitivity = Share(0, of: 0)
  /// Points of the test that have a partner.
  public private(set) var positivePredictivity = Share(0, of: 0)
  /// Test minus reference, in ms.
  public private(set) var error = ErrorStatistics()

  /// Nothing compared yet; records are added by ``add(_:)``.
  public init() {}

  /// Compares the points of two annotators on one record; annotations in order of time.
  ///
  /// Points that neither has are left out.
  public static func byPoint(reference: [Annotation], test: [Annotation], period: ComparisonPeriod) -> [Point: BoundaryComparison] {
    let references = points(of: reference, period)
    let tests = points(of: test, period)
    var result: [Point: BoundaryComparison] = [:]
    for key in Set(references.keys).union(tests.keys) {
      result[key.point, default: BoundaryComparison()].compare(references[key] ?? [], tests[key] ?? [], period)
    }
    return result
  }

  /// Compares all boundaries of one code, `(` or `)`, on one record, whatever wave they are of.
  public init(allOf code: AnnotationCode, reference: [Annotation], test: [Annotation], period: ComparisonPeriod) {
    func samples(_ annotations: [Annotation]) -> [UInt8: [Int]] {
      Dictionary(grouping: annotations.filter { $0.code == code && period.contains($0.sample) }, by: \.channel).mapValues {
        $0.map(\.sample)
      }
    }
    let (references, tests) = (samples(reference), samples(test))
    for channel in Set(references.keys).union(tests.keys) { compare(references[channel] ?? [], tests[channel] ?? [], period) }
  }

  /// Adds another record's counts.
  public mutating func add(_ other: BoundaryComparison) {
    sensitivity.hits += other.sensitivity.hits
    sensitivity.of += other.sensitivity.of
    positivePredictivity.hits += other.positivePredictivity.hits
    positivePredictivity.of += other.positivePredictivity.of
    error.add(other.error)
  }

  private mutating func compare(_ references: [Int], _ tests: [Int], _ period: ComparisonPeriod) {
    let matching = EventMatching(references, tests, tolerance: period.tolerance)
    sensitivity.hits += matching.pairs.count
    sensitivity.of += references.count
    positivePredictivity.hits += matching.pairs.count
    positivePredictivity.of += tests.count
    for pair in matching.pairs { error.add(period.milliseconds(Double(tests[pair.second] - references[pair.first]))) }
  }

  private struct Key: Hashable {
    let point: Point
    let channel: UInt8
  }

  /// Samples of each point, in order.
  private static func points(of annotations: [Annotation], _ period: ComparisonPeriod) -> [Key: [Int]] {
    var points: [Key: [Int]] = [:]
    var onsets: [UInt8: Int] = [:]
    var waves: [UInt8: Wave] = [:]
    func add(_ point: Point, _ sample: Int, _ channel: UInt8) {
      guard sample >= period.start, period.end.map({ sample <= $0 }) ?? true else { return }
      points[Key(point: point, channel: channel), default: []].append(sample)
    }
    for annotation in annotations {
      let channel = annotation.channel
      if annotation.code == .waveOnset {
        onsets[channel] = annotation.sample
        waves[channel] = nil
      } else if annotation.code == .waveEnd {
        if let wave = waves.removeValue(forKey: channel) { add(wave.end, annotation.sample, channel) }
        onsets[channel] = nil
      } else if let wave = Wave(annotation.code) {
        if let onset = onsets.removeValue(forKey: channel) { add(wave.onset, onset, channel) }
        add(wave.peak, annotation.sample, channel)
        waves[channel] = wave
      }
    }
    return points
  }
}

/// The points of one wave.
private struct Wave {
  let onset: BoundaryComparison.Point
  let peak: BoundaryComparison.Point
  let end: BoundaryComparison.Point

  init?(_ code: AnnotationCode) {
    switch code {
    case .pWave: (onset, peak, end) = (.pOnset, .pPeak, .pEnd)
    case .tWave: (onset, peak, end) = (.tOnset, .tPeak, .tEnd)
    case .uWave: (onset, peak, end) = (.uOnset, .uPeak, .uEnd)
    case _ where code.isBeat: (onset, peak, end) = (.qrsOnset, .qrsPeak, .qrsEnd)
    default: return nil
    }
  }
}
