import ECG
import Foundation

/// A stretch of a recording as the wave network reads it: 250 Hz, without drift, each lead in units of its own size.
struct WaveInput {
  /// The leads that show something here, in the standard order.
  private(set) var leads: [Lead] = []
  /// Samples of each lead of ``leads``, lead after lead, ``length`` of them; drift taken away, still in millivolts.
  private(set) var millivolts: [Float] = []
  /// Each lead's size in millivolts, for ``leads``.
  private(set) var sizes: [Float] = []
  /// Samples of each lead.
  let length: Int
  /// The first sample's number at 250 Hz, counted from the start of the record.
  let start: Int

  /// Half the width of the moving means whose difference from the signal is free of drift (0.6 s, twice).
  private static let driftHalfWidth = 75
  /// A lead whose seconds vary less than this many millivolts is flat.
  private static let leastMillivolts: Float = 0.002
  /// A lead is flat, too, where it varies less than this share of what the leads do in the middle.
  private static let leastShare: Float = 0.01

  /// A lead that is there, whether or not it shows anything.
  struct Candidate: Sendable {
    let lead: Lead
    /// Drift taken away, in millivolts.
    let samples: [Float]
    let size: Float
    /// Whether it could be taken for flat by its size alone.
    var isFlat: Bool { size <= WaveInput.leastMillivolts }
  }

  /// Prepares samples `range` (at 250 Hz, counted from the start of the record) of every lead that is there.
  init(_ recording: Recording, range: Range<Int>, resampler: WaveResampler) {
    self.init(Self.candidates(recording, range: range, resampler: resampler), range: range)
  }

  /// Samples `range` (at 250 Hz, counted from the start of the record) of every lead that is there, without drift; no lead depends on another.
  static func candidates(_ recording: Recording, range: Range<Int>, resampler: WaveResampler) -> [Candidate] {
    var candidates: [Candidate] = []
    var scratch = [Float](repeating: 0, count: range.count)
    recording.millivolts.withUnsafeBufferPointer { all in
      for lead in Lead.allCases where recording[source: lead] != .absent {
        let lower = lead.rawValue * recording.sampleCount
        let source = UnsafeBufferPointer(rebasing: all[lower..<lower + recording.sampleCount])
        guard var samples = resampler.resampled(source, range: range) else { continue }
        takeDriftAway(from: &samples, scratch: &scratch)
        candidates.append(Candidate(lead: lead, samples: samples, size: size(of: samples)))
      }
    }
    return candidates
  }

  /// Of leads in the standard order those that show something beside the others.
  init(_ candidates: [Candidate], range: Range<Int>) {
    length = range.count
    start = range.lowerBound
    let middle = candidates.map(\.size).sorted()[safe: candidates.count / 2] ?? 0
    millivolts.reserveCapacity(candidates.count * range.count)
    for candidate in candidates where candidate.size > max(Self.leastMillivolts, Self.leastShare * middle) {
      leads.append(candidate.lead)
      sizes.append(candidate.size)
      millivolts += candidate.samples
    }
  }

  /// Its length with the zeros that fill it up to what the network reads.
  var paddedLength: Int { (length + WaveNetwork.unit - 1) / WaveNetwork.unit * WaveNetwork.unit }

  /// Writes the samples in units of each lead's size, lead after lead, each padded with zeros to `paddedLength`.
  func normalise(to window: UnsafeMutableBufferPointer<Float>, paddedLength: Int) {
    millivolts.withUnsafeBufferPointer { millivolts in
      for lead in leads.indices {
        let factor = 1 / sizes[lead]
        let target = lead * paddedLength
        for index in 0..<length { window[target + index] = max(-12, min(12, millivolts[lead * length + index] * factor)) }
        for index in length..<paddedLength { window[target + index] = 0 }
      }
    }
  }

  /// Subtracts a moving mean of moving means.
  private static func takeDriftAway(from samples: inout [Float], scratch: inout [Float]) {
    movingMeans(of: samples, to: &scratch, halfWidth: driftHalfWidth)
    var drift = samples
    movingMeans(of: scratch, to: &drift, halfWidth: driftHalfWidth)
    for index in samples.indices { samples[index] -= drift[index] }
  }

  /// The mean of the samples within `halfWidth` of each; near the ends, of those that there are.
  private static func movingMeans(of samples: [Float], to means: inout [Float], halfWidth: Int) {
    let count = samples.count
    let share = 1 / Double(2 * halfWidth + 1)
    samples.withUnsafeBufferPointer { samples in
      means.withUnsafeMutableBufferPointer { means in
        let middle = min(count, halfWidth + 1)..<max(min(count, halfWidth + 1), count - halfWidth)
        var sum = 0.0
        for index in 0..<min(count, halfWidth) { sum += Double(samples[index]) }
        for index in 0..<middle.lowerBound {
          if index + halfWidth < count { sum += Double(samples[index + halfWidth]) }
          means[index] = Float(sum / Double(min(count, index + halfWidth + 1)))
        }
        for index in middle {
          sum += Double(samples[index + halfWidth] - samples[index - halfWidth - 1])
          means[index] = Float(sum * share)
        }
        for index in middle.upperBound..<count {
          if index > halfWidth { sum -= Double(samples[index - halfWidth - 1]) }
          means[index] = Float(sum / Double(count - max(0, index - halfWidth)))
        }
      }
    }
  }

