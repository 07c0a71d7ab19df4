import TerminalUI

/// The calibration mark of ECG paper: a pulse of 1 mV that lasts 0.2 s, drawn at the true scale.
enum CalibrationMark {
  /// Length of the pulse.
  static let seconds = 0.2
  /// Height of the pulse.
  static let millivolts: Float = 1

  /// Draws the pulse with its foot on row `baseline` of dots, from column `left` of dots on; it stays within `room`, rows of dots.
  ///
  /// One that is wider than the canvas is not drawn: cut off, it would lie about the speed.
  static func draw(on canvas: inout BrailleCanvas, left: Int, baseline: Int, room: Range<Int>, scale: PaperScale) {
    let width = max(1, Int((seconds * scale.dotsPerSecond).rounded()))
    guard left + 1 + width < canvas.width - 1 else { return }
    let top = max(room.lowerBound, baseline - Int((Double(millivolts) * scale.dotsPerMillivolt).rounded()))
    let right = left + 1 + width
    canvas.setDot(x: left, y: baseline)
    canvas.verticalLine(x: left + 1, from: top, to: baseline)
    canvas.horizontalLine(y: top, from: left + 1, to: right)
    canvas.verticalLine(x: right, from: top, to: baseline)
    canvas.setDot(x: right + 1, y: baseline)
  }
}
