import ECG
import Foundation
import TerminalUI

/// The calipers: carets over the traces, and what lies between them in words.
enum CaliperLines {
  /// Writes distance, rate, and each lead's difference.
  static func draw(_ calipers: Calipers, _ loaded: LoadedRecording, in rect: Rect, into grid: inout Grid) {
    guard !rect.isEmpty else { return }
    let rate = calipers.beatsPerMinute.map { String(format: "%.0f bpm", $0) } ?? "– bpm"
    let times = String(format: "%.3f–%.3f s", calipers.seconds.min() ?? 0, calipers.seconds.max() ?? 0)
    let distance = String(format: "%.0f ms  ", calipers.distance * 1000) + rate
    var column = rect.column + 1
    column += grid.write("calipers ", column: column, row: rect.row, style: .ink(.title))
    column += grid.write(distance, column: column, row: rect.row, style: .ink(.accent), maxColumns: rect.endColumn - column)
    let more = "  \(times)" + (calipers.marchesOut ? "  marching out" : "") + "  mV:"
    column += grid.write(more, column: column, row: rect.row, style: .ink(.faint), maxColumns: rect.endColumn - column)
    var row = rect.row
    if rect.rows > 1 {
      row += 1
      column = rect.column + 1
    }
    for lead in Lead.allCases {
      let value = calipers.millivolts(of: lead, in: loaded).map(number) ?? "–"
      if column + lead.name.count + value.count + 2 > rect.endColumn {
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

  /// Draws the carets wherever a lane shows their time, beside the dots of the traces and not over them.
  static func drawCarets(_ calipers: Calipers, _ lanes: [Lane], _ geometry: ViewGeometry, into grid: inout Grid) {
    let plot = geometry.plot
    for lane in lanes {
      let span = Double(lane.columns.count * BrailleCanvas.dotsAcross) / geometry.scale.dotsPerSecond
      let stretch = lane.startSeconds...lane.startSeconds + span
      for time in calipers.marks(in: stretch) { line("╎", at: time, .faint, lane, geometry, plot, into: &grid) }
      for (index, time) in calipers.seconds.enumerated() where stretch.contains(time) {
        line(index == calipers.active ? "┃" : "│", at: time, index == calipers.active ? .accent : .key, lane, geometry, plot, into: &grid)
      }
    }
  }

  private static func line(
    _ scalar: Unicode.Scalar, at time: Double, _ ink: Ink, _ lane: Lane, _ geometry: ViewGeometry, _ plot: Rect, into grid: inout Grid
  ) {
    let offset = Int((time - lane.startSeconds) * geometry.scale.dotsPerSecond) / BrailleCanvas.dotsAcross
    guard (0..<lane.columns.count).contains(offset) else { return }
    let column = plot.column + lane.columns.lowerBound + offset
    let rows = lane.dotRows.lowerBound / BrailleCanvas.dotsDown..<lane.dotRows.upperBound / BrailleCanvas.dotsDown
    for row in rows {
      let present = grid[column: column, row: plot.row + row].scalar
      // A caret stands over the marks of the march and the paper's grid, never over a trace.
      if " ·┼╎│".unicodeScalars.contains(present) { grid[column: column, row: plot.row + row] = Cell(scalar, style: .ink(ink)) }
    }
  }

  /// Millivolts to a hundredth: `+0.42`.
  private static func number(_ millivolts: Float) -> String {
    let hundredths = Int((min(max(millivolts, -1e4), 1e4) * 100).rounded())
    return (hundredths < 0 ? "−" : "+") + String(format: "%d.%02d", abs(hundredths) / 100, abs(hundredths) % 100)
  }
}
