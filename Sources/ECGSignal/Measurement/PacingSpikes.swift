import ECG

/// Finds the spikes of a pacemaker: far steeper and shorter than anything a heart makes.
enum PacingSpikes {
  /// Below this rate a recorder's filter leaves nothing of a spike that could be told from a QRS complex.
  private static let leastRateHertz = 400.0
  private static let secondsBefore = 0.08
  private static let neighbourSeconds = 0.004
  private static let fewestBeats = 3

  /// Of each beat, whether a spike starts it: up to 80 ms before its QRS complex or at its very start.
  static func precede(_ beats: [BeatTrace], in recording: Recording) -> [Bool] {
    let rate = recording.samplingRateHertz
    guard rate >= leastRateHertz else { return beats.map { _ in false } }
    let reach = max(1, Int((neighbourSeconds * rate).rounded()))
    let isSpiked = beats.map { beat in
      let onset = beat.qrsSamples.lowerBound
      let search = onset - Int(secondsBefore * rate)..<onset + Int(0.02 * rate)
      let rest = search.upperBound + reach..<max(search.upperBound + reach + 1, beat.qrsSamples.upperBound)
      let sharpest = sharpness(in: search, reach: reach, of: recording).max() ?? 0
      let complex = sharpness(in: rest, reach: reach, of: recording).max() ?? 0
      let noise = sharpness(in: search, reach: reach, of: recording).sorted()[safe: search.count / 2] ?? 0
      return search.lowerBound >= reach && sharpest > 0.5 && sharpest > 2 * complex && sharpest > 10 * noise
    }
    // A single one is an artefact.
    return isSpiked.count { $0 } >= fewestBeats ? isSpiked : beats.map { _ in false }
  }

  /// How far each sample is from the mean of those 4 ms before and after it, in millivolts, summed over the leads.
  private static func sharpness(in range: Range<Int>, reach: Int, of recording: Recording) -> [Float] {
    let inside = max(reach, range.lowerBound)..<max(max(reach, range.lowerBound), min(recording.sampleCount - reach, range.upperBound))
    var result = [Float](repeating: 0, count: inside.count)
    for lead in Lead.allCases where recording[source: lead] == .recorded {
      let samples = recording[lead]
      for (index, sample) in inside.enumerated() {
        let position = samples.startIndex + sample
        let distance = abs(samples[position] - (samples[position - reach] + samples[position + reach]) / 2)
        if distance > 0 { result[index] += distance }
      }
    }
    return result
  }
}
