import TerminalUI

/// The boxes of ECG paper behind the traces: faint marks in cells that no trace runs through.
///
/// Where a millimetre is smaller than a cell, the small boxes are ticks along the sides of the large ones, as on a ruler; marks in every cell would
/// hide more than they show.
enum PaperGrid {
  /// Millimetres between two lines of a large box.
  static let boxMillimetres = 5.0
  static func draw(_ ruling: PaperRuling, _ lanes: [Lane], _ scale: PaperScale, plot: Rect, into grid: inout Grid) {
    let ruling = ruling.possible(at: scale)
    guard ruling != .none else { return }
    let isCoarse = boxMillimetres * scale.dotsPerMillimetre < Double(BrailleCanvas.dotsAcross)
    guard !isCoarse, boxMillimetres * scale.dotsPerMillimetreDown >= Double(BrailleCanvas.dotsDown) else { return }
    for lane in lanes {
      let large = (columns: columns(of: lane, every: boxMillimetres, scale), rows: rows(of: lane, every: boxMillimetres, scale))
      if ruling == .small {
        let small = (columns: columns(of: lane, every: 1, scale), rows: rows(of: lane, every: 1, scale))
        let fillsBoxes =
          scale.dotsPerMillimetre >= Double(2 * BrailleCanvas.dotsAcross) && scale.dotsPerMillimetreDown >= Double(BrailleCanvas.dotsDown)
        for (columns, rows) in fillsBoxes ? [small] : [(small.columns, large.rows), (large.columns, small.rows)] {
          mark(columns, rows, "·", .paperMinor, plot, &grid)
        }
      }
      mark(large.columns, large.rows, ruling == .small ? "┼" : "·", .paperMajor, plot, &grid)
    }
  }

  private static func mark(_ columns: [Int], _ rows: [Int], _ scalar: Unicode.Scalar, _ ink: Ink, _ plot: Rect, _ grid: inout Grid) {
    for column in columns {
      for row in rows { grid[column: plot.column + column, row: plot.row + row] = Cell(scalar, style: .ink(ink)) }
    }
  }

  /// Columns of cells in which a line of boxes of so many millimetres lies; boxes are counted from the recording's start.
  private static func columns(of lane: Lane, every millimetres: Double, _ scale: PaperScale) -> [Int] {
    let step = millimetres * scale.dotsPerMillimetre
    let offset = lane.startSeconds * scale.dotsPerSecond
    var columns: [Int] = []
    var x = (offset / step).rounded(.up) * step - offset
    while Int(x) / BrailleCanvas.dotsAcross < lane.columns.count {
      columns.append(lane.columns.lowerBound + Int(x) / BrailleCanvas.dotsAcross)
      x += step
    }
    return columns
  }

  /// Rows of cells in which a line lies; boxes are counted from 0 mV.
  private static func rows(of lane: Lane, every millimetres: Double, _ scale: PaperScale) -> [Int] {
    let step = millimetres * scale.dotsPerMillimetreDown
    let first = Int((Double(lane.dotRows.lowerBound - lane.baselineDot) / step).rounded(.up))
    let last = Int((Double(lane.dotRows.upperBound - 1 - lane.baselineDot) / step).rounded(.down))
    guard first <= last else { return [] }
    return (first...last).map { Int((Double(lane.baselineDot) + Double($0) * step).rounded()) / BrailleCanvas.dotsDown }
  }
}
