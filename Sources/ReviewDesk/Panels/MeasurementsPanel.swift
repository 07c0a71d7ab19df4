import Foundation
import TerminalUI

/// What is measured of the recording: the heart rate and the distances of its beats, and in a word what is not.
enum MeasurementsPanel {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    let lines = lines(state).map { ($0, Style.plain) } + [("PR, QRS, QT, axis: not in this version", .ink(.faint))]
    PanelText.draw(lines, in: rect, into: &grid)
  }

  static func drawLine(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    grid.write(lines(state).joined(separator: "   "), column: rect.column, row: rect.row, maxColumns: rect.columns)
  }

  /// Rate and distances of the whole recording, as `measure` will have them: 60 over the mean RR.
  private static func lines(_ state: DeskState) -> [String] {
    guard let display = state.display else { return [state.recording == nil ? "nothing to measure" : "looking for beats …"] }
    let rate = display.recording.recording.samplingRateHertz
    let peaks = display.rPeaks
    let intervals = zip(peaks.dropFirst(), peaks).map { Double($0 - $1) / rate * 1000 }
    guard let shortest = intervals.min(), let longest = intervals.max() else {
      return [peaks.isEmpty ? "no beats were found" : "one beat was found: no rate"]
    }
    let mean = intervals.reduce(0, +) / Double(intervals.count)
    let range = String(format: "%.0f to %.0f ms", shortest, longest)
    return [String(format: "HR %.0f bpm   RR %.0f ms", 60_000 / mean, mean), "\(peaks.count) beats   RR from \(range)"]
  }
}
