import ECGSignal

/// The heart rate over a recording, and the beats that are not of the usual kind: worked out once, for a day has a hundred thousand beats.
package struct RateCurve: Sendable {
  /// The rate between each two beats, at the time of the second: seconds, and beats a minute.
  package let rates: [(time: Double, perMinute: Double)]
  /// From the rate below which one in two hundred lies to the one above which one does; nil without rates.
  ///
  /// A single false beat must not flatten the rest.
  package let usualRange: ClosedRange<Double>?
  /// The beats that are not of the usual kind, by kind, the commonest first.
  package let otherKinds: [(kind: BeatKind, peaks: [Int])]

  /// The curve of what was measured.
  init(_ measurements: Measurements) {
    let rate = measurements.samplingRateHertz
    let peaks = measurements.rPeaks
    rates = zip(peaks, peaks.dropFirst()).compactMap { earlier, later in
      later > earlier ? (Double(later) / rate, 60 * rate / Double(later - earlier)) : nil
    }
    let sorted = rates.map(\.perMinute).sorted()
    usualRange = sorted.isEmpty ? nil : sorted[sorted.count / 200]...sorted[sorted.count - 1 - sorted.count / 200]
    let usual = measurements.usualShape?.kind ?? .normal
    var byKind: [BeatKind: [Int]] = [:]
    for beat in measurements.beats where beat.kind != usual { byKind[beat.kind, default: []].append(beat.rPeak) }
    let order = BeatKind.allCases
    otherKinds = byKind.sorted {
      ($0.value.count, order.firstIndex(of: $1.key) ?? 0) > ($1.value.count, order.firstIndex(of: $0.key) ?? 0)
    }.map { ($0.key, $0.value) }
  }
}
