import Foundation

/// Figures about one stretch of one lead, from which its flaws follow.
struct LeadFindings {
  /// The share of samples that are missing.
  private(set) var missingShare = 1.0
  /// The share of samples that are equal to the one before.
  private(set) var unchangedShare = 1.0
  /// From the 1st to the 99th percentile, in millivolts.
  private(set) var height: Float = 0
  /// From the least to the largest value.
  private(set) var span: Float = 0
  /// Seconds spent in runs at an extreme value.
  private(set) var clippedSeconds = 0.0
  /// The root mean square above 25 Hz between the beats.
  private(set) var noise: Float = 0
  /// How far the baseline moves.
  private(set) var wander: Float = 0
  /// The amplitudes of lines at 50 and 60 Hz, 0 where they do not stand out.
  private(set) var mains: (fifty: Float, sixty: Float) = (0, 0)

  /// The flaws of a lead: off and flat where no stretch has a signal, wandering where one wanders, the others where half of the stretches have them.
  static func flaws(_ stretches: [LeadFindings]) -> [LeadFlaw] {
    let alive = stretches.filter { !$0.isOff }
    guard !alive.isEmpty else { return [.off] }
    func inHalf(_ condition: (LeadFindings) -> Bool) -> Bool { 2 * alive.filter(condition).count >= alive.count }
    if 2 * alive.count < stretches.count { return [.off] }
    if inHalf({ $0.height < 0.05 || $0.unchangedShare >= 0.5 && $0.isStuck }) { return [.flat] }
    return LeadFlaw.allCases.filter { flaw in
      switch flaw {
      case .off, .flat: false
      case .clipped: inHalf { $0.clippedSeconds >= 0.03 }
      case .noisy: inHalf { $0.noise >= max(0.04, $0.height / 20) }
      case .wandering: alive.contains { $0.wander >= max(0.5, $0.height / 3) }
      case .mains50: inHalf { $0.mains.fifty >= 0.03 }
      case .mains60: inHalf { $0.mains.sixty >= 0.03 }
      }
    }
  }

  private var isOff: Bool { missingShare >= 0.5 || span == 0 }
  private(set) var isStuck = false

  /// Looks at a stretch; missing samples are left out.
  init(_ samples: ArraySlice<Float>, rate: Double) {
    var lead = [Float](samples)
    let count = lead.count
    guard count > 2, rate > 0 else { return }
    // 0 only where every sample is a number.
    if lead.withUnsafeBufferPointer({ $0.reduce(0) { $0 + ($1 - $1) } }) != 0 { lead.removeAll { !$0.isFinite } }
    missingShare = Double(count - lead.count) / Double(count)
    guard lead.count > 2 else { return }
    let (lowest, highest) = Self.ends(of: lead)
    span = highest - lowest
    guard span > 0 else { return }
    let levels = Self.percentiles(of: lead, [0.01, 0.5, 0.99])
    height = levels[2] - levels[0]
    lookAtRuns(lead, lowest: lowest, highest: highest, middle: levels[1], rate: rate)
    noise = Self.noise(of: lead, rate: rate)
    wander = Self.wander(of: lead, rate: rate)
    mains = Mains(lead, rate: rate).lines
  }

  /// Counts samples equal to their neighbours, and time spent at the ends of the range.
  private mutating func lookAtRuns(_ lead: [Float], lowest: Float, highest: Float, middle: Float, rate: Double) {
    let shortest = max(3, Int((0.01 * rate).rounded()))
    var (unchanged, run, longest, clipped) = (0, 1, 1, 0)
    // An end of the range that lies near the middle of the samples is the baseline, not a limit.
    func end(_ value: Float) {
      longest = max(longest, run)
      if run >= shortest, (value == lowest || value == highest), abs(value - middle) >= max(0.3, 0.25 * (highest - lowest)) {
        clipped += run
      }
    }
    lead.withUnsafeBufferPointer { lead in
      for index in 1..<lead.count {
        if lead[index] == lead[index - 1] {
          unchanged += 1
          run += 1
        } else {
          if run > 1 { end(lead[index - 1]) }
          run = 1
        }
      }
    }
    end(lead[lead.count - 1])
    unchangedShare = Double(unchanged) / Double(lead.count - 1)
    // Slow signals at coarse steps repeat values too; a dead stretch does so for a second and more.
    isStuck = Double(longest) >= 0.3 * Double(lead.count)
    clippedSeconds = Double(clipped) / rate
  }

