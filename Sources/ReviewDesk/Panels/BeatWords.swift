import ECG
import ECGPaper
import TerminalUI

/// What is measured of the QRS in each large beat, beneath it: net QRS, R and S in millivolts, as far as they go above and below 0 mV.
enum BeatWords {
  /// The QRS: from the R peak to both sides, in seconds.
  private static let window = -0.06...0.1

  static func draw(_ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    guard geometry.paper.hasWords, let beats = geometry.sources.medianBeats else { return }
    let rate = beats.recording.samplingRateHertz
    let range = Self.range(rate: rate)
    for (lane, words) in zip(geometry.lanes, geometry.paper.drawing.lanes.map(\.hasWords)) where words {
      guard beats.recording[source: lane.lead] != .absent, let extremes = beats.extremes(of: lane.lead, in: range) else { continue }
      let (low, high) = (Double(extremes.minimum), Double(extremes.maximum))
      let (r, s) = lane.isInverted ? (max(0, -low), max(0, high)) : (max(0, high), max(0, -low))
      let row = geometry.plot.row + lane.dotRows.upperBound / BrailleCanvas.dotsDown
      let column = geometry.plot.column + lane.columns.lowerBound
      let title = lane.columns.count >= 23 ? "net " : ""
      let width = grid.write(title + signed(r - s), column: column, row: row, style: .ink(.accent), maxColumns: lane.columns.count)
      grid.write(
        "  R \(number(r))  S \(number(s))", column: column + width, row: row, style: .ink(.faint), maxColumns: lane.columns.count - width)
    }
  }

  private static func range(rate: Double) -> Range<Int> {
    let start = Int(((BeatPaper.secondsToPeak + window.lowerBound) * rate).rounded())
    return max(0, start)..<max(1, Int(((BeatPaper.secondsToPeak + window.upperBound) * rate).rounded()) + 1)
  }

  private static func number(_ value: Double) -> String {
    let hundredths = Int((min(abs(value), 99) * 100).rounded())
    return (hundredths < 100 ? "." : "\(hundredths / 100).") + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
  }

  private static func signed(_ value: Double) -> String { (value < -0.005 ? "−" : "+") + number(value) }
}
