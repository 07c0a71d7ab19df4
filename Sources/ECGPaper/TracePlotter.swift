import ECG
import ECGSignal
import TerminalUI

/// Draws traces so that nothing gets lost and strokes stay thin: every column of dots shows the smallest and the largest value of its stretch of time,
/// neighbouring columns join, and a dot that a stroke only grazes on its way to the next column stays empty.
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
  package struct Clipping: Equatable, Sendable {
    package var above: [Int] = []
    package var below: [Int] = []

    /// A trace that stayed in its room.
    package init() {}
  }

  /// What a trace does in one column of dots, in dots above the baseline, with fractions.
  private struct Stroke {
    /// How far up and down it goes.
    var top: Double
    var bottom: Double
    /// Whether its highest or lowest place is where it goes over into the next column, to go on in the same direction.
    var goesOnAbove = false
    var goesOnBelow = false
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
      guard let stroke = stroke(of: lane, from: left, to: right) else { continue }
      let rows = Self.rows(of: stroke, baseline: lane.baselineDot)
      let column = lane.columns.lowerBound + dot / BrailleCanvas.dotsAcross
      if rows.lowerBound < room.lowerBound, clipping.above.last != column { clipping.above.append(column) }
      if rows.upperBound >= room.upperBound, clipping.below.last != column { clipping.below.append(column) }
      guard rows.lowerBound < room.upperBound, rows.upperBound >= room.lowerBound else { continue }
      canvas.verticalLine(x: firstDot + dot, from: max(rows.lowerBound, room.lowerBound), to: min(rows.upperBound, room.upperBound - 1))
    }
    return clipping
  }

  /// The row of dots of a value; more millivolts are further up.
  package func dotRow(of millivolts: Float, baseline: Int) -> Int { baseline - Int(height(of: millivolts).rounded()) }

  /// Dots above the baseline.
  private func height(of millivolts: Float) -> Double { min(max(Double(millivolts) * scale.dotsPerMillivolt, -1_000_000), 1_000_000) }

  /// The rows that a stroke fills: all from its highest to its lowest, but for an end at which it only goes over into the next column and that it
  /// covers by less than half a dot.
  ///
  /// The dot of a stroke that is on its way is then set in one of two neighbouring columns and not in both: two strokes of a narrow wave stay two.
  private static func rows(of stroke: Stroke, baseline: Int) -> ClosedRange<Int> {
    var top = Int(stroke.top.rounded())
    var bottom = Int(stroke.bottom.rounded())
    // A dot reaches half a row up and down from its middle.
    if stroke.goesOnAbove, top > bottom, stroke.top < Double(top) { top -= 1 }
    if stroke.goesOnBelow, top > bottom, stroke.bottom > Double(bottom) { bottom += 1 }
    return baseline - top...baseline - bottom
  }

  /// The extremes between two positions, in samples, with the interpolated values at both ends.
  private func stroke(of lane: Lane, from left: Double, to right: Double) -> Stroke? {
    let end = Double(recording.recording.sampleCount)
    guard right > 0, left < end else { return nil }
    let first = Int(max(0, left).rounded(.up))
    let last = Int(min(end, right).rounded(.up))
    func height(at position: Double) -> Double? {
      recording.value(of: lane.lead, atSample: position).map { self.height(of: lane.isInverted ? -$0 : $0) }
    }
    let edges = [height(at: left), height(at: right)]
    var heights = edges.compactMap { $0 }
    if first < last, let extremes = recording.extremes(of: lane.lead, in: first..<last) {
      heights += [extremes.minimum, extremes.maximum].map { self.height(of: lane.isInverted ? -$0 : $0) }
    }
    guard let top = heights.max(), let bottom = heights.min() else { return nil }
    var stroke = Stroke(top: top, bottom: bottom)
    guard top.rounded() > bottom.rounded() else { return stroke }
    let step = (right - left) / 4
    for (edge, beyond) in zip(edges, [left - step, right + step]) {
      guard let edge, let next = height(at: beyond) else { continue }
      if edge == top, next > top { stroke.goesOnAbove = true }
      if edge == bottom, next < bottom { stroke.goesOnBelow = true }
    }
    return stroke
  }
}
