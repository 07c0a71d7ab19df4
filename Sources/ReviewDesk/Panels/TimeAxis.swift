import Foundation
import TerminalUI

/// The time axis below the traces: a tick every large box or second, numbers in seconds, anew under each column of leads and under a rhythm strip.
enum TimeAxis {
  static func draw(_ lanes: [Lane], _ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    guard let recording = state.recording else { return }
    let isBeat = geometry.layout == .medianBeats
    // The time of a median beat counts from its R peak.
    let origin = isBeat ? BeatPaper.secondsToPeak : 0
    let end = isBeat ? BeatPaper.seconds - origin : recording.durationSeconds
    let rect = geometry.axis
    grid.write("  s", column: geometry.traces.column, row: rect.row, style: .ink(.faint))
    var drawn = Set<[Int]>()
    for lane in lanes where drawn.insert([lane.columns.lowerBound, lane.axisRow]).inserted {
      let place = Rect(
        column: rect.column + lane.columns.lowerBound, row: geometry.plot.row + lane.axisRow, columns: lane.columns.count, rows: 1)
      draw(startSeconds: lane.startSeconds - origin, endSeconds: end, geometry.scale, in: place, into: &grid)
    }
  }

  private static func draw(
    startSeconds: Double, endSeconds: Double, _ scale: PaperScale, in rect: Rect, into grid: inout Grid
  ) {
    let columnsPerSecond = scale.dotsPerSecond / Double(BrailleCanvas.dotsAcross)
    let step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300].first { $0 * columnsPerSecond >= 8 } ?? 600
    var index = Int((startSeconds / step).rounded(.up))
    while true {
      let time = Double(index) * step
      let offset = Int((time - startSeconds) * columnsPerSecond)
      guard offset < rect.columns, time <= endSeconds + 1e-9 else { break }
      let label = "╵" + (step < 1 ? String(format: "%.1f", time) : String(Int(time)))
      // A trace may reach into the axis above a rhythm strip; none of it is hidden.
      let place = rect.column + offset..<rect.column + offset + label.count
      if place.upperBound <= rect.endColumn, place.allSatisfy({ grid[column: $0, row: rect.row].isBlank }) {
        grid.write(label, column: place.lowerBound, row: rect.row, style: .ink(.faint))
      }
      index += 1
    }
  }
}
