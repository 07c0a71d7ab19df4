import ECG
import TerminalUI

/// The place of one lead on a screen, in cells and dots.
package struct Lane: Equatable, Sendable {
  /// The lead shown.
  package var lead: Lead
  /// Whether it is shown upside down.
  package var isInverted: Bool
  /// Of what.
  package var content: PaperContent
  /// Columns of cells, counted from the left of the trace area.
  package var columns: Range<Int>
  /// Rows of dots that belong to the lane, counted from the top of the trace area.
  package var dotRows: Range<Int>
  /// The time at its left edge.
  package var startSeconds: Double
  /// The row of cells in which its time axis lies, counted from the top of the trace area.
  package var axisRow: Int
  /// The row of dots of 0 mV.
  package var baselineDot: Int
  /// Seconds and millivolts in dots.
  package var scale: PaperScale
  /// Which row of leads it stands in; neighbours are told apart by it.
  package var row: Int

  /// A lane; where nothing else is said, 0 mV lies below its middle, for most of an ECG points up.
  package init(
    lead: Lead, isInverted: Bool = false, content: PaperContent = .recording, columns: Range<Int>, dotRows: Range<Int>,
    startSeconds: Double,
    axisRow: Int = 0, baselineDot: Int? = nil, scale: PaperScale = .standard, row: Int = 0
  ) {
    self.lead = lead
    self.isInverted = isInverted
    self.content = content
    self.columns = columns
    self.dotRows = dotRows
    self.startSeconds = startSeconds
    self.axisRow = axisRow
    self.baselineDot = baselineDot ?? dotRows.lowerBound + dotRows.count * 3 / 5
    self.scale = scale
    self.row = row
  }

  /// A lane of a drawing where a millimetre has so many dots.
  init(_ lane: PaperLane, axis: PaperAxis, across: Double, down: Double) {
    func dot(_ millimetres: Double) -> Int { Int((millimetres * down).rounded()) }
    let first = Int((lane.left * across).rounded()) / BrailleCanvas.dotsAcross
    let count = max(0, Int((lane.width * across).rounded()) / BrailleCanvas.dotsAcross)
    let top = dot(lane.top)
    self.init(
      lead: lane.lead, isInverted: lane.isInverted, content: lane.content, columns: first..<first + count,
      dotRows: top..<max(top, dot(lane.top + lane.height)), startSeconds: lane.startSeconds,
      axisRow: dot(axis.top) / BrailleCanvas.dotsDown,
      baselineDot: dot(lane.baseline),
      scale: PaperScale(
        speedMillimetresPerSecond: lane.speed, gainMillimetresPerMillivolt: lane.gain, dotsPerMillimetre: across,
        dotsPerMillimetreDown: down), row: lane.row)
  }

  /// The row of cells of its name: the first that lies wholly within the lane.
  package var nameRow: Int { (dotRows.lowerBound + BrailleCanvas.dotsDown - 1) / BrailleCanvas.dotsDown }

  /// The lead's name as paper writes it: `V1`, `−aVR`.
  package var name: String { (isInverted ? "−" : "") + lead.name }

  /// The time at its right edge.
  package var endSeconds: Double { startSeconds + Double(columns.count * BrailleCanvas.dotsAcross) / scale.dotsPerSecond }

  /// The column of cells, counted from the left of the trace area, that shows a time; nil where the lane does not.
  package func column(ofSecond seconds: Double) -> Int? {
    let offset = ((seconds - startSeconds) * scale.dotsPerSecond).rounded(.down)
    guard offset >= 0, offset < Double(columns.count * BrailleCanvas.dotsAcross) else { return nil }
    return columns.lowerBound + Int(offset) / BrailleCanvas.dotsAcross
  }

  /// Rows of dots that the trace may use: a trace may rise as far as its neighbours' lanes reach, as on paper, and no further.
  package func room(height: Int) -> Range<Int> {
    max(0, dotRows.lowerBound - dotRows.count)..<max(0, min(height, dotRows.upperBound + dotRows.count))
  }
}
