import ECG
import ECGPaper
import Foundation
import TerminalUI

/// What lies between the carets of the calipers, in words.
enum CaliperLines {
  /// Writes distance, rate, and each lead's difference.
  static func draw(_ calipers: Calipers, _ loaded: LoadedRecording, step: Double, in rect: Rect, into grid: inout Grid) {
    guard !rect.isEmpty else { return }
    let rate = calipers.beatsPerMinute.map { String(format: "%.0f bpm", $0) } ?? "– bpm"
    let times = String(format: "%.3f–%.3f s", calipers.seconds.min() ?? 0, calipers.seconds.max() ?? 0)
    let distance = String(format: "%.0f ms  ", calipers.distance * 1000) + rate
    var column = rect.column + 1
    column += grid.write("calipers ", column: column, row: rect.row, style: .ink(.title))
    column += grid.write(distance, column: column, row: rect.row, style: .ink(.accent), maxColumns: rect.endColumn - column)
    let samples = Int((calipers.distance * loaded.recording.samplingRateHertz).rounded())
    let steps = String(format: "  %d samples, a step %.0f ms", samples, step * 1000)
    for more in [steps, calipers.marchesOut ? "  marching" : "", "  \(times)", "  mV:"] where column + more.columnCount <= rect.endColumn {
      column += grid.write(more, column: column, row: rect.row, style: .ink(.faint))
    }
    var row = rect.row
    if rect.rows > 1 {
      row += 1
      column = rect.column + 1
    }
    for lead in Lead.allCases {
      let value = calipers.millivolts(of: lead, in: loaded).map(number) ?? "–"
      if column + lead.name.columnCount + value.columnCount + 2 > rect.endColumn {
        guard row + 1 < rect.endRow else {
          grid.write(" …", column: column, row: row, style: .ink(.faint), maxColumns: rect.endColumn - column)
          break
        }
        row += 1
        column = rect.column + 1
      }
      column += grid.write(" \(lead.name) ", column: column, row: row, style: .ink(.faint))
      column += grid.write(value, column: column, row: row)
    }
  }

  /// Millivolts to a hundredth: `+0.42`.
  private static func number(_ millivolts: Float) -> String {
    let hundredths = Int((min(max(millivolts, -1e4), 1e4) * 100).rounded())
    return (hundredths < 0 ? "−" : "+") + String(format: "%d.%02d", abs(hundredths) / 100, abs(hundredths) % 100)
  }
}
