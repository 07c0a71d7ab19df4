import ECG
import ECGPaper
import TerminalUI

/// One row that shows all of a long recording: how far the rhythm strip's lead swings, and where in it the paper is.
enum OverviewStrip {
  /// Bars from the lowest to the highest.
  static let heights: [Unicode.Scalar] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  static func draw(_ loaded: LoadedRecording, _ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    let rect = geometry.overview
    let duration = loaded.recording.durationSeconds
    guard !rect.isEmpty, duration > 0 else { return }
    guard state.glimpsedOf == nil else {
      grid.write("reading the rest …", column: rect.column, row: rect.row, style: .ink(.caution), maxColumns: rect.columns)
      return
    }
    let name = "all \(state.paper.rhythmLead.name) "
    let margin = max(geometry.paper.gutter.columns, name.columnCount + 1)
    let left = rect.column + margin
    let end = "  0:00:00–" + ClockText.elapsed(duration)
    let columns = rect.columns - margin - end.columnCount
    guard columns > 0 else { return }
    grid.write(name, column: rect.column, row: rect.row, style: .ink(.faint))
    let swings = swings(of: state.paper.rhythmLead, in: loaded, columns: columns)
    // The usual swing fills half of the row, so that what is larger stands out.
    let largest = max(0.001, 2 * swings.sorted()[swings.count / 2])
    let stretch = geometry.stretch
    let first = min(columns - 1, Int(stretch.lowerBound / duration * Double(columns)))
    let last = max(first, min(columns - 1, Int((stretch.upperBound / duration * Double(columns)).rounded(.up)) - 1))
    for (column, swing) in swings.enumerated() {
      let step = min(heights.count - 1, Int(swing / largest * Float(heights.count)))
      let isInView = (first...last).contains(column)
      grid[column: left + column, row: rect.row] = Cell(heights[step], style: isInView ? .ink(.accent) : .ink(.faint))
    }
    grid.write(end, column: left + columns, row: rect.row, style: .ink(.faint), maxColumns: end.columnCount)
    // Without colours the stretch in view is marked by its ends.
    grid.write("[", column: left + first - 1, row: rect.row, style: .ink(.key))
    grid.write("]", column: left + last + 1, row: rect.row, style: .ink(.key))
  }

  /// The distance from the smallest to the largest sample of each column's stretch.
  private static func swings(of lead: Lead, in loaded: LoadedRecording, columns: Int) -> [Float] {
    let count = loaded.recording.sampleCount
    return (0..<columns).map { column in
      let extremes = loaded.extremes(
        of: lead, in: count * column / columns..<max(count * column / columns + 1, count * (column + 1) / columns))
      return extremes.map { $0.maximum - $0.minimum } ?? 0
    }
  }
}
