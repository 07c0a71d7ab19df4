import ECG
import ECGSignal
import PlainText

/// The six limb leads' median beats as a small drawing, in Cabrera's order, each with its net QRS: what an axis is read from.
///
/// 25 mm/s, and 10 mm/mV or less where a beat does not fit; the pulse at the left is 1 mV high.
public struct LimbBeatsSketch {
  private let measurements: Measurements
  private let title: String

  /// Of one lead, in millimetres.
  private static let (width, height, margin) = (26.0, 24.0, 6.0)
  private static let order: [(lead: Lead, sign: Float)] = [(.aVL, 1), (.i, 1), (.aVR, -1), (.ii, 1), (.aVF, 1), (.iii, 1)]

  /// A sketch of what was measured.
  public init(_ measurements: Measurements, title: String) {
    self.measurements = measurements
    self.title = title
  }

  /// The drawing; nil where there are no beats to draw.
  public func svg(hasVoltages: Bool = true) -> String? {
    guard let shape = measurements.usualShape, shape.median.sampleCount > 1 else { return nil }
    let width = Self.margin + Self.width * Double(Self.order.count) + 2
    var svg = SVG(
      width: "\(SVG.number(width))mm", height: "\(SVG.number(Self.height + 6))mm",
      attributes: [
        ("viewBox", "0 0 \(SVG.number(width)) \(SVG.number(Self.height + 6))"), ("version", "1.1"), ("font-family", "sans-serif"),
      ],
      title: title)
    let gain = self.gain(shape.median)
    let baseline = Self.height / 2 + 3
    drawGrid(into: &svg, width: width)
    svg.add(
      "path",
      [
        ("d", "M1 \(SVG.number(baseline))h1v\(SVG.number(-gain))h2v\(SVG.number(gain))h1"), ("fill", "none"), ("stroke", "#000000"),
        ("stroke-width", "0.25"),
      ])
    for (column, place) in Self.order.enumerated() {
      let left = Self.margin + Double(column) * Self.width
      svg.add("text", [("x", SVG.number(left)), ("y", "3.4"), ("font-size", "3")], text: (place.sign < 0 ? "−" : "") + place.lead.name)
      if hasVoltages, let net = measurements.leads[place.lead.rawValue].netQRSMillivolts {
        let signed = Double(place.sign) * net
        let text = (signed < 0 ? "−" : "+") + SVG.number(abs(signed)) + " mV"
        svg.add(
          "text",
          [
            ("x", SVG.number(left)), ("y", SVG.number(Self.height + 5)), ("font-size", "2.6"), ("fill", signed < 0 ? "#b00020" : "#00557f"),
          ],
          text: text)
      }
      drawBeat(of: place.lead, sign: place.sign, shape, left: left, baseline: baseline, gain: gain, into: &svg)
    }
    return svg.text
  }

  private func drawGrid(into svg: inout SVG, width: Double) {
    var lines = ""
    for x in stride(from: 0, through: width, by: 5) { lines += "M\(SVG.number(x)) 0V\(SVG.number(Self.height + 6))" }
    for y in stride(from: 0, through: Self.height + 6, by: 5) { lines += "M0 \(SVG.number(y))H\(SVG.number(width))" }
    svg.add("path", [("d", lines), ("fill", "none"), ("stroke", "#f0d0cc"), ("stroke-width", "0.15")])
  }

  private func drawBeat(
    of lead: Lead, sign: Float, _ shape: BeatShape, left: Double, baseline: Double, gain: Double, into svg: inout SVG
  ) {
    let rate = shape.median.samplingRateHertz
    let samples = shape.median[lead]
    // Half a millimetre of room to the next lead.
    let last = min(samples.count, Int((Self.width - 0.5) / 25 * rate))
    let step = max(1, Int(rate / 250))
    var data = ""
    var isDown = false
    for index in stride(from: 0, to: last, by: step) {
      let value = samples[samples.startIndex + index]
      guard value.isFinite else {
        isDown = false
        continue
      }
      let y = min(max(baseline - Double(sign * value) * gain, 0), Self.height + 6)
      data += (isDown ? "L" : "M") + SVG.number(left + Double(index) / rate * 25) + " " + SVG.number(y)
      isDown = true
    }
    guard !data.isEmpty else {
      svg.add("text", [("x", SVG.number(left + 3)), ("y", SVG.number(baseline)), ("font-size", "2.6")], text: "no signal")
      return
    }
    svg.add("path", [("d", data), ("fill", "none"), ("stroke", "#000000"), ("stroke-width", "0.25"), ("stroke-linejoin", "round")])
  }

  /// 10 mm/mV, halved until the beats fit.
  private func gain(_ median: Recording) -> Double {
    let largest = Self.order.compactMap { place in median[place.lead].lazy.filter(\.isFinite).map(abs).max() }.max() ?? 0
    var gain = 10.0
    while gain > 0.01, Double(largest) * gain > Self.height / 2 { gain /= 2 }
    return gain
  }
}
