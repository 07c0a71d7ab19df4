import TerminalUI

/// The corners of the large boxes of ECG paper, 5 mm apart, as faint dots behind the traces.
enum PaperGrid {
  /// Millimetres between two lines of a large box: 0.2 s and 0.5 mV on standard paper.
  static let boxMillimetres = 5.0

  static func draw(_ lanes: [Lane], _ scale: PaperScale, plot: Rect, into grid: inout Grid) {
    let stepDots = boxMillimetres * scale.dotsPerMillimetre
    let stepDotsDown = boxMillimetres * scale.dotsPerMillimetreDown
    guard stepDots >= Double(BrailleCanvas.dotsAcross), stepDotsDown >= Double(BrailleCanvas.dotsDown) else { return }
    for lane in lanes {
      let secondsOffset = lane.startSeconds * scale.dotsPerSecond
      let firstBox = (secondsOffset / stepDots).rounded(.up)
      var x = firstBox * stepDots - secondsOffset
      while Int(x) / BrailleCanvas.dotsAcross < lane.columns.count {
        let column = plot.column + lane.columns.lowerBound + Int(x) / BrailleCanvas.dotsAcross
        for row in rows(of: lane, stepDots: stepDotsDown) {
          grid[column: column, row: plot.row + row] = Cell("·", style: .ink(.paperMajor))
        }
        x += stepDots
      }
    }
  }

  private static func rows(of lane: Lane, stepDots: Double) -> [Int] {
    let first = Int((Double(lane.dotRows.lowerBound - lane.baselineDot) / stepDots).rounded(.up))
    let last = Int((Double(lane.dotRows.upperBound - 1 - lane.baselineDot) / stepDots).rounded(.down))
    guard first <= last else { return [] }
    return (first...last).map { Int((Double(lane.baselineDot) + Double($0) * stepDots).rounded()) / BrailleCanvas.dotsDown }
  }
}
