import ECG
import ECGPaper
import ECGSignal
import TerminalUI

/// The heart rate over all of a long recording, and when beats of other kinds come: what its traces, drawn as one solid bar, would not show.
enum RateTrend {
  /// Recordings from this length on are shown as a trend where all of one is on the paper.
  private static let shortestSeconds = 120.0
  /// Columns for the numbers of the axis.
  private static let axisColumns = 5

  /// Whether it stands in place of the traces.
  static func isShown(_ state: DeskState, _ geometry: ViewGeometry) -> Bool {
    guard state.paper.fitsWholeRecording, state.display?.measuredPart == nil, !state.isHidden(.measurements), !geometry.layout.isOfBeats,
      let duration = state.recording?.durationSeconds
    else { return false }
    return duration >= shortestSeconds && (state.display?.rPeaks.count ?? 0) > 2
  }

  static func draw(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    guard let display = state.display, let recording = state.recording, rect.rows > 3, rect.columns > axisColumns + 10 else { return }
    let rates = display.trend.rates
    guard let usual = display.trend.usualRange else { return }
    let lowest = (usual.lowerBound / 10).rounded(.down) * 10
    let highest = max(lowest + 20, (usual.upperBound / 10).rounded(.up) * 10)
    let kinds = rect.rows < 10 ? [] : display.trend.otherKinds
    let plot = Rect(
      column: rect.column + axisColumns, row: rect.row + 1, columns: rect.columns - axisColumns, rows: rect.rows - 2 - kinds.count)
    let titles = titles(kinds.map { (letter: $0.kind.rawValue, name: $0.kind.name, count: $0.peaks.count) })
    let title = titles.first { $0.count <= rect.columns } ?? titles[titles.count - 1]
    grid.write(title, column: rect.column, row: rect.row, style: .ink(.title), maxColumns: rect.columns)
    for (offset, entry) in kinds.enumerated() {
      let place = Rect(column: plot.column, row: plot.endRow + 1 + offset, columns: plot.columns, rows: 1)
      grid.write(entry.kind.rawValue, column: rect.column, row: place.row, style: .ink(.caution).bold)
      drawDensity(entry.peaks, of: recording.sampleCount, in: place, into: &grid)
    }
    func row(_ perMinute: Double) -> Int {
      let share = (min(max(perMinute, lowest), highest) - lowest) / (highest - lowest)
      return Int(((1 - share) * Double(plot.rows * BrailleCanvas.dotsDown - 1)).rounded())
    }
    drawCurve(rates, of: recording.durationSeconds, in: plot, row: row, into: &grid)
    for value in [highest, (highest + lowest) / 2, lowest] {
      grid.write(
        PaperScale.text(value.rounded()), column: rect.column, row: plot.row + row(value) / BrailleCanvas.dotsDown, style: .ink(.faint),
        maxColumns: axisColumns - 1)
    }
    drawTimes(recording.durationSeconds, under: plot, into: &grid)
    drawCaret(state, recording.sampleCount, in: plot, into: &grid)
  }

  /// What is drawn, and what the letters of other kinds mean, from the longest way to say it to the shortest.
  private static func titles(_ kinds: [(letter: String, name: String, count: Int)]) -> [String] {
    let title = "heart rate, beats a minute"
    guard !kinds.isEmpty else { return [title] }
    let whole = kinds.map { "\($0.letter) \($0.name): \($0.count)" }.joined(separator: ", ")
    let counts = kinds.map { "\($0.letter): \($0.count)" }.joined(separator: ", ")
    return [title + "; beats of other kinds: " + whole, title + "; " + whole, "heart rate; " + whole, title + "; " + counts]
  }

  /// Where the caret of the edit mode is, and where a range or a stretch begins: lines beside the dots, and one cell over them in any case.
  private static func drawCaret(_ state: DeskState, _ sampleCount: Int, in plot: Rect, into grid: inout Grid) {
    guard let edit = state.edit else { return }
    let starts = [edit.anchor, edit.spanStart].compactMap { $0 }.map { ($0, Unicode.Scalar("│"), Ink.key) }
    for (sample, scalar, ink) in starts + [(edit.caret, "┃", .accent)] {
      let column = plot.column + min(plot.columns - 1, sample * plot.columns / max(1, sampleCount))
      for row in plot.row..<plot.endRow where row == plot.row || [" ", "\u{2800}"].contains(grid[column: column, row: row].scalar) {
        grid[column: column, row: row] = Cell(scalar, style: .ink(ink))
      }
    }
  }

  /// Each column's middle rate as a line, in the range of its rates, which is dotted: a solid band would hide how the rate goes.
  private static func drawCurve(
    _ rates: [(time: Double, perMinute: Double)], of duration: Double, in plot: Rect, row: (Double) -> Int, into grid: inout Grid
  ) {
    var range = BrailleCanvas(columns: plot.columns, rows: plot.rows)
    var line = range
    let columns = Dictionary(grouping: rates) { min(line.width - 1, max(0, Int($0.time / duration * Double(line.width)))) }
    var last: Int?
    for x in columns.keys.sorted() {
      let sorted = (columns[x] ?? []).map(\.perMinute).sorted()
      guard let low = sorted.first, let high = sorted.last else { continue }
      for y in row(high)...row(low) where (x + y).isMultiple(of: 2) { range.setDot(x: x, y: y) }
      let middle = row(sorted[sorted.count / 2])
      // A step joins the line before it.
      let from = last.map { middle > $0 ? min(middle, $0 + 1) : middle < $0 ? max(middle, $0 - 1) : middle } ?? middle
      line.verticalLine(x: x, from: min(from, middle), to: max(from, middle))
      last = middle
    }
    for y in 0..<plot.rows {
      for x in 0..<plot.columns {
        let patterns = (range.pattern(column: x, row: y), line.pattern(column: x, row: y))
        guard patterns.0 | patterns.1 != 0 else { continue }
        grid[column: plot.column + x, row: plot.row + y] = Cell(
          Unicode.Scalar(braillePattern: patterns.0 | patterns.1), style: .ink(patterns.1 == 0 ? .faint : .trace))
      }
    }
  }

  /// How many beats come in each column's stretch: the higher the bar, the more; a column with any has at least the lowest.
  private static func drawDensity(_ peaks: [Int], of sampleCount: Int, in rect: Rect, into grid: inout Grid) {
    var counts = [Int](repeating: 0, count: rect.columns)
    for peak in peaks { counts[min(rect.columns - 1, max(0, peak * rect.columns / max(1, sampleCount)))] += 1 }
    let most = max(1, counts.max() ?? 1)
    for (column, count) in counts.enumerated() where count > 0 {
      let step = most < OverviewStrip.heights.count ? count : max(1, count * OverviewStrip.heights.count / most)
      grid[column: rect.column + column, row: rect.row] = Cell(OverviewStrip.heights[step - 1], style: .ink(.caution))
    }
  }

  private static func drawTimes(_ duration: Double, under plot: Rect, into grid: inout Grid) {
    let step = [10, 30, 60, 120, 300, 600, 1800, 3600, 7200.0].first { $0 / duration * Double(plot.columns) >= 10 } ?? 14_400
    for index in 0...Int(duration / step) {
      let column = plot.column + Int(Double(index) * step / duration * Double(plot.columns))
      grid.write(
        "╵" + ClockText.elapsed(Double(index) * step), column: column, row: plot.endRow, style: .ink(.faint),
        maxColumns: plot.endColumn - column)
    }
  }
}
