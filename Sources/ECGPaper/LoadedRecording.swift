import ECG
import ECGSignal

/// A recording ready to be drawn: its samples, and where they are many, the extremes of every stretch.
public struct LoadedRecording: Sendable {
  /// The recording.
  public let recording: Recording
  /// One pyramid a lead in the standard order; empty while they are not built or not needed.
  public private(set) var pyramids: [MinMaxPyramid] = []
  /// The extremes of each whole lead in the standard order, in millivolts; nil for a lead without samples.
  package let leadExtremes: [MinMaxPyramid.Extremes?]

  /// A recording without pyramids: enough for drawing, slow only for very long stretches.
  ///
  /// Reads all samples once.
  public init(_ recording: Recording) {
    self.recording = recording
    leadExtremes = Lead.allCases.map { lead in
      var extremes = MinMaxPyramid.Extremes(minimum: .infinity, maximum: -.infinity)
      recording[lead].withUnsafeBufferPointer { samples in
        for value in samples {
          if value < extremes.minimum { extremes.minimum = value }
          if value > extremes.maximum { extremes.maximum = value }
        }
      }
      return extremes.minimum <= extremes.maximum ? extremes : nil
    }
  }

  /// Builds the pyramids; reads all samples.
  public mutating func buildPyramids() { pyramids = Lead.allCases.map { MinMaxPyramid(recording[$0]) } }

  /// The extremes in millivolts of one lead over samples `range`; nil where there are none.
  package func extremes(of lead: Lead, in range: Range<Int>) -> MinMaxPyramid.Extremes? {
    if range.count > 64, !pyramids.isEmpty { return pyramids[lead.rawValue].extremes(in: range) }
    let clamped = range.clamped(to: 0..<recording.sampleCount)
    let offset = lead.rawValue * recording.sampleCount
    var low = Float.infinity
    var high = -Float.infinity
    for index in clamped {
      let value = recording.millivolts[offset + index]
      if value < low { low = value }
      if value > high { high = value }
    }
    return low <= high ? MinMaxPyramid.Extremes(minimum: low, maximum: high) : nil
  }

  /// A lead's value between samples, in millivolts, on the straight line that joins them; nil outside the recording or beside a gap.
  package func value(of lead: Lead, atSample position: Double) -> Float? {
    guard position >= 0, position <= Double(recording.sampleCount - 1) else { return nil }
    let index = Int(position)
    let offset = lead.rawValue * recording.sampleCount
    let left = recording.millivolts[offset + index]
    let fraction = Float(position - Double(index))
    guard fraction > 0 else { return left.isNaN ? nil : left }
    let value = left + (recording.millivolts[offset + index + 1] - left) * fraction
    return value.isNaN ? nil : value
  }
}
