import ECG
import TerminalUI

/// Where things lie on a screen of a given size, and what stretch of time the paper shows.
struct ViewGeometry {
  /// The smallest screen on which a verdict is taken.
  static let smallest = Size(columns: 60, rows: 16)
  /// The screen from which panels stand beside the traces instead of in a line below them.
  static let sidePanelColumns = 42

  /// The line that says who and what.
  let title: Rect
  /// Traces with their margin for calibration marks at the left and the time axis below.
  let traces: Rect
  /// Panels at the right; empty on a narrow screen.
  let side: Rect
  /// Panels as single lines on a narrow screen; empty on a wide one.
  let lines: Rect
  /// Scale, question and notice.
  let status: Rect
  /// The layout in force.
  let layout: LeadLayout
  /// Columns left of the traces.
  let gutter: Int

  /// Whether the screen is large enough to judge an ECG on.
  let isLargeEnough: Bool

  init(_ state: DeskState) {
    let screen = Rect(state.size)
    isLargeEnough = state.size.columns >= Self.smallest.columns && state.size.rows >= Self.smallest.rows
    let (title, below) = screen.split(top: 1)
    let (status, middle) = below.split(bottom: 3)
    let shown = Panel.allCases.filter { !state.hiddenPanels.contains($0) }
    let isWide = state.size.columns >= 110 && state.size.rows >= 30
    let (side, rest) = middle.split(right: isWide && !shown.isEmpty ? Self.sidePanelColumns : 0)
    let lineCount = isWide ? 0 : shown.count { $0 != .facts }
    let (lines, traces) = rest.split(bottom: lineCount)
    self.title = title
    self.status = status
    self.side = side
    self.lines = lines
    self.traces = traces
    let pulseDots = (CalibrationMark.seconds * state.paper.scale.dotsPerSecond).rounded(.up)
    gutter = min(14, max(4, Int(pulseDots) / BrailleCanvas.dotsAcross + 2))
    layout = state.paper.layout ?? LeadLayout.automatic(for: Size(columns: traces.columns, rows: traces.rows))
  }

  /// The traces alone, without the gutter and the time axis.
  var plot: Rect { traces.split(bottom: 1).rest.split(left: gutter).rest }

  /// The time axis below the traces.
  var axis: Rect { traces.split(bottom: 1).bottom.split(left: gutter).rest }

  /// Seconds from the left edge of the paper to the right.
  func spanSeconds(_ state: DeskState) -> Double {
    layout.spanSeconds(
      in: plot.size, startSeconds: state.paper.startSeconds, durationSeconds: state.recording?.durationSeconds ?? 0, scale: state.paper.scale)
  }

  /// The stretch of the recording on the paper, in seconds.
  func stretch(_ state: DeskState) -> ClosedRange<Double> {
    let start = state.paper.startSeconds
    let duration = state.recording?.durationSeconds ?? 0
    return start...max(start, min(start + spanSeconds(state), duration))
  }

  /// The lanes of the leads on the paper.
  func lanes(_ state: DeskState) -> [Lane] {
    layout.lanes(
      in: plot.size, startSeconds: state.paper.startSeconds, durationSeconds: state.recording?.durationSeconds ?? 0, scale: state.paper.scale)
  }
}
