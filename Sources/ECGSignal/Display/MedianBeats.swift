import ECG

/// The median beat of every lead: what the beats of a recording have in common, freed of noise that they do not.
public struct MedianBeats: Sendable {
  /// Time before the R peak, in seconds.
  public static let secondsBefore = 0.25
  /// Time after the R peak, in seconds.
  public static let secondsAfter = 0.55
  /// At most so many beats are used, evenly spread over the recording.
  private static let mostBeats = 60

  /// Twelve leads of one beat each; the R peak lies at ``secondsBefore``.
  public let recording: Recording
  /// How many beats went into it.
  public let beatCount: Int

  /// The median, sample by sample, of all beats that lie wholly within the recording; nil where there are none.
  public init?(of recording: Recording, rPeaks: [Int]) {
    let rate = recording.samplingRateHertz
    let (before, after) = (Int((Self.secondsBefore * rate).rounded()), Int((Self.secondsAfter * rate).rounded()))
    let whole = rPeaks.filter { $0 >= before && $0 + after < recording.sampleCount }
    let used = whole.count <= Self.mostBeats ? whole : (0..<Self.mostBeats).map { whole[$0 * whole.count / Self.mostBeats] }
    guard !used.isEmpty, before + after > 1 else { return nil }
    let length = before + after + 1
    var millivolts: [Float] = []
    millivolts.reserveCapacity(Lead.allCases.count * length)
    for lead in Lead.allCases {
      let samples = recording[lead]
      for offset in 0..<length {
        var values = used.map { samples[samples.startIndex + $0 - before + offset] }.filter { !$0.isNaN }
        values.sort()
        let middle = values.count / 2
        millivolts.append(
          values.isEmpty ? .nan : values.count.isMultiple(of: 2) ? (values[middle - 1] + values[middle]) / 2 : values[middle])
      }
    }
    self.recording = Recording(name: recording.name, samplingRateHertz: rate, millivolts: millivolts, sources: recording.sources)
    beatCount = used.count
  }

  private init(_ recording: Recording, beatCount: Int) { (self.recording, self.beatCount) = (recording, beatCount) }

  /// The same beats with each lead's level just before its QRS complex at 0 mV: what ``LeadAmplitudes`` are measured against.
  ///
  /// - Parameter shape: Of these beats, with the same R peaks; a lead in which it has no QRS complex stays as it is.
  public func levelled(by shape: BeatShape) -> MedianBeats {
    let rate = recording.samplingRateHertz
    let peak = Int((Self.secondsBefore * rate).rounded())
    var millivolts = recording.millivolts
    for lead in Lead.allCases {
      guard let qrs = shape.leads[lead.rawValue].qrs ?? shape.waves.qrs else { continue }
      let onset = max(1, min(recording.sampleCount - 1, peak + qrs.onset - shape.rPeak))
      let level = recording[lead].level(before: onset, samplingRateHertz: rate)
      guard level.isFinite else { continue }
      let range = lead.rawValue * recording.sampleCount..<(lead.rawValue + 1) * recording.sampleCount
      for index in range { millivolts[index] -= level }
    }
    return MedianBeats(
      Recording(name: recording.name, samplingRateHertz: rate, millivolts: millivolts, sources: recording.sources), beatCount: beatCount)
  }
}
