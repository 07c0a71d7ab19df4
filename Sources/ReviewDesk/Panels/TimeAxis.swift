import Foundation
import TerminalUI

/// The time axis below the traces: a tick every large box or second, numbers in seconds, anew under each column of leads.
enum TimeAxis {
  static func draw(_ lanes: [Lane], _ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    guard let recording = state.recording else { return }
    let isBeat = geometry.layout == .medianBeats
    // The time of a median beat counts from its R peak.
    let origin = isBeat ? BeatPaper.secondsToPeak : 0
    let end = isBeat ? BeatPaper.seconds - origin : recording.durationSeconds
    let rect = geometry.axis
    grid.write(geometry.gutter >= 5 ? "  s" : " s", column: geometry.traces.column, row: rect.row, style: .ink(.faint))
    var drawn = Set<Int>()
    for lane in lanes where lane.columns.count <= rect.columns && drawn.insert(lane.columns.lowerBound).inserted {
      // The rhythm strip spans all columns of leads; the axis follows those, for they are what is read.
      let columns =
        lanes.filter { $0.columns.lowerBound == lane.columns.lowerBound }.map(\.columns).min { $0.count < $1.count } ?? lane.columns
      draw(columns, startSeconds: lane.startSeconds - origin, endSeconds: end, geometry.scale, rect, into: &grid)
    }
  }

  private static func draw(
    _ columns: Range<Int>, startSeconds: Double, endSeconds: Double, _ scale: PaperScale, _ rect: Rect, into grid: inout Grid
  ) {
    let columnsPerSecond = scale.dotsPerSecond / Double(BrailleCanvas.dotsAcross)
    let step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300].first { $0 * columnsPerSecond >= 8 } ?? 600
    var index = Int((startSeconds / step).rounded(.up))
    while true {
      let time = Double(index) * step
      let offset = Int((time - startSeconds) * columnsPerSecond)
      guard offset < columns.count, time <= endSeconds + 1e-9 else { break }
      let label = "╵" + (step < 1 ? String(format: "%.1f", time) : String(Int(time)))
      if offset + label.count <= columns.count {
        grid.write(label, column: rect.column + columns.lowerBound + offset, row: rect.row, style: .ink(.faint))
      }
      index += 1
    }
  }
}
