import ECG
import ECGPaper
import ECGSignal
import TerminalUI

/// What is measured of the QRS in each large beat, beneath it: net QRS, R and S in millivolts, from the level at which the beat is drawn.
enum BeatWords {
  static func draw(_ state: DeskState, _ geometry: ViewGeometry, into grid: inout Grid) {
    guard geometry.paper.hasWords, let measurements = state.display?.findings.measurements else { return }
    for (lane, words) in zip(geometry.lanes, geometry.paper.drawing.lanes.map(\.hasWords)) where words {
      guard let lead = measurements.leads.first(where: { $0.lead == lane.lead }), let up = lead.rMillivolts,
        let net = lead.netQRSMillivolts
      else { continue }
      // R plus the deeper of Q and S is the net QRS.
      let down = up - net
      let (r, s) = lane.isInverted ? (down, up) : (up, down)
      let row = geometry.plot.row + lane.dotRows.upperBound / BrailleCanvas.dotsDown
      let column = geometry.plot.column + lane.columns.lowerBound
      let title = lane.columns.count >= 25 ? "net " : ""
      let gap = lane.columns.count >= 21 ? "  " : " "
      let width = grid.write(title + signed(r - s), column: column, row: row, style: .ink(.accent), maxColumns: lane.columns.count)
      grid.write(
        "\(gap)R \(number(r))\(gap)S \(number(s))", column: column + width, row: row, style: .ink(.faint),
        maxColumns: lane.columns.count - width)
    }
  }

  private static func number(_ value: Double) -> String {
    let hundredths = Int((min(abs(value), 99) * 100).rounded())
    return (hundredths < 100 ? "." : "\(hundredths / 100).") + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
  }

  private static func signed(_ value: Double) -> String { (value < -0.005 ? "−" : "+") + number(value) }
}
