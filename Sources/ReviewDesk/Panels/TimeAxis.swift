import ECGPaper
import Foundation
import TerminalUI

/// The time axis below the traces: a tick every large box or second, numbers in seconds, anew under each column of leads and under a rhythm strip.
enum TimeAxis {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    guard let recording = state.recording else { return }
    var drawn = Set<[Int]>()
    for lane in geometry.lanes where drawn.insert([lane.columns.lowerBound, lane.axisRow]).inserted {
      let row = geometry.plot.row + lane.axisRow
      if geometry.paper.isFirstOfRow(lane) {
        grid.write("  s", column: geometry.paper.labelColumn(of: lane), row: row, style: .ink(.faint))
      }
      // The time of a median beat counts from its R peak.
      let isBeat = lane.content == .medianBeat
      let origin = isBeat ? BeatPaper.secondsToPeak : 0
      let end = isBeat ? BeatPaper.seconds - origin : recording.durationSeconds
      let place = Rect(column: geometry.plot.column + lane.columns.lowerBound, row: row, columns: lane.columns.count, rows: 1)
      draw(startSeconds: lane.startSeconds - origin, endSeconds: end, lane.scale, in: place, into: &grid)
    }
  }

  private static func draw(
    startSeconds: Double, endSeconds: Double, _ scale: PaperScale, in rect: Rect, into grid: inout Grid
  ) {
    let columnsPerSecond = scale.dotsPerSecond / Double(BrailleCanvas.dotsAcross)
    let step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300].first { $0 * columnsPerSecond >= (endSeconds >= 60 ? 10 : 8) } ?? 600
    var index = Int((startSeconds / step).rounded(.up))
    while true {
      let time = Double(index) * step
      let offset = Int((time - startSeconds) * columnsPerSecond)
      guard offset < rect.columns, time <= endSeconds + 1e-9 else { break }
      let label = "╵" + (abs(time) >= 60 ? ClockText.elapsed(time) : step < 1 ? tenths(time) : String(Int(time)))
      // A trace may reach into the axis above a rhythm strip; none of it is hidden.
      let place = rect.column + offset..<rect.column + offset + label.columnCount
      if place.upperBound <= rect.endColumn, place.allSatisfy({ grid[column: $0, row: rect.row].isBlank }) {
        grid.write(label, column: place.lowerBound, row: rect.row, style: .ink(.faint))
      }
      index += 1
    }
  }

  private static func tenths(_ time: Double) -> String { (time < -0.05 ? "−" : "") + String(format: "%.1f", abs(time)) }
}
