import TerminalUI

/// The calibration mark of ECG paper: a pulse of 1 mV that lasts 0.2 s, drawn at the true scale left of the traces.
///
/// Beside median beats, whose time is as wide as their lane and has an axis of its own, it is a bar of 1 mV: a pulse would take its width from the beats.
package struct CalibrationMark: Sendable {
  /// Length of the pulse, in seconds.
  static let seconds = 0.2
  /// Height of the pulse.
  static let millivolts: Float = 1
  /// Columns of cells for names, at most, where the mark stands beside them.
  private static let nameColumns = 5

  /// Rows of dots on which a pulse has its foot; none where there is room for none.
  let feet: [Int]
  /// Columns of cells left of it.
  let indent: Int
  /// The first column of the leads that it stands before, counted from the left of the trace area.
  let column: Int
  /// Dots from the foot to the top.
  private let height: Int
  /// Dots from the left side to the right; none of a bar.
  private let width: Int

  /// What is written left of the traces: a row of cells, and how many of its columns are taken.
  typealias Label = (row: Int, columns: Int)

  /// Finds places where a pulse touches no name: on the baselines of leads; else in the lowest gap between two names; else beside the names.
  ///
  /// - Parameters:
  ///   - dotRows: Rows of dots that it stays in.
  ///   - isBar: Whether it is a bar.
  ///   - column: The first column of its leads.
  init(baselines: [Int], labels: [Label], dotRows: Range<Int>, scale: PaperScale, isBar: Bool = false, column: Int = 0) {
    self.column = column
    let height = Int((Double(Self.millivolts) * scale.dotsPerMillivolt).rounded())
    // From there down a pulse's top stays in its rows; one that is cut off would lie about the gain.
    let feet = dotRows.lowerBound + height < dotRows.upperBound ? dotRows.lowerBound + height..<dotRows.upperBound : 0..<0
    func isClear(_ foot: Int, indent: Int) -> Bool {
      let rows = (foot - height) / BrailleCanvas.dotsDown...foot / BrailleCanvas.dotsDown
      return feet.contains(foot) && !labels.contains { rows.contains($0.row) && $0.columns > indent }
    }
    let onBaselines = baselines.filter { isClear($0, indent: 0) }
    if let gap = feet.last(where: { isClear($0, indent: 0) }) {
      self.feet = onBaselines.isEmpty ? [gap] : onBaselines
      indent = 0
    } else {
      let beside = min(Self.nameColumns, 1 + (labels.map(\.columns).max() ?? 0))
      self.feet = (baselines.last { isClear($0, indent: beside) } ?? feet.last { isClear($0, indent: beside) }).map { [$0] } ?? []
      indent = self.feet.isEmpty ? 0 : beside
    }
    self.height = height
    width = isBar ? 0 : max(1, Int((Self.seconds * scale.dotsPerSecond).rounded()))
  }

  /// Columns of cells that a pulse takes.
  var columns: Int { width / BrailleCanvas.dotsAcross }

  /// Draws the pulses; one that is wider than the canvas is not drawn: cut off, it would lie about the speed.
  func draw(on canvas: inout BrailleCanvas, column: Int = 0) {
    let left = (column + indent) * BrailleCanvas.dotsAcross + 1
    let right = left + width
    guard right < canvas.width - 1 else { return }
    for foot in feet {
      guard width > 0 else {
        canvas.verticalLine(x: left, from: foot - height, to: foot)
        for y in [foot - height, foot] { canvas.horizontalLine(y: y, from: left - 1, to: left + 1) }
        continue
      }
      canvas.setDot(x: left - 1, y: foot)
      canvas.verticalLine(x: left, from: foot - height, to: foot)
      canvas.horizontalLine(y: foot - height, from: left, to: right)
      canvas.verticalLine(x: right, from: foot - height, to: foot)
      canvas.setDot(x: right + 1, y: foot)
    }
  }
}
