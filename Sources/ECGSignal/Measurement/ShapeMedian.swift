import ECG

/// The median of beats, sample by sample.
enum ShapeMedian {
  /// At most so many beats are used, evenly spread.
  static let mostBeats = 31

  /// Twelve leads of one beat, and the number of its R peak; each beat is first lowered by its level before the QRS complex.
  ///
  /// Only beats that lie wholly in the record are used; where there is none, the result has no samples. A lead is NaN where no beat shows all of it.
  static func of(_ beats: [BeatTrace], in recording: Recording) -> (recording: Recording, rPeak: Int) {
    let rate = recording.samplingRateHertz
    let (before, after) = (Int((BeatShape.secondsBefore * rate).rounded()), Int((BeatShape.secondsAfter * rate).rounded()))
    let length = before + after + 1
    let whole = beats.filter { $0.rPeak >= before && $0.rPeak + after < recording.sampleCount }
    let used = whole.count <= mostBeats ? whole : (0..<mostBeats).map { whole[$0 * whole.count / mostBeats] }
    guard !used.isEmpty else { return (Recording(name: recording.name, samplingRateHertz: rate, millivolts: []), 0) }
    var millivolts = [Float](repeating: .nan, count: Lead.allCases.count * length)
    var rows = [Float](repeating: 0, count: used.count * length)
    let networks = (0...used.count).map(comparators)
    for lead in Lead.allCases where recording[source: lead] != .absent {
      let samples = recording[lead]
      var count = 0
      for beat in used {
        let level = samples.level(before: beat.qrsSamples.lowerBound, samplingRateHertz: rate)
        let start = samples.startIndex + beat.rPeak - before
        var sum: Float = 0
        for index in 0..<length {
          let value = samples[start + index] - level
          sum += value
          rows[count * length + index] = value
        }
        // A missing sample leaves its mark on the sum.
        if sum.isFinite { count += 1 }
      }
      guard count > 0 else { continue }
      rows.withUnsafeMutableBufferPointer { sort($0, rowLength: length, by: networks[count]) }
      let (low, high) = ((count - 1) / 2 * length, count / 2 * length)
      for index in 0..<length { millivolts[lead.rawValue * length + index] = (rows[low + index] + rows[high + index]) / 2 }
    }
    return (Recording(name: recording.name, samplingRateHertz: rate, millivolts: millivolts, sources: recording.sources), before)
  }

  /// Sorts each column of rows by a network of comparators.
  private static func sort(_ rows: UnsafeMutableBufferPointer<Float>, rowLength: Int, by comparators: [(Int, Int)]) {
    guard let base = rows.baseAddress else { return }
    for (upper, lower) in comparators {
      let (a, b) = (base + upper * rowLength, base + lower * rowLength)
      for index in 0..<rowLength {
        let (x, y) = (a[index], b[index])
        a[index] = x < y ? x : y
        b[index] = x < y ? y : x
      }
    }
  }

  /// Batcher's merge exchange (Knuth, The Art of Computer Programming 3, algorithm 5.2.2M): sorts any `count` values.
  private static func comparators(_ count: Int) -> [(Int, Int)] {
    guard count > 1 else { return [] }
    var result: [(Int, Int)] = []
    var top = 1
    while 2 * top < count { top *= 2 }
    var p = top
    while p > 0 {
      var (q, r, d) = (top, 0, p)
      while true {
        for index in 0..<max(0, count - d) where index & p == r { result.append((index, index + d)) }
        guard q != p else { break }
        (d, r) = (q - p, p)
        q /= 2
      }
      p /= 2
    }
    return result
  }
}
