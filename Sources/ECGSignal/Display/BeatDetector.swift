import ECG

/// Finds heart beats where all leads together are steepest: enough for calipers to snap to and for median beats, not for measurements.
public enum BeatDetector {
  private static let smoothingSeconds = 0.1
  private static let blockSeconds = 2.0
  private static let refractorySeconds = 0.25
  private static let peakReachSeconds = 0.07
  /// How steep a beat has to be, as a share of the beats around it.
  private static let share: Float = 0.35

  /// Sample numbers of R peaks in ascending order; empty where nothing stands out.
  public static func rPeaks(in recording: Recording) -> [Int] {
    let rate = recording.samplingRateHertz
    let refractory = Int(refractorySeconds * rate)
    guard refractory >= 2, recording.sampleCount > 2 * refractory else { return [] }
    let activity = steepness(of: recording)
    let thresholds = thresholds(of: activity, blockLength: max(1, Int(blockSeconds * rate)))
    var peaks: [Int] = []
    for index in 1..<activity.count - 1 {
      guard activity[index] >= thresholds.value(at: index), activity[index] > activity[index - 1], activity[index] >= activity[index + 1]
      else {
        continue
      }
      if let last = peaks.last, index - last < refractory {
        if activity[index] > activity[last] { peaks[peaks.count - 1] = index }
      } else {
        peaks.append(index)
      }
    }
    let reach = max(1, Int(peakReachSeconds * rate))
    var tips: [Int] = []
    for tip in peaks.map({ self.tip(near: $0, reach: reach, in: recording) }) where tips.last.map({ $0 < tip }) ?? true { tips.append(tip) }
    return tips
  }

  /// The change over 16 ms, summed over the leads and smoothed over 100 ms.
  private static func steepness(of recording: Recording) -> [Float] {
    let count = recording.sampleCount
    let step = max(1, Int(0.008 * recording.samplingRateHertz))
    var slopes = [Float](repeating: 0, count: count)
    recording.millivolts.withUnsafeBufferPointer { samples in
      for lead in Lead.allCases where recording[source: lead] == .recorded {
        let offset = lead.rawValue * count
        for index in stride(from: step, to: count - step, by: 1) {
          let change = abs(samples[offset + index + step] - samples[offset + index - step])
          // Not a number where a sample is missing: no change that anybody saw.
          if change > 0 { slopes[index] += change }
        }
      }
    }
    let half = max(1, Int(smoothingSeconds / 2 * recording.samplingRateHertz))
    var smoothed = [Float](repeating: 0, count: count)
    var sum = 0.0
    for index in 0..<count + half {
      if index < count { sum += Double(slopes[index]) }
      if index >= 2 * half + 1 { sum -= Double(slopes[index - 2 * half - 1]) }
      if index >= half { smoothed[index - half] = Float(max(0, sum) / Double(2 * half + 1)) }
    }
    return smoothed
  }

  private struct Thresholds {
    let blockLength: Int
    let values: [Float]
    func value(at index: Int) -> Float { values[min(index / blockLength, values.count - 1)] }
  }

  /// A share of the median of the nine blocks' maxima around each block, so that one artefact does not hide its neighbours.
  private static func thresholds(of activity: [Float], blockLength: Int) -> Thresholds {
    let maxima = stride(from: 0, to: activity.count, by: blockLength).map { start in
      activity[start..<min(start + blockLength, activity.count)].max() ?? 0
    }
    let values = maxima.indices.map { index in
      let around = maxima[max(0, index - 4)...min(maxima.count - 1, index + 4)].sorted()
      // The least step of common recorders is about 0.001 mV; what is flatter than ten of them in all leads is no beat.
      return max(0.01, around[around.count / 2] * share)
    }
    return Thresholds(blockLength: blockLength, values: values)
  }

  /// The sample where the leads together are farthest from their level on either side.
  private static func tip(near index: Int, reach: Int, in recording: Recording) -> Int {
    let count = recording.sampleCount
    let (left, right) = (max(0, index - reach), min(count - 1, index + reach))
    func distance(_ position: Int) -> Float {
      Lead.allCases.reduce(0) { sum, lead in
        guard recording[source: lead] == .recorded else { return sum }
        let samples = recording[lead]
        let start = samples.startIndex
        let level = (samples[start + left] + samples[start + right]) / 2
        let value = abs(samples[start + position] - level)
        return value.isNaN ? sum : sum + value
      }
    }
    let distances = (left...right).map { (index: $0, value: distance($0)) }
    return distances.max { $0.value < $1.value }?.index ?? index
  }
}
