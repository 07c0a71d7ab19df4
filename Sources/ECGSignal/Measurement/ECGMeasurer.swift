import ECG
import Foundation

/// Measures recordings, one after the other.
///
/// A small network finds the waves in every lead (``WaveNetwork``); everything else is arithmetic on its marks. The definitions of the figures are
/// with ``MeasuredQuantity``. A measurer keeps its working memory from one recording to the next: to measure many, make one for each thread.
public final class ECGMeasurer {
  private let finder = WaveFinder()
  private static let ratesHertz = 50.0...100_000
  private static let shortestSeconds = 0.5

  /// A measurer; its memory comes with the first recording.
  public init() {}

  /// Beats, waves, intervals, axes and amplitudes of a recording.
  ///
  /// Any lead may be missing, flat, noisy or of any gain; what cannot be measured is ``Measured/missing(_:)`` with its reason. The work grows with
  /// the recording's length and with nothing else, and nothing of an earlier recording remains in the result.
  public func measure(_ recording: Recording) -> Measurements { measure(recording, encoded: nil) }

  /// The same in less time.
  ///
  /// - Parameter encoded: The leads of the same recording, or of one from which some were left out to make this one; it changes nothing but the time.
  package func measure(_ recording: Recording, encoded: EncodedLeads?) -> Measurements {
    guard Self.ratesHertz.contains(recording.samplingRateHertz) else { return Self.nothing(in: recording, because: .badRate) }
    guard Self.canMeasure(recording) else { return Self.nothing(in: recording, because: .noSignal) }
    let traces = [BeatTrace](finder.beats(in: recording, encoded: encoded), in: recording)
    guard !traces.isEmpty else { return Self.nothing(in: recording, because: .noBeats) }
    let sorting = BeatSorting(traces, in: recording)
    let beats = zip(traces.indices, traces).map { index, trace -> MeasuredBeat in
      let waves = trace.waves(in: recording)
      return MeasuredBeat(
        rPeak: trace.rPeak, kind: sorting.kinds[index], shape: sorting.shapes[index], waves: waves.middle, leads: waves.leads)
    }
    let shapes = (0..<sorting.shapeCount).map { number in
      let members = beats.indices.filter { beats[$0].shape == number }
      return BeatShape(members.map { beats[$0] }, traces: members.map { traces[$0] }, in: recording)
    }
    let usual = traces.indices.filter { beats[$0].shape == 0 && beats[$0].kind != .unknown }
    let usualTraces = (usual.isEmpty ? traces.indices.filter { beats[$0].shape == 0 } : usual).map { traces[$0] }
    let leads = Lead.allCases.map { lead in shapes.first.map { LeadAmplitudes(of: lead, on: $0) } ?? LeadAmplitudes(lead: lead) }
    let limbFactors =
      LimbLeadConsistency(millivolts: recording.millivolts, count: recording.sampleCount, sources: recording.sources)?.factors
      ?? Lead.limb.map { _ in 1 }
    var figures = Figures(recording: recording, limbFactors: limbFactors)
    figures.addIntervals(beats: beats, usual: usualTraces)
    figures.addAxes(of: usualTraces)
    return Measurements(
      recording: recording, beats: beats, shapes: shapes, leads: leads, qrsAxisInterval: figures.qrsAxisInterval, rhythm: sorting.rhythm,
      lowVoltage: LowVoltage(leads), limbFactors: limbFactors, quantities: figures.values)
  }

  /// Whether a recording has a lead, a rate and a length to be measured.
  static func canMeasure(_ recording: Recording) -> Bool {
    ratesHertz.contains(recording.samplingRateHertz) && recording.durationSeconds >= shortestSeconds
      && Lead.allCases.contains { recording[source: $0] != .absent }
  }

  private static func nothing(in recording: Recording, because reason: MeasurementGap) -> Measurements {
    Measurements(
      recording: recording, beats: [], shapes: [], leads: Lead.allCases.map(LeadAmplitudes.init(lead:)), qrsAxisInterval: nil, rhythm: nil,
      lowVoltage: nil, limbFactors: Lead.limb.map { _ in 1 },
      quantities: Dictionary(uniqueKeysWithValues: MeasuredQuantity.allCases.map { ($0, .missing(reason)) }))
  }
}

extension Measurements {
  /// What a recording itself says, by a measurer of its own.
  public init(of recording: Recording) { self = ECGMeasurer().measure(recording) }
}

extension BeatShape {
  /// The shape that some beats have.
  init(_ beats: [MeasuredBeat], traces: [BeatTrace], in recording: Recording) {
    beatCount = beats.count
    let counts = BeatKind.allCases.map { kind in (kind: kind, count: beats.count { $0.kind == kind }) }
    kind = counts.max { $0.count < $1.count }?.kind ?? .unknown
    (median, rPeak) = ShapeMedian.of(traces, in: recording)
    let last = median.sampleCount - 1
    let rPeak = rPeak
    func typical(_ wave: KeyPath<BeatWaves, WaveMarks?>, of waves: [BeatWaves]) -> WaveMarks? {
      guard last >= 0 else { return nil }
      let marks = zip(waves, beats).compactMap { waves, beat in waves[keyPath: wave].map { ($0, beat.rPeak) } }
      func middle(_ edge: KeyPath<WaveMarks, Int>) -> Int {
        let offsets = marks.map { Double($0.0[keyPath: edge] - $0.1) }
        return Swift.max(0, Swift.min(last, rPeak + Int((offsets.median ?? 0).rounded())))
      }
      // On the median a wave is what most of its beats show.
      guard 2 * marks.count >= beats.count else { return nil }
      return WaveMarks(onset: middle(\.onset), peak: middle(\.peak), offset: middle(\.offset))
    }
    func all(_ waves: [BeatWaves]) -> BeatWaves {
      BeatWaves(p: typical(\.p, of: waves), qrs: typical(\.qrs, of: waves), t: typical(\.t, of: waves))
    }
    waves = all(beats.map(\.waves))
    leads = Lead.allCases.map { lead in all(beats.map { $0[lead] }) }
  }
}

extension LowVoltage {
  init?(_ leads: [LeadAmplitudes]) {
    func isLow(_ group: [Lead], below limit: Double) -> Bool? {
      let heights = group.compactMap { lead -> Double? in
        let amplitudes = leads[lead.rawValue]
        return amplitudes.rMillivolts.map { $0 - min(amplitudes.qMillivolts ?? 0, amplitudes.sMillivolts ?? 0) }
      }
      return heights.count == group.count ? heights.allSatisfy { $0 < limit } : nil
    }
    limb = isLow(Lead.limb, below: 0.5)
    chest = isLow(Lead.chest, below: 1)
    if limb == nil, chest == nil { return nil }
  }
}
