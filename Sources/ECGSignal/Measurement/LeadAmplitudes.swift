import ECG

/// Amplitudes of a lead on the median of the usual shape, against the level just before the QRS complex; nil where they cannot be measured.
public struct LeadAmplitudes: Sendable, Hashable {
  /// The lead.
  public let lead: Lead
  /// The P wave's peak.
  public var pMillivolts: Double?
  /// The Q wave: the lowest point before the R wave; 0 where there is none, negative otherwise.
  public var qMillivolts: Double?
  /// The highest point of the QRS complex; 0 where it is wholly negative.
  public var rMillivolts: Double?
  /// The S wave: the lowest point after the R wave, 0 where there is none; of a complex without R wave its depth.
  public var sMillivolts: Double?
  /// The highest and the lowest point of the QRS complex added up: R plus the deeper of Q and S.
  public var netQRSMillivolts: Double?
  /// The area of the QRS complex above the level less that below.
  public var netQRSMillivoltMilliseconds: Double?
  /// The level 60 ms after the QRS complex.
  public var stJ60Millivolts: Double?
  /// The T wave's peak.
  public var tMillivolts: Double?

  /// A lead of which nothing is known yet.
  init(lead: Lead) { self.lead = lead }

  /// Measures a lead of a median beat.
  init(of lead: Lead, on shape: BeatShape) {
    self.lead = lead
    let samples = shape.median[lead]
    guard let qrs = shape.leads[lead.rawValue].qrs ?? shape.waves.qrs, samples.first.map({ !$0.isNaN }) ?? false else { return }
    let rate = shape.median.samplingRateHertz
    func clamped(_ sample: Int) -> Int { samples.startIndex + max(0, min(samples.count - 1, sample)) }
    let level = samples.level(before: max(1, qrs.onset), samplingRateHertz: rate)
    guard level.isFinite else { return }
    func value(_ index: Int) -> Double { Double(samples[index] - level) }

    let complex = clamped(qrs.onset)...clamped(qrs.offset)
    let top = complex.max { value($0) < value($1) } ?? complex.lowerBound
    let r = max(0, value(top))
    rMillivolts = r
    if r > 0 {
      qMillivolts = min(0, (complex.lowerBound...top).map(value).min() ?? 0)
      sMillivolts = min(0, (top...complex.upperBound).map(value).min() ?? 0)
    } else {
      qMillivolts = 0
      sMillivolts = complex.map(value).min()
    }
    netQRSMillivolts = r + min(qMillivolts ?? 0, sMillivolts ?? 0)
    netQRSMillivoltMilliseconds = complex.reduce(0) { $0 + value($1) } / rate * 1000
    let point = qrs.offset + Int((0.06 * rate).rounded())
    if point < samples.count { stJ60Millivolts = value(clamped(point)) }
    pMillivolts = shape.leads[lead.rawValue].p.map { value(clamped($0.peak)) }
    tMillivolts = shape.leads[lead.rawValue].t.map { value(clamped($0.peak)) }
  }
}