  private static func ends(of lead: [Float]) -> (lowest: Float, highest: Float) {
    lead.withUnsafeBufferPointer { lead in
      var (lowest, highest) = (lead[0], lead[0])
      for value in lead {
        lowest = value < lowest ? value : lowest
        highest = value > highest ? value : highest
      }
      return (lowest, highest)
    }
  }

  /// Percentiles of some two hundred and fifty samples, evenly spread.
  private static func percentiles(of values: [Float], _ shares: [Double]) -> [Float] {
    let thinned = stride(from: 0, to: values.count, by: max(1, values.count / 251)).map { values[$0] }.sorted()
    return shares.map { thinned[Int(($0 * Double(thinned.count - 1)).rounded())] }
  }

  /// The root mean square of what a mean over 40 ms takes away, as the median over tenths of a second gives it: beats are fewer.
  private static func noise(of lead: [Float], rate: Double) -> Float {
    let half = max(1, Int((0.02 * rate).rounded()))
    let block = max(2, Int((0.1 * rate).rounded()))
    guard lead.count > 2 * half + block else { return 0 }
    var sum = lead[0..<2 * half].reduce(0) { $0 + Double($1) }
    var squares: [Float] = []
    var (square, inBlock) = (Float(0), 0)
    let scale = 1 / Float(2 * half + 1)
    lead.withUnsafeBufferPointer { lead in
      for index in half..<lead.count - half {
        sum += Double(lead[index + half])
        let rest = lead[index] - Float(sum) * scale
        sum -= Double(lead[index - half])
        square += rest * rest
        inBlock += 1
        if inBlock == block {
          squares.append(square / Float(block))
          (square, inBlock) = (0, 0)
        }
      }
    }
    squares.sort()
    return squares.isEmpty ? 0 : squares[squares.count / 2].squareRoot()
  }

  /// The range of the medians of a dozen samples over each 0.6 s.
  private static func wander(of lead: [Float], rate: Double) -> Float {
    let block = max(1, Int((0.6 * rate).rounded()))
    let step = max(1, block / 12)
    var (lowest, highest) = (Float.infinity, -Float.infinity)
    var values: [Float] = []
    lead.withUnsafeBufferPointer { lead in
      for start in stride(from: 0, through: lead.count - block, by: block) {
        values.removeAll(keepingCapacity: true)
        for index in stride(from: start, to: start + block, by: step) { values.append(lead[index]) }
        values.sort()
        lowest = min(lowest, values[values.count / 2])
        highest = max(highest, values[values.count / 2])
      }
    }
    return max(0, highest - lowest)
  }
}

/// Looks for lines at 50 and 60 Hz: the amplitude at each, and 4 Hz to either side, in windows of a second (Goertzel 1958, with Hann's window).
private struct Mains {
  /// The median over the windows of each line's amplitude; 0 where it is not three times what is beside it.
  private(set) var lines: (fifty: Float, sixty: Float) = (0, 0)

  private static let hertz: [Double] = [50, 46, 54, 60, 56, 64]

  init(_ lead: [Float], rate: Double) {
    // The highest neighbour has to lie below half the sampling rate.
    let length = Int(rate.rounded())
    guard rate > 130, lead.count >= length else { return }
    var turn = SIMD8<Float>.zero
    for (place, hertz) in Self.hertz.enumerated() { turn[place] = Float(2 * cos(2 * .pi * hertz / rate)) }
    let step = 2 * Float.pi / Float(length)
    let window = (0..<length).map { (1 - cos(step * Float($0))) / Float(length) }
    var amplitudes: [SIMD8<Float>] = []
    lead.withUnsafeBufferPointer { lead in
      window.withUnsafeBufferPointer { window in
        for start in stride(from: 0, through: lead.count - length, by: length) {
          // A level far from 0 would leak.
          let level = lead[start]
          var (last, before) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
          for index in 0..<length {
            let next = turn * last - before + window[index] * (lead[start + index] - level)
            before = last
            last = next
          }
          let power = last * last + before * before - turn * last * before
          amplitudes.append(2 * power.replacing(with: 0, where: power .< 0).squareRoot())
        }
      }
    }
    let medians = Self.hertz.indices.map { place in amplitudes.map { $0[place] }.sorted()[amplitudes.count / 2] }
    func line(_ place: Int) -> Float { medians[place] >= 3 * max(medians[place + 1], medians[place + 2]) ? medians[place] : 0 }
    lines = (line(0), line(3))
  }
}
