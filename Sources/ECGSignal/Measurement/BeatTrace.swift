import ECG

/// A found beat on the record's own samples.
struct BeatTrace {
  /// Each lead's waves in samples with fractions, in the standard order.
  let spans: [[WaveSpan?]]
  /// Of each boundary the median over the leads in which the wave is seen, in samples with fractions.
  let middle: [WaveSpan?]
  /// The QRS complex: ``middle``'s where a lead shows one, else where the leads together are sure of it.
  let qrs: WaveSpan
  /// How sure the leads together are of a QRS complex, 0 to 1.
  let confidence: Float
  /// The R peak, once it was found.
  var rPeak = 0

  init(_ beat: FoundBeat, samplesPerNetworkSample scale: Double, sampleCount: Int) {
    let last = Double(sampleCount - 1)
    func scaled(_ span: WaveSpan) -> WaveSpan {
      WaveSpan(onset: min(last, max(0, span.onset * scale)), offset: min(last, max(0, span.offset * scale)))
    }
    spans = beat.leads.map { waves in waves.map { $0.map(scaled) } }
    let spans = spans
    middle = WaveClass.allCases.map { wave in
      let seen = spans.compactMap { $0[wave.rawValue] }
      guard let onset = seen.map(\.onset).median, let offset = seen.map(\.offset).median else { return nil }
      return WaveSpan(onset: onset, offset: offset)
    }
    qrs = middle[WaveClass.qrs.rawValue] ?? scaled(beat.qrs)
    confidence = beat.confidence[WaveClass.qrs.rawValue]
  }

  /// The first and the last sample of the QRS complex.
  var qrsSamples: ClosedRange<Int> {
    let first = Int(qrs.onset.rounded(.up))
    return first...max(first, Int(qrs.offset.rounded(.down)))
  }
}

extension [BeatTrace] {
  /// The traces of all beats, with R peaks that lie alike in beats alike.
  ///
  /// A peak is first where the leads together are farthest from the level before the complex. Where two waves of a complex are of nearly one size that
  /// would jump between them; so a peak within 24 ms of where it lies in most beats is preferred.
  init(_ beats: [FoundBeat], in recording: Recording) {
    let rate = recording.samplingRateHertz
    self = beats.map {
      BeatTrace($0, samplesPerNetworkSample: rate / WaveNetwork.samplingRateHertz, sampleCount: recording.sampleCount)
    }
    let profiles = map { $0.distances(in: recording) }
    let peaks = profiles.map { profile in profile.indices.max { profile[$0] < profile[$1] } ?? 0 }
    guard let usual = peaks.map(Double.init).median else { return }
    let reach = 0.024 * rate
    for index in indices {
      let first = self[index].qrsSamples.lowerBound
      let (profile, peak) = (profiles[index], peaks[index])
      let near = profile.indices.filter { abs(Double($0) - usual) <= reach }
      let local = near.max { profile[$0] < profile[$1] }
      if let local, profile[local] >= 0.6 * profile[peak] { self[index].rPeak = first + local } else { self[index].rPeak = first + peak }
    }
    // Where complexes overlap or touch, peaks still ascend.
    for index in indices.dropFirst() where self[index].rPeak <= self[index - 1].rPeak { self[index].rPeak = self[index - 1].rPeak + 1 }
    removeAll { $0.rPeak >= recording.sampleCount }
  }
}

extension BeatTrace {
  /// At each sample of the QRS complex how far the leads are from their level before it, in millivolts, summed.
  fileprivate func distances(in recording: Recording) -> [Float] {
    let samples = qrsSamples
    var result = [Float](repeating: 0, count: samples.count)
    for lead in Lead.allCases where spans[lead.rawValue][WaveClass.qrs.rawValue] != nil {
      let values = recording[lead]
      let level = values.level(before: samples.lowerBound, samplingRateHertz: recording.samplingRateHertz)
      for (index, sample) in samples.enumerated() {
        let distance = abs(values[values.startIndex + sample] - level)
        if distance > 0 { result[index] += distance }
      }
    }
    return result
  }

  /// The marks of a wave in one lead.
  func marks(_ wave: WaveClass, in lead: Lead, of recording: Recording) -> WaveMarks? {
    guard let span = spans[lead.rawValue][wave.rawValue] else { return nil }
    let values = recording[lead]
    let first = Int(span.onset.rounded())
    let last = Swift.max(first, Int(span.offset.rounded()))
    let (from, to) = (values[values.startIndex + first], values[values.startIndex + last])
    let slope = last > first ? (to - from) / Float(last - first) : 0
    var (best, peak): (Float, Int) = (-1, (first + last) / 2)
    for index in first...last {
      let distance = abs(values[values.startIndex + index] - from - slope * Float(index - first))
      if distance > best { (best, peak) = (distance, index) }
    }
    return WaveMarks(onset: first, peak: peak, offset: last)
  }

  /// The waves of every lead, and of each boundary the median over leads.
  func waves(in recording: Recording) -> (middle: BeatWaves, leads: [BeatWaves]) {
    let leads = Lead.allCases.map { lead in
      BeatWaves(p: marks(.p, in: lead, of: recording), qrs: marks(.qrs, in: lead, of: recording), t: marks(.t, in: lead, of: recording))
    }
    func middle(_ wave: WaveClass, _ peaks: [Int?]) -> WaveMarks? {
      guard let span = self.middle[wave.rawValue], let peak = peaks.compactMap({ $0.map(Double.init) }).median else { return nil }
      let (onset, offset) = (Int(span.onset.rounded()), Int(span.offset.rounded()))
      return WaveMarks(onset: onset, peak: Swift.min(offset, Swift.max(onset, Int(peak.rounded()))), offset: offset)
    }
    let samples = qrsSamples
    let qrs = WaveMarks(onset: Swift.min(rPeak, samples.lowerBound), peak: rPeak, offset: Swift.max(rPeak, samples.upperBound))
    return (BeatWaves(p: middle(.p, leads.map { $0.p?.peak }), qrs: qrs, t: middle(.t, leads.map { $0.t?.peak })), leads)
  }
}

extension ArraySlice<Float> {
  /// The median of the 20 ms before a sample (counted from the slice's start): what a wave's amplitude is measured from.
  func level(before sample: Int, samplingRateHertz rate: Double) -> Float {
    let length = Swift.max(3, Int((0.02 * rate).rounded()))
    let range = Swift.max(0, sample - length)..<Swift.max(1, sample)
    let values = range.map { self[startIndex + $0] }.filter { !$0.isNaN }.sorted()
    guard !values.isEmpty else { return .nan }
    return (values[values.count / 2] + values[(values.count - 1) / 2]) / 2
  }
}

extension [Double] {
  /// The middle value, or the mean of the middle two; nil where there are none.
  var median: Double? {
    guard !isEmpty else { return nil }
    let sorted = sorted()
    return (sorted[count / 2] + sorted[(count - 1) / 2]) / 2
  }

  /// The arithmetic mean, nil of nothing.
  var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}
