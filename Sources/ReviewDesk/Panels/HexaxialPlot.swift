import ECG
import ECGSignal
import Foundation
import TerminalUI

/// The frontal plane, small: the six limb leads where they point, the line at −30°, the axis of the QRS and the interval of its beats;
/// beside it the net QRS of each limb lead in millivolts, or other figures.
enum HexaxialPlot {
  /// Rows that it takes.
  static let rows = 8
  /// Cells across of the plane; as wide as high.
  private static let columns = 16
  /// The plane begins after a part of the name at its left.
  private static let margin = 1
  /// Where the net QRS of the leads stands, or other figures do.
  private static let listColumn = 24
  /// Columns for what stands there.
  private static let listColumns = 12
  private static let radius = 12.0

  /// Where each limb lead points, in degrees clockwise from lead I.
  private static let directions: [(lead: Lead, degrees: Double)] = [
    (.aVL, -30), (.i, 0), (.ii, 60), (.aVF, 90), (.iii, 120), (.aVR, -150),
  ]

  /// Whether there is an axis to draw.
  static func hasAxis(_ state: DeskState) -> Bool { state.display?.findings.measurements[.qrsAxis].value != nil }

  /// Draws the plane, and beside it, where there is room, lines of so many columns as ``columnsBeside`` says; without any the net QRS of each limb lead.
  static func draw(
    _ state: DeskState, beside lines: [(text: String, style: Style)]? = nil, in rect: Rect, into grid: inout Grid
  ) {
    guard let measurements = state.display?.findings.measurements, let axis = measurements[.qrsAxis].value,
      rect.columns >= ViewGeometry.planeColumns
    else { return }
    plane().draw(into: &grid, column: rect.column + margin, row: rect.row, style: .ink(.faint))
    heart(axis, measurements.qrsAxisInterval).draw(into: &grid, column: rect.column + margin, row: rect.row, style: .ink(.accent))
    for direction in directions { name(direction.lead, at: direction.degrees, in: rect, into: &grid) }
    guard rect.columns >= listColumn + listColumns else { return }
    for (offset, line) in (lines ?? netQRS(measurements)).prefix(rows).enumerated() {
      grid.write(
        line.text, column: rect.column + listColumn, row: rect.row + offset, style: line.style, maxColumns: columnsBeside(rect.columns))
    }
  }

  /// Columns for what stands beside the plane, in so many.
  static func columnsBeside(_ columns: Int) -> Int { columns - listColumn }

  private static func netQRS(_ measurements: Measurements) -> [(text: String, style: Style)] {
    [("net mV", .ink(.faint))]
      + directions.compactMap { direction in
        guard let net = measurements.leads.first(where: { $0.lead == direction.lead })?.netQRSMillivolts else { return nil }
        let name = direction.lead.name.padding(toLength: 4, withPad: " ", startingAt: 0)
        return (name + (net < 0 ? "−" : "+") + String(format: "%.2f", min(abs(net), 99)), .plain)
      }
  }

  /// The circle, the limb leads, and the line at −30° in twice as many dots.
  private static func plane() -> BrailleCanvas {
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    for degrees in stride(from: 0.0, to: 360, by: 9) { dot(radius, degrees, &canvas) }
    for direction in directions {
      for distance in stride(from: 4.0, to: radius, by: direction.degrees == -30 ? 2 : 4) { dot(distance, direction.degrees, &canvas) }
    }
    return canvas
  }

  /// The axis as a line from the middle, and the interval as an arc.
  private static func heart(_ axis: Double, _ interval: DegreeInterval?) -> BrailleCanvas {
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    for distance in stride(from: 0.0, through: radius, by: 0.5) { dot(distance, axis, &canvas) }
    guard let interval else { return canvas }
    let span = interval.isWhole ? 360 : (interval.high - interval.low + 360).truncatingRemainder(dividingBy: 360)
    for step in stride(from: 0.0, through: span, by: 2) { dot(radius, interval.low + step, &canvas) }
    return canvas
  }

  private static func dot(_ distance: Double, _ degrees: Double, _ canvas: inout BrailleCanvas) {
    let (x, y) = place(distance, degrees)
    canvas.setDot(x: Int(x.rounded()), y: Int(y.rounded()))
  }

  /// A place in dots; degrees go clockwise, as the ECG's do.
  private static func place(_ distance: Double, _ degrees: Double) -> (x: Double, y: Double) {
    let angle = degrees * .pi / 180
    return (15.5 + distance * cos(angle), 15.5 + distance * sin(angle))
  }

  /// A lead's name just outside the circle, at the left of its place where it points to the left.
  private static func name(_ lead: Lead, at degrees: Double, in rect: Rect, into grid: inout Grid) {
    let (x, y) = place(radius + 3, degrees)
    let text = lead == .aVL ? "aVL −30°" : lead.name
    let shift = abs(x - 15.5) < 1 ? 1 : x < 15.5 ? text.columnCount - 1 : 0
    grid.write(
      text, column: rect.column + margin + Int(x) / BrailleCanvas.dotsAcross - shift, row: rect.row + Int(y) / BrailleCanvas.dotsDown,
      style: .ink(.faint))
  }
}