  /// The standard deviation that three of four seconds stay below: what a lead's beats reach and a rare artefact does not change.
  private static func size(of samples: [Float]) -> Float {
    let second = Int(WaveNetwork.samplingRateHertz)
    let blocks = max(1, samples.count / second)
    let length = min(second, samples.count)
    let deviations = (0..<blocks).map { block -> Float in
      var (sum, squares): (Float, Float) = (0, 0)
      for index in block * second..<block * second + length {
        sum += samples[index]
        squares += samples[index] * samples[index]
      }
      let mean = sum / Float(length)
      return max(0, squares / Float(length) - mean * mean).squareRoot()
    }
    return deviations.sorted()[Int(0.75 * Double(blocks - 1) + 0.5)]
  }
}

/// Brings a recording to 250 Hz: a low-pass at 60 Hz by a windowed sinc, taken where the new samples lie.
struct WaveResampler {
  /// Samples of the record at 250 Hz.
  let count: Int
  private let samplingRateHertz: Double
  private let step: Double
  private let reach: Int
  /// Taps of a kernel: those within reach and zeros up to a multiple of eight.
  private let taps: Int
  /// A kernel for each place between two samples; only the first where all new samples lie on old ones.
  private let kernels: [Float]

  /// The places between two samples for which a kernel is kept.
  private static let phases = 64
  private static let cutoffHertz = 60.0
  private static let halfWidthSeconds = 0.02
  /// A sample beyond a thousand volts is as good as missing.
  private static let mostMillivolts: Float = 1e6

  /// A resampler for a record of `sampleCount` samples at `rate`.
  ///
  /// - Parameter other: One of before, whose kernels serve again where the rate is the same.
  init(samplingRateHertz rate: Double, sampleCount: Int, like other: WaveResampler? = nil) {
    samplingRateHertz = rate
    step = rate / WaveNetwork.samplingRateHertz
    count = sampleCount > 0 ? Int((Double(sampleCount - 1) / step).rounded(.down)) + 1 : 0
    if let other, other.samplingRateHertz == rate {
      (reach, taps, kernels) = (other.reach, other.taps, other.kernels)
      return
    }
    let cutoff = min(Self.cutoffHertz, 0.45 * rate)
    let half = max(Self.halfWidthSeconds, 2 / rate)
    reach = Int((half * rate).rounded(.up))
    let isWhole = step == step.rounded()
    taps = (2 * reach + 1 + 7) / 8 * 8
    var kernels = [Float](repeating: 0, count: (isWhole ? 1 : Self.phases + 1) * taps)
    for phase in 0..<kernels.count / taps {
      let weights = (-reach...reach).map { offset -> Double in
        let time = (Double(offset) - Double(phase) / Double(Self.phases)) / rate
        guard abs(time) <= half else { return 0 }
        let angle = 2 * Double.pi * cutoff * time
        let cosine = cos(Double.pi * time / (2 * half))
        return (angle == 0 ? 1 : sin(angle) / angle) * cosine * cosine
      }
      let sum = weights.reduce(0, +)
      for (tap, weight) in weights.enumerated() { kernels[phase * taps + tap] = Float(weight / sum) }
    }
    self.kernels = kernels
  }

  /// The samples of a range at 250 Hz; nil where more than half of them rest on missing samples.
  ///
  /// Short gaps are bridged by straight lines.
  func resampled(_ samples: UnsafeBufferPointer<Float>, range: Range<Int>) -> [Float]? {
    let first = Int((Double(range.lowerBound) * step).rounded(.down)) - reach
    let last = Int((Double(range.upperBound - 1) * step).rounded(.down)) + 1 - reach + taps
    var source = [Float](repeating: 0, count: last - first + 1)
    var missing = 0
    source.withUnsafeMutableBufferPointer { source in
      let inside = max(0, -first)..<min(source.count, samples.count - first)
      for index in inside { source[index] = samples[first + index] }
      for index in 0..<inside.lowerBound { source[index] = samples[0] }
      for index in inside.upperBound..<source.count { source[index] = samples[samples.count - 1] }
      for value in source where !(abs(value) < Self.mostMillivolts) { missing += 1 }
    }
    if missing > 0 {
      guard 2 * missing < source.count else { return nil }
      Self.bridgeGaps(in: &source)
    }
    return [Float](unsafeUninitializedCapacity: range.count) { result, count in
      source.withUnsafeBytes { source in
        kernels.withUnsafeBytes { kernels in
          for index in 0..<range.count {
            let position = Double(range.lowerBound + index) * step
            let whole = Int(position)
            let phase = Int((position - Double(whole)) * Double(Self.phases) + 0.5)
            let from = (whole - reach - first) * MemoryLayout<Float>.stride
            let kernel = phase * taps * MemoryLayout<Float>.stride
            var sum = SIMD8<Float>.zero
            for offset in stride(from: 0, to: taps * MemoryLayout<Float>.stride, by: MemoryLayout<SIMD8<Float>>.stride) {
              sum +=
                source.loadUnaligned(fromByteOffset: from + offset, as: SIMD8<Float>.self)
                * kernels.loadUnaligned(fromByteOffset: kernel + offset, as: SIMD8<Float>.self)
            }
            result[index] = sum.sum()
          }
        }
      }
      count = range.count
    }
  }

  private static func bridgeGaps(in samples: inout [Float]) {
    var previous: Int?
    var index = 0
    while index < samples.count {
      if abs(samples[index]) < mostMillivolts {
        previous = index
        index += 1
        continue
      }
      let end = samples[index...].firstIndex { abs($0) < mostMillivolts }
      let before = previous.map { samples[$0] } ?? end.map { samples[$0] } ?? 0
      let after = end.map { samples[$0] } ?? before
      let stop = end ?? samples.count
      for gap in index..<stop { samples[gap] = before + (after - before) * Float(gap - index + 1) / Float(stop - index + 1) }
      index = stop
    }
  }
}

extension Array {
  /// The element at an index, nil where there is none.
  subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
