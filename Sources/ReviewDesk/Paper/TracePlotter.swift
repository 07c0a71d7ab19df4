import ECG
import ECGSignal
import TerminalUI

/// Draws traces so that nothing gets lost: every column of dots spans the smallest to the largest value of its stretch of time, with the values at both
/// of its edges, so neighbouring columns always join.
package struct TracePlotter {
  /// Where the traces come from.
  let recording: LoadedRecording
  /// Millimetres, seconds and millivolts.
  let scale: PaperScale

  /// A plotter of one recording at one scale.
  package init(recording: LoadedRecording, scale: PaperScale) {
    self.recording = recording
    self.scale = scale
  }

  /// Columns of cells, counted from the left of the trace area, in which a trace left its room upwards or downwards.
  package struct Clipping: Equatable {
    package var above: [Int] = []
    package var below: [Int] = []

    /// A trace that stayed in its room.
    package init() {}
  }

  /// Draws one lane's trace.
  ///
  /// A trace may rise into the neighbouring lanes, as on paper, but no further than `room`, a range of rows of dots.
  package func draw(_ lane: Lane, on canvas: inout BrailleCanvas, room: Range<Int>) -> Clipping {
    var clipping = Clipping()
    let rate = recording.recording.samplingRateHertz
    let firstDot = lane.columns.lowerBound * BrailleCanvas.dotsAcross
    for dot in 0..<lane.columns.count * BrailleCanvas.dotsAcross {
      let left = (lane.startSeconds + Double(dot) / scale.dotsPerSecond) * rate
      let right = (lane.startSeconds + Double(dot + 1) / scale.dotsPerSecond) * rate
      guard var extremes = extremes(of: lane.lead, from: left, to: right) else { continue }
      if lane.isInverted { extremes = MinMaxPyramid.Extremes(minimum: -extremes.maximum, maximum: -extremes.minimum) }
      let top = dotRow(of: extremes.maximum, baseline: lane.baselineDot)
      let bottom = dotRow(of: extremes.minimum, baseline: lane.baselineDot)
      let column = lane.columns.lowerBound + dot / BrailleCanvas.dotsAcross
      if top < room.lowerBound, clipping.above.last != column { clipping.above.append(column) }
      if bottom >= room.upperBound, clipping.below.last != column { clipping.below.append(column) }
      guard top < room.upperBound, bottom >= room.lowerBound else { continue }
      canvas.verticalLine(x: firstDot + dot, from: max(top, room.lowerBound), to: min(bottom, room.upperBound - 1))
    }
    return clipping
  }

  /// The row of dots of a value; more millivolts are further up.
  func dotRow(of millivolts: Float, baseline: Int) -> Int {
    let offset = (Double(millivolts) * scale.dotsPerMillivolt).rounded()
    return baseline - Int(min(max(offset, -1_000_000), 1_000_000))
  }

  /// The extremes between two positions, in samples, with the interpolated values at both ends.
  private func extremes(of lead: Lead, from left: Double, to right: Double) -> MinMaxPyramid.Extremes? {
    let end = Double(recording.recording.sampleCount)
    guard right > 0, left < end else { return nil }
    let first = Int(max(0, left).rounded(.up))
    let last = Int(min(end, right).rounded(.up))
    var result = first < last ? recording.extremes(of: lead, in: first..<last) : nil
    for position in [left, right] {
      guard let value = recording.value(of: lead, atSample: position) else { continue }
      let edge = MinMaxPyramid.Extremes(minimum: value, maximum: value)
      result = result?.union(edge) ?? edge
    }
    return result
  }
}
