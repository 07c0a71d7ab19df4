import ECG
import TerminalUI

/// A drawing on the cells of a screen: how many dots a millimetre has there, where each lead lies, and the calibration marks beside them.
package struct BraillePaper: Sendable {
  /// The drawing in millimetres.
  package let drawing: PaperDrawing
  /// The place of each lane of the drawing, in the same order, counted from the left of ``plot``.
  package let lanes: [Lane]
  /// All cells: traces, calibration marks, time axes.
  package let area: Rect
  /// The traces with the time axes under them.
  package let plot: Rect
  /// Cells left of the traces, for names and calibration marks.
  package let gutter: Rect
  /// The scale of what the layout is for: of the recording's limb leads, or of the first beats.
  package let scale: PaperScale
  /// Whether a row of words stands under beats.
  package var hasWords: Bool { drawing.lanes.contains(where: \.hasWords) }
  private let marks: [(mark: CalibrationMark, column: Int)]

  /// Cells between two columns of leads.
  package static let gapColumns = 5

  /// The layout in an area of a screen, from a time on.
  ///
  /// - Parameters:
  ///   - hasWords: Whether a row of words stands under the beats whose layout wants one.
  ///   - labelColumns: Columns that a lead's name and what is said beside it take.
  package init(
    _ layout: LeadLayout, _ settings: PaperSettings, _ traces: PaperTraces, in area: Rect, durationSeconds: Double, hasWords: Bool = false,
    labelColumns: (Lane) -> Int
  ) {
    self.area = area
    // The faster the paper, the wider the marks beside it: its room follows from the widest paper there can be.
    let widest = Layout(
      layout, settings, traces, in: area.size, beside: Self.leastGutter, durationSeconds: durationSeconds, hasWords: hasWords)
    let gutterColumns = Self.gutter(Self.marks(widest.drawing, widest.lanes, onRight: false, labelColumns: labelColumns))
    let right = Self.marks(widest.drawing, widest.lanes, onRight: true, labelColumns: { _ in 0 })
    let rightColumns = right.isEmpty ? 0 : Self.gutter(right) - 1
    let besides = gutterColumns + rightColumns
    let laid =
      besides == Self.leastGutter
      ? widest : Layout(layout, settings, traces, in: area.size, beside: besides, durationSeconds: durationSeconds, hasWords: hasWords)
    drawing = laid.drawing
    lanes = laid.lanes
    // Paper narrower than the screen lies in its middle.
    let used = lanes.map(\.columns.upperBound).max() ?? 0
    let margin = max(0, area.columns - besides - used) / 2
    gutter = Rect(column: area.column + margin, row: area.row, columns: gutterColumns, rows: area.rows)
    plot = Rect(column: gutter.endColumn, row: area.row, columns: min(used, area.endColumn - gutter.endColumn), rows: area.rows)
    let main =
      self.lanes.first { $0.content == .recording && $0.lead.isLimb } ?? self.lanes.first { $0.content == .recording } ?? self.lanes.first
    scale = main?.scale ?? settings.scale
    marks =
      Self.marks(drawing, self.lanes, onRight: false, labelColumns: labelColumns).map { ($0, $0.column) }
      + Self.marks(drawing, self.lanes, onRight: true, labelColumns: { _ in 0 }).map { ($0, gutterColumns + used) }
  }

  /// The column of the screen in which what stands left of a lane begins, its name and unit: in the gutter, or in the gap before its column of leads.
  package func labelColumn(of lane: Lane) -> Int {
    isFirstOfRow(lane) ? gutter.column + lane.columns.lowerBound : plot.column + lane.columns.lowerBound + 1 - Self.gapColumns
  }

  /// Whether no lead stands left of it in its row.
  package func isFirstOfRow(_ lane: Lane) -> Bool {
    !lanes.contains { $0.row == lane.row && $0.columns.lowerBound < lane.columns.lowerBound }
  }

  /// A drawing with its lanes on the cells of a screen.
  private struct Layout {
    let drawing: PaperDrawing
    let lanes: [Lane]

    /// Lays out a drawing where so many columns are kept for what stands beside it.
    init(
      _ layout: LeadLayout, _ settings: PaperSettings, _ traces: PaperTraces, in size: Size, beside: Int, durationSeconds: Double,
      hasWords: Bool
    ) {
      let (across, downs) = BraillePaper.dots(layout, settings, traces, columns: size.columns - beside, rows: size.rows)
      let plans = downs.map { down in
        let cell = (width: Double(BrailleCanvas.dotsAcross) / across, height: Double(BrailleCanvas.dotsDown) / down)
        let room = PaperRoom(
          height: Double(size.rows) * cell.height, width: Double(max(0, size.columns - beside)) * cell.width, cellHeight: cell.height,
          cellWidth: cell.width,
          gap: Double(BraillePaper.gapColumns) * cell.width, axis: cell.height, words: hasWords ? cell.height : 0)
        return (down: down, plan: PaperPlan(layout, settings, traces, in: room))
      }
      var best = plans[0]
      // The dots that draw the beats largest, and take nothing from the recorded leads.
      for other in plans.dropFirst() where other.plan.reducedFrom == nil || best.plan.reducedFrom != nil {
        if other.plan.beatGain * other.down > best.plan.beatGain * best.down * 1.001 { best = other }
      }
      let (down, plan) = best
      let drawing = plan.drawing(
        width: Double(max(0, size.columns - beside) * BrailleCanvas.dotsAcross) / across, startSeconds: settings.startSeconds,
        durationSeconds: durationSeconds)
      self.drawing = drawing
      lanes = drawing.lanes.map { Lane($0, axis: drawing.axes[$0.block], across: across, down: down) }
    }
  }

  // MARK: Dots

  /// Rows are as high as this on a sheet of paper where several leads share it.
  private static let usualRow = 25.0
  /// A strip under beats may be as low as this, in millimetres.
  private static let lowestStrip = 12.0
  /// More than this times as many dots one way as the other would bend a wave out of its shape.
  private static let mostDistortion = 2.0
  /// Fewer dots than this make no wave of a heart beat.
  private static let fewestDots = 0.4

  /// How many dots a millimetre has across, and what it may have down, the first where nothing speaks for another: as on the measured screen; else the
  /// most at which a whole sheet of 10 s fits across.
  ///
  /// Down as many, where a row keeps a centimetre; more where rows would be higher than on paper; of a view of beats any number that leaves its strip
  /// its room. Where not even one a millimetre fits across, there are as few as show the whole sheet.
  static func dots(
    _ layout: LeadLayout, _ settings: PaperSettings, _ traces: PaperTraces, columns: Int, rows: Int
  ) -> (across: Double, downs: [Double]) {
    let scale = settings.scale
    guard !settings.isScreenMeasured else { return (scale.dotsPerMillimetre, [scale.dotsPerMillimetreDown]) }
    let blocks = layout.blocks()
    let isOfBeats = blocks[0].content == .medianBeat && traces.medianBeats != nil && !settings.isGainChosen
    guard let lowest = blocks.filter({ $0.content == .recording }).min(by: { $0.weight < $1.weight }) else {
      return (1, isOfBeats ? PaperScale.dots.filter { $0 <= mostDistortion } : [1])
    }
    let count = layout.columnsInTime
    let cells = max(0, columns - (count - 1) * gapColumns) / count
    let whole = Double(cells * BrailleCanvas.dotsAcross) / (PaperPlan.sheetMillimetres / Double(count))
    let across = PaperScale.dots.last { $0 <= whole } ?? (settings.fitsWholeRecording ? 1 : max(fewestDots, min(1, whole)))
    let weight = blocks.reduce(0) { $0 + $1.weight * Double($1.rows.count) }
    let row = Double((rows - blocks.count) * BrailleCanvas.dotsDown) * lowest.weight / weight
    let most = max(1, across) * mostDistortion
    let alike = PaperScale.dots.last { $0 <= across && PaperPlan.leastRowMillimetres * $0 <= row } ?? 1
    guard !isOfBeats else {
      return (evened(across, alike), [alike] + PaperScale.dots.filter { $0 <= most && lowestStrip * $0 <= row && $0 != alike })
    }
    let down = max(alike, PaperScale.dots.last { $0 <= most && usualRow * $0 <= row } ?? 1)
    return (evened(across, down), [down])
  }

  /// So many dots across that a wave keeps its shape.
  private static func evened(_ across: Double, _ down: Double) -> Double {
    across < 1 ? across : PaperScale.dots.last { $0 <= min(across, down * mostDistortion) } ?? 1
  }

  // MARK: Calibration marks

  private static let leastGutter = 5

  /// Columns for the widest of some marks and for one that keeps it apart from a trace.
  private static func gutter(_ marks: [CalibrationMark]) -> Int {
    max(leastGutter, marks.map { $0.indent + min(24, max(leastGutter, $0.columns + 3)) }.max() ?? 0)
  }

  /// A mark for each gain and speed of the leads at the left; or at the right, where those differ from all at the left.
  private static func marks(
    _ drawing: PaperDrawing, _ lanes: [Lane], onRight: Bool, labelColumns: (Lane) -> Int
  ) -> [CalibrationMark] {
    let lastColumns = Dictionary(drawing.lanes.map { ($0.row, $0.column) }, uniquingKeysWith: max)
    let pairs = Array(zip(drawing.lanes, lanes))
    let left = pairs.filter { $0.0.column == 0 }
    let right = pairs.filter { $0.0.column > 0 && $0.0.column == lastColumns[$0.0.row] }
    struct Key: Hashable { let block: Int, gain: Double }
    func key(_ lane: PaperLane) -> Key { Key(block: lane.block, gain: lane.gain) }
    let atLeft = Set(left.map { key($0.0) })
    let groups = Dictionary(grouping: onRight ? right.filter { !atLeft.contains(key($0.0)) } : left) { key($0.0) }
    return groups.sorted { ($0.key.block, $0.key.gain) < ($1.key.block, $1.key.gain) }.map { _, members in
      let lanes = members.map(\.1)
      let top = lanes.map(\.dotRows.lowerBound).min() ?? 0
      let bottom = lanes.map(\.dotRows.upperBound).max() ?? 0
      // A mark may reach into other rows only where they have the same gain.
      return CalibrationMark(
        baselines: lanes.map(\.baselineDot), labels: lanes.map { ($0.nameRow, labelColumns($0)) }, dotRows: top..<max(top, bottom),
        scale: lanes[0].scale, isBar: lanes[0].content == .medianBeat, column: lanes[0].columns.lowerBound)
    }
  }

  /// Draws the calibration marks.
  package func drawCalibration(into grid: inout Grid) {
    var canvas = BrailleCanvas(columns: area.endColumn - gutter.column, rows: area.rows)
    for (mark, column) in marks { mark.draw(on: &canvas, column: column) }
    canvas.draw(into: &grid, column: gutter.column, row: gutter.row, style: .ink(.calibration))
  }
}
