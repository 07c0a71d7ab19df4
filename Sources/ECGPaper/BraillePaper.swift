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
    let dots = Self.dots(layout, settings, in: area.size)
    let (across, down) = (dots.across, dots.down)
    let cell = (width: Double(BrailleCanvas.dotsAcross) / across, height: Double(BrailleCanvas.dotsDown) / down)
    let room = PaperRoom(
      height: Double(area.rows) * cell.height, cellHeight: cell.height, cellWidth: cell.width, gap: Double(Self.gapColumns) * cell.width,
      axis: cell.height, words: hasWords ? cell.height : 0)
    let plan = PaperPlan(layout, settings, traces, in: room)
    func laidOut(columns: Int) -> PaperDrawing {
      plan.drawing(width: Double(max(0, columns)) * cell.width, startSeconds: settings.startSeconds, durationSeconds: durationSeconds)
    }
    func lanes(_ drawing: PaperDrawing) -> [Lane] {
      drawing.lanes.map { Lane($0, axis: drawing.axes[$0.block], across: across, down: down) }
    }
    // The faster the paper, the wider the mark beside it: its room follows from the widest paper there can be.
    let widest = laidOut(columns: area.columns - Self.leastGutter)
    let first = Self.marks(widest, lanes(widest), onRight: false, labelColumns: labelColumns)
    let right = Self.marks(widest, lanes(widest), onRight: true, labelColumns: { _ in 0 })
    let gutterColumns = Self.gutter(first)
    let rightColumns = right.isEmpty ? 0 : Self.gutter(right) - 1
    drawing = laidOut(columns: area.columns - gutterColumns - rightColumns)
    self.lanes = lanes(drawing)
    // Paper narrower than the screen lies in its middle.
    let used = self.lanes.map(\.columns.upperBound).max() ?? 0
    let margin = max(0, area.columns - gutterColumns - rightColumns - used) / 2
    gutter = Rect(column: area.column + margin, row: area.row, columns: gutterColumns, rows: area.rows)
    plot = Rect(column: gutter.endColumn, row: area.row, columns: min(used, area.endColumn - gutter.endColumn), rows: area.rows)
    let main =
      self.lanes.first { $0.content == .recording && $0.lead.isLimb } ?? self.lanes.first { $0.content == .recording } ?? self.lanes.first
    scale = main?.scale ?? settings.scale
    marks =
      Self.marks(drawing, self.lanes, onRight: false, labelColumns: labelColumns).map { ($0, 0) }
      + Self.marks(drawing, self.lanes, onRight: true, labelColumns: { _ in 0 }).map { ($0, gutterColumns + used) }
  }

  /// How many dots a millimetre has: as on the measured screen; else the most at which a whole sheet of 10 s fits, with rows of a centimetre.
  static func dots(_ layout: LeadLayout, _ settings: PaperSettings, in size: Size) -> (across: Double, down: Double) {
    let scale = settings.scale
    guard !settings.isScreenMeasured else { return (scale.dotsPerMillimetre, scale.dotsPerMillimetreDown) }
    let blocks = layout.blocks()
    let rows = blocks.reduce(0) { $0 + $1.weight * Double($1.rows.count) }
    guard blocks.contains(where: { $0.content == .recording }) else { return (1, 1) }
    let columns = size.columns - leastGutter - (layout.columnsInTime - 1) * gapColumns
    let least = blocks.filter { $0.content == .recording }.map(\.weight).min() ?? 1
    let rowDots = Double((size.rows - blocks.count) * BrailleCanvas.dotsDown) * least / rows
    let fitting = PaperScale.dots.last {
      PaperPlan.sheetMillimetres * $0 <= Double(columns * BrailleCanvas.dotsAcross) && PaperPlan.leastRowMillimetres * $0 <= rowDots
    }
    return (fitting ?? 1, fitting ?? 1)
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
        scale: lanes[0].scale)
    }
  }

  /// Draws the calibration marks.
  package func drawCalibration(into grid: inout Grid) {
    var canvas = BrailleCanvas(columns: area.endColumn - gutter.column, rows: area.rows)
    for (mark, column) in marks { mark.draw(on: &canvas, column: column) }
    canvas.draw(into: &grid, column: gutter.column, row: gutter.row, style: .ink(.calibration))
  }
}
