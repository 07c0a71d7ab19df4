import ECG
import PlainText

/// The QRS axis of every record by data source and label, as a drawing: a dot a record, those labelled present above those that are not.
public struct AxisSheet {
  /// A record's axis in degrees, its source and whether it carries the label; those without label or axis are not drawn.
  public struct Dot: Sendable {
    let axis: Double
    let source: String
    let isPresent: Bool

    /// A record.
    public init(axis: Double, source: String, isPresent: Bool) {
      self.axis = axis
      self.source = source
      self.isPresent = isPresent
    }
  }

  private let dots: [Dot]
  private let diagnosis: Diagnosis
  /// More dots than this of one row are thinned evenly.
  private static let mostDots = 2000
  private static let (left, plot, row) = (90.0, 720.0, 46.0)

  /// A drawing of records.
  public init(_ dots: [Dot], diagnosis: Diagnosis) {
    self.dots = dots.filter { $0.axis.isFinite && abs($0.axis) <= 180 }
    self.diagnosis = diagnosis
  }

  /// The drawing.
  public var svg: String {
    let sources = Set(dots.map(\.source)).sorted()
    let height = 40 + Self.row * Double(2 * sources.count) + 30
    let size = (Self.left + Self.plot + 20, height)
    var svg = SVG(
      width: SVG.number(size.0), height: SVG.number(size.1),
      attributes: [
        ("viewBox", "0 0 \(SVG.number(size.0)) \(SVG.number(size.1))"), ("version", "1.1"), ("font-family", "sans-serif"),
        ("font-size", "11"),
      ],
      title: "QRS axis by label \(diagnosis.abbreviation) and source")
    drawScale(into: &svg, bottom: height - 30)
    for (place, source) in sources.enumerated() {
      for (half, isPresent) in [true, false].enumerated() {
        let mine = dots.filter { $0.source == source && $0.isPresent == isPresent }
        let top = 40 + Self.row * Double(2 * place + half)
        let name = (isPresent ? "" : "not ") + diagnosis.abbreviation
        if half == 0 {
          svg.add("text", [("x", "4"), ("y", SVG.number(top + 10)), ("font-weight", "bold")], text: String(source.prefix(12)))
        }
        svg.add("text", [("x", "4"), ("y", SVG.number(top + 26))], text: "\(name) (\(mine.count))")
        draw(mine, top: top, color: isPresent ? "#b00020" : "#00557f", into: &svg)
      }
    }
    return svg.text
  }

  private func x(_ axis: Double) -> Double { Self.left + (axis + 180) / 360 * Self.plot }

  private func drawScale(into svg: inout SVG, bottom: Double) {
    for axis in stride(from: -180.0, through: 180, by: 30) {
      let isBound = axis == -30 || axis == -90 || axis == 90
      svg.add(
        "path",
        [
          ("d", "M\(SVG.number(x(axis))) 30V\(SVG.number(bottom))"), ("stroke", isBound ? "#808080" : "#dddddd"),
          ("stroke-width", isBound ? "1" : "0.5"),
        ])
      svg.add(
        "text", [("x", SVG.number(x(axis))), ("y", "22"), ("text-anchor", "middle")],
        text: axis < 0 ? "−\(Int(-axis))°" : "\(Int(axis))°")
    }
  }

  /// Dots one above another where many have one axis, as far as the row is high; then a heap reads as dark.
  private func draw(_ dots: [Dot], top: Double, color: String, into svg: inout SVG) {
    let step = max(1, (dots.count + Self.mostDots - 1) / Self.mostDots)
    var heaps: [Int: Int] = [:]
    var data = ""
    for index in stride(from: 0, to: dots.count, by: step) {
      let column = Int(((dots[index].axis + 180) / 1.5).rounded())
      let level = heaps[column, default: 0]
      heaps[column] = level + 1
      let y = top + Self.row - 8 - Double(level % 17) * 2
      data += "M\(SVG.number(x(dots[index].axis))) \(SVG.number(y))h0"
    }
    guard !data.isEmpty else { return }
    svg.add(
      "path",
      [
        ("d", data), ("fill", "none"), ("stroke", color), ("stroke-width", dots.count < 300 ? "5" : "2"), ("stroke-linecap", "round"),
        ("stroke-opacity", "0.5"),
      ])
  }
}
