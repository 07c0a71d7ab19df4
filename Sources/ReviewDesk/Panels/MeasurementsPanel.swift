import Foundation
import TerminalUI

/// What is measured of the recording, and how; `–` where nothing is.
enum MeasurementsPanel {
  static func draw(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    for (offset, line) in lines(state).enumerated() where offset < rect.rows {
      grid.write(
        line, column: rect.column + 1, row: rect.row + offset, style: offset == 2 ? .ink(.faint) : .plain, maxColumns: rect.columns - 1)
    }
  }

  static func drawLine(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    grid.write(lines(state).joined(separator: "   "), column: rect.column, row: rect.row, maxColumns: rect.columns)
  }

  private static func lines(_ state: DeskState) -> [String] {
    guard let display = state.display else { return ["measuring …"] }
    let rate = display.recording.recording.samplingRateHertz
    let peaks = display.rPeaks
    let intervals = zip(peaks.dropFirst(), peaks).map { Double($0 - $1) / rate * 1000 }
    // Heart rate and intervals of the whole recording, as `measure` has them: 60 over the mean RR.
    let mean = intervals.isEmpty ? nil : intervals.reduce(0, +) / Double(intervals.count)
    let first = mean.map {
      String(format: "HR %.0f bpm   RR %.0f ms, %.0f to %.0f", 60_000 / $0, $0, intervals.min() ?? 0, intervals.max() ?? 0)
    }
    return [first ?? "HR –   RR –", "PR –   QRS –   QT –   QTc –   axis –", "simple detector, \(peaks.count) beats; – unknown"]
  }
}
