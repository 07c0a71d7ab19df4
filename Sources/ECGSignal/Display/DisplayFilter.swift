import ECG
import Foundation

/// A filter for the eye: it changes what is drawn, and never what the network is given.
///
/// All run forwards and backwards over the samples, so that no wave is delayed; an edge is therefore damped by half (6 dB).
public enum DisplayFilter: String, CaseIterable, Sendable {
  /// The samples as they are.
  case none
  /// 0.05 to 150 Hz, the diagnostic band (AHA/ACC/HRS 2007).
  case diagnostic = "0.05-150"
  /// 0.5 to 40 Hz, the monitor band; it may change ST segments and small deflections.
  case monitor = "0.5-40"
  /// Baseline wander taken away: a high-pass at 0.5 Hz.
  case baseline
  /// 50 Hz mains taken away.
  case notch50 = "notch-50"
  /// 60 Hz mains taken away.
  case notch60 = "notch-60"

  /// The name as screens show it.
  public var name: String {
    switch self {
    case .none: "none"
    case .diagnostic: "0.05–150 Hz"
    case .monitor: "0.5–40 Hz"
    case .baseline: "baseline (0.5 Hz high-pass)"
    case .notch50: "50 Hz notch"
    case .notch60: "60 Hz notch"
    }
  }

  /// The recording as this filter shows it.
  ///
  /// Stretches between missing samples are filtered on their own; a part of the filter that lies beyond half the sampling rate is left out,
  /// for there is nothing to filter.
  ///
  /// - Returns: nil where the work was cancelled; that is asked once a lead.
  public func filtered(_ recording: Recording, isCancelled: () -> Bool = { false }) -> Recording? {
    let sections = sections(samplingRateHertz: recording.samplingRateHertz)
    guard !sections.isEmpty else { return recording }
    let cascade = DisplayCascade(sections: sections, margin: Int(min(10 * recording.samplingRateHertz, 100_000)))
    var millivolts = recording.millivolts
    let count = recording.sampleCount
    for lead in Lead.allCases where recording[source: lead] != .absent {
      if isCancelled() { return nil }
      cascade.filterStretches(of: &millivolts, in: lead.rawValue * count..<(lead.rawValue + 1) * count)
    }
    return Recording(
      name: recording.name, samplingRateHertz: recording.samplingRateHertz, millivolts: millivolts, sources: recording.sources,
      patient: recording.patient, diagnoses: recording.diagnoses, extraSignals: recording.extraSignals, warnings: recording.warnings)
  }

  private func sections(samplingRateHertz rate: Double) -> [SecondOrderSection] {
    let parts: [SecondOrderSection?] =
      switch self {
      case .none: []
      case .diagnostic: [.highPass(0.05, rate: rate), .lowPass(150, rate: rate)]
      case .monitor: [.highPass(0.5, rate: rate), .lowPass(40, rate: rate)]
      case .baseline: [.highPass(0.5, rate: rate)]
      case .notch50: [.notch(50, rate: rate)]
      case .notch60: [.notch(60, rate: rate)]
      }
    return parts.compactMap { $0 }
  }
}

/// Sections of second order by the bilinear transform (Bristow-Johnson's cookbook): Butterworth edges, and a notch 2 Hz wide.
extension SecondOrderSection {
  fileprivate static func lowPass(_ hertz: Double, rate: Double) -> SecondOrderSection? {
    design(hertz, rate: rate, quality: 0.5.squareRoot()) { cosine in [(1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2] }
  }

  fileprivate static func highPass(_ hertz: Double, rate: Double) -> SecondOrderSection? {
    design(hertz, rate: rate, quality: 0.5.squareRoot()) { cosine in [(1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2] }
  }

  fileprivate static func notch(_ hertz: Double, rate: Double) -> SecondOrderSection? {
    design(hertz, rate: rate, quality: hertz / 2) { cosine in [1, -2 * cosine, 1] }
  }

  /// nil where the frequency cannot occur at this rate, or is so low that it drowns in rounding.
  private static func design(_ hertz: Double, rate: Double, quality: Double, numerator: (Double) -> [Double]) -> SecondOrderSection? {
    guard rate.isFinite, hertz < rate / 2, rate / hertz < 1e6 else { return nil }
    let angle = 2 * Double.pi * hertz / rate
    let alpha = sin(angle) / (2 * quality)
    let b = numerator(cos(angle)).map { $0 / (1 + alpha) }
    return SecondOrderSection(b0: b[0], b1: b[1], b2: b[2], a1: -2 * cos(angle) / (1 + alpha), a2: (1 - alpha) / (1 + alpha))
  }
}

/// Sections applied one after the other, forwards and backwards.
private struct DisplayCascade {
  let sections: [SecondOrderSection]
  /// Samples by which a stretch is extended at either end, mirrored about its end point, so that the filter is settled where the stretch begins.
  let margin: Int

  /// Filters each stretch without missing samples in place.
  func filterStretches(of samples: inout [Float], in range: Range<Int>) {
    var start = range.lowerBound
    while start < range.upperBound {
      if samples[start].isNaN {
        start += 1
        continue
      }
      let end = samples[start..<range.upperBound].firstIndex { $0.isNaN } ?? range.upperBound
      filter(&samples, in: start..<end)
      start = end
    }
  }

  private func filter(_ samples: inout [Float], in range: Range<Int>) {
    let margin = min(margin, range.count - 1)
    var work: [Double] = []
    work.reserveCapacity(range.count + 2 * margin)
    let (first, last) = (Double(samples[range.lowerBound]), Double(samples[range.upperBound - 1]))
    for offset in stride(from: margin, to: 0, by: -1) { work.append(2 * first - Double(samples[range.lowerBound + offset])) }
    for index in range { work.append(Double(samples[index])) }
    for offset in stride(from: 1, through: margin, by: 1) { work.append(2 * last - Double(samples[range.upperBound - 1 - offset])) }
    for _ in 0..<2 {
      pass(&work)
      work.reverse()
    }
    for index in range { samples[index] = Float(work[margin + index - range.lowerBound]) }
  }

  /// One pass in place (transposed direct form II), from the state that the first sample, seen since ever, leaves behind.
  private func pass(_ samples: inout [Double]) {
    for section in sections {
      let input = samples.first ?? 0
      let output = input * section.gainAtZero
      var state2 = section.b2 * input - section.a2 * output
      var state1 = output - section.b0 * input
      samples.withUnsafeMutableBufferPointer { buffer in
        for index in buffer.indices {
          let x = buffer[index]
          let y = section.b0 * x + state1
          state1 = section.b1 * x - section.a1 * y + state2
          state2 = section.b2 * x - section.a2 * y
          buffer[index] = y
        }
      }
    }
  }
}
