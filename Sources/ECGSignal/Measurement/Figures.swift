import ECG
import Foundation

/// Gathers the figures of a whole record.
struct Figures {
  private(set) var values: [MeasuredQuantity: Measured] = [:]
  private(set) var qrsAxisInterval: DegreeInterval?
  private let recording: Recording
  /// What a limb lead's areas are multiplied by for axes, in the standard order.
  private let limbFactors: [Double]
  private var millisecondsPerSample: Double { 1000 / recording.samplingRateHertz }

  /// A beat nearer to the record's start or end than this is cut off.
  private static let secondsBefore = 0.3
  private static let secondsAfter = 0.5
  /// A net QRS smaller than this share of the complexes has no direction.
  private static let leastAxisShare = 0.1

  init(recording: Recording, limbFactors: [Double]) {
    self.recording = recording
    self.limbFactors = limbFactors
  }

  // MARK: Intervals

  /// Rate and intervals.
  mutating func addIntervals(beats: [MeasuredBeat], usual: [BeatTrace]) {
    addRate(beats)
    let durations: [(MeasuredQuantity, MeasurementGap, ([WaveSpan?]) -> Double?)] = [
      (.pDuration, .noPWaves, { waves in waves[WaveClass.p.rawValue].map { $0.offset - $0.onset } }),
      (.qrsDuration, .noBeats, { waves in waves[WaveClass.qrs.rawValue].map { $0.offset - $0.onset } }),
      (
        .prInterval, .noPWaves,
        { waves in waves[WaveClass.p.rawValue].flatMap { p in waves[WaveClass.qrs.rawValue].map { $0.onset - p.onset } } }
      ),
      (
        .qtInterval, .noTWaves,
        { waves in waves[WaveClass.t.rawValue].flatMap { t in waves[WaveClass.qrs.rawValue].map { t.offset - $0.onset } } }
      ),
    ]
    for (quantity, reason, span) in durations {
      let ofBeats = usual.compactMap { beat in beat.spans.compactMap(span).median }
      // A wave that most beats lack is no property of the record.
      let value = 2 * ofBeats.count >= usual.count ? ofBeats.median : nil
      values[quantity] = value.map { .value($0 * millisecondsPerSample) } ?? .missing(reason)
    }
    addCorrectedQT()
  }

  private mutating func addRate(_ beats: [MeasuredBeat]) {
    let (first, last) = (Self.secondsBefore * recording.samplingRateHertz, Self.secondsAfter * recording.samplingRateHertz)
    let whole = beats.filter { Double($0.rPeak) >= first && Double($0.rPeak) <= Double(recording.sampleCount) - last }
    let counted = whole.count >= 2 ? whole : beats
    let intervals = zip(counted, counted.dropFirst()).map { Double($1.rPeak - $0.rPeak) * millisecondsPerSample }
    func measured(_ value: Double?) -> Measured { value.map { .value($0) } ?? .missing(.tooFewBeats) }
    values[.heartRate] = measured(intervals.mean.map { 60_000 / $0 })
    values[.rrMedian] = measured(intervals.median)
    values[.rrMinimum] = measured(intervals.min())
    values[.rrMaximum] = measured(intervals.max())
    let normal = zip(counted, counted.dropFirst()).map { [.normal, .paced].contains($0.kind) && [.normal, .paced].contains($1.kind) }
    let squares = intervals.indices.dropLast().filter { normal[$0] && normal[$0 + 1] }.map { index in
      let difference = intervals[index + 1] - intervals[index]
      return difference * difference
    }
    values[.rmssd] = measured(squares.mean?.squareRoot())
  }

  private mutating func addCorrectedQT() {
    guard let qt = values[.qtInterval]?.value, let rate = values[.heartRate]?.value else {
      let reason = values[.qtInterval]?.reason ?? .tooFewBeats
      for quantity in [MeasuredQuantity.qtcBazett, .qtcFridericia, .qtcFramingham] { values[quantity] = .missing(reason) }
      return
    }
    let interval = 60 / rate
    values[.qtcBazett] = .value(qt / interval.squareRoot())
    values[.qtcFridericia] = .value(qt / cbrt(interval))
    values[.qtcFramingham] = .value(qt + 154 * (1 - interval))
  }

  // MARK: Axes

  /// The axes of P, QRS and T.
  mutating func addAxes(of beats: [BeatTrace]) {
    guard Lead.limb.count(where: { recording[source: $0] != .absent }) >= 2 else {
      for quantity in [MeasuredQuantity.pAxis, .qrsAxis, .tAxis] { values[quantity] = .missing(.tooFewLimbLeads) }
      return
    }
    let qrs = axis(of: .qrs, in: beats)
    if let qrs, qrs.share >= Self.leastAxisShare {
      values[.qrsAxis] = .value(qrs.degrees)
      qrsAxisInterval = qrs.interval
    } else {
      values[.qrsAxis] = .missing(qrs == nil ? .tooFewLimbLeads : .indeterminateAxis)
    }
    for (wave, quantity, reason) in [(WaveClass.p, MeasuredQuantity.pAxis, MeasurementGap.noPWaves), (.t, .tAxis, .noTWaves)] {
      let seen = beats.filter { $0.middle[wave.rawValue] != nil }
      guard 2 * seen.count >= beats.count, let axis = axis(of: wave, in: seen) else {
        values[quantity] = .missing(reason)
        continue
      }
      values[quantity] = axis.share >= Self.leastAxisShare ? .value(axis.degrees) : .missing(.smallWave)
    }
  }

  private func axis(of wave: WaveClass, in beats: [BeatTrace]) -> HeartAxis? {
    let areas = beats.map { beat in
      zip(Lead.limb, limbFactors).map { lead, factor in
        area(of: wave, in: lead, beat).map { (net: factor * $0.net, gross: factor * $0.gross) }
      }
    }
    return HeartAxis(net: areas.map { $0.map { $0?.net } }, gross: areas.map { $0.map { $0?.gross } })
  }

  /// The area between a wave and its level: of QRS and T the level before QRS, of P the line between its ends.
  private func area(of wave: WaveClass, in lead: Lead, _ beat: BeatTrace) -> (net: Double, gross: Double)? {
    guard recording[source: lead] != .absent, let span = beat.spans[lead.rawValue][wave.rawValue] ?? beat.middle[wave.rawValue],
      let qrs = beat.spans[lead.rawValue][WaveClass.qrs.rawValue] ?? beat.middle[WaveClass.qrs.rawValue]
    else { return nil }
    let samples = recording[lead]
    let first = Int(span.onset.rounded())
    let last = max(first + 1, min(recording.sampleCount - 1, Int(span.offset.rounded())))
    guard last < recording.sampleCount else { return nil }
    let level = samples.level(before: Int(qrs.onset.rounded()), samplingRateHertz: recording.samplingRateHertz)
    let (from, to) = wave == .p ? (samples[samples.startIndex + first], samples[samples.startIndex + last]) : (level, level)
    var (net, gross): (Float, Float) = (0, 0)
    for index in first...last {
      let value = samples[samples.startIndex + index] - from - (to - from) * Float(index - first) / Float(last - first)
      net += value
      gross += abs(value)
    }
    return gross.isFinite ? (Double(net), Double(gross)) : nil
  }
}
