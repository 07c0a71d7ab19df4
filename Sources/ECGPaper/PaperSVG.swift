import ECG
import ECGSignal
import PlainText

/// A drawing on a sheet of ECG paper in true millimetres, as SVG: A4 across, 25 mm/s and 10 mm/mV unless asked otherwise.
public struct PaperSVG {
  /// The sheet.
  static let (width, height) = (297.0, 210.0)
  /// The part of it that is ruled: 250 mm are 10 s at 25 mm/s.
  static let area = (left: 28.0, top: 22.0, width: 260.0, height: 170.0)
  /// Where traces begin, behind the calibration marks.
  private static let traceLeft = 38.0

  private let traces: PaperTraces
  private var drawing: PaperDrawing
  private let recording: Recording
  /// The layers of annotations with their signs.
  private let legend: String
  private let paper: PaperSettings

  /// A sheet of a recording with layers of annotations over its traces.
  public init(_ recording: Recording, layout: LeadLayout, paper: PaperSettings, layers: [AnnotationLayer] = []) {
    let display = DisplayTraces(of: LoadedRecording(recording), filter: paper.filter)
    traces = PaperTraces(
      recording: display?.recording ?? LoadedRecording(recording), medianBeats: display?.medianBeats?.recording,
      rrSeconds: display?.rrSeconds)
    self.recording = recording
    // On paper nothing is reduced: what leaves the ruled area is cut off there.
    var paper = paper
    paper.isGainChosen = paper.isGainChosen || layout.blocks().allSatisfy { $0.content == .recording }
    self.paper = paper
    let plan = PaperPlan(layout, paper, traces, in: PaperRoom(height: Self.area.height))
    drawing = plan.drawing(
      width: Self.area.left + Self.area.width - Self.traceLeft, startSeconds: paper.startSeconds, durationSeconds: recording.durationSeconds
    )
    let stretch = paper.startSeconds...paper.startSeconds + max(0, drawing.spanSeconds)
    drawing.marks = layers.enumerated().flatMap { $1.marks(in: stretch, at: LayerPlace($0 + 1)) }
    legend = layers.enumerated().map { index, layer in "\(LayerPlace(index + 1).sign.map { String(Character($0)) } ?? "")\(layer.name)" }
      .joined(separator: " ")
  }

  /// The sheet's text: well-formed SVG 1.1 with a unit of one millimetre.
  public func text() -> String {
    var svg = SVG(
      width: "297mm", height: "210mm", attributes: [("viewBox", "0 0 297 210"), ("version", "1.1")], title: recording.name)
    svg.add("rect", [("width", "297"), ("height", "210"), ("fill", "#ffffff")])
    let area = [("x", Self.area.left), ("y", Self.area.top), ("width", Self.area.width), ("height", Self.area.height)]
    svg.group("clipPath", [("id", "area")]) { $0.add("rect", area.map { ($0.0, SVG.number($0.1)) }) }
    drawGrid(into: &svg)
    svg.group("g", [("font-family", "sans-serif"), ("font-size", "3.5"), ("fill", "#000000")]) { svg in
      drawHeading(into: &svg)
      for lane in drawing.lanes where lane.column == 0 { drawCalibration(lane, into: &svg) }
      for lane in drawing.lanes {
        drawName(of: lane, into: &svg)
        drawTrace(lane, into: &svg)
        drawMarks(on: lane, into: &svg)
      }
    }
    return svg.text
  }

  private func left(_ lane: PaperLane) -> Double { Self.traceLeft + lane.left }
  private func baseline(_ lane: PaperLane) -> Double { Self.area.top + lane.baseline }

  // MARK: Drawing

  private func drawGrid(into svg: inout SVG) {
    for (step, width, color) in [(1.0, "0.08", "#f2c4c0"), (5, "0.2", "#e08f8a")] {
      var data = ""
      let (right, bottom) = (Self.area.left + Self.area.width, Self.area.top + Self.area.height)
      for index in 0...Int(Self.area.width / step) {
        let x = Self.text(Self.area.left + Double(index) * step)
        data += "M\(x) \(Self.text(Self.area.top))V\(Self.text(bottom))"
      }
      for index in 0...Int(Self.area.height / step) {
        let y = Self.text(Self.area.top + Double(index) * step)
        data += "M\(Self.text(Self.area.left)) \(y)H\(Self.text(right))"
      }
      svg.add("path", [("d", data), ("fill", "none"), ("stroke", color), ("stroke-width", width)])
    }
  }

  private func drawHeading(into svg: inout SVG) {
    let patient = [
      recording.patient.sex.map { $0 == .female ? "female" : "male" } ?? "sex unknown",
      recording.patient.ageYears.map { "\($0) years" } ?? "age unknown",
    ].joined(separator: ", ")
    let shown = drawing.lanes.first
    let speed = shown?.speed ?? paper.scale.speedMillimetresPerSecond
    let gain = shown?.gain ?? paper.scale.gainMillimetresPerMillivolt
    let scale =
      "\(PaperScale.text(speed)) mm/s · \(PaperScale.text(gain)) mm/mV · filter \(paper.filter.name) · \(drawing.layout)"
      + (legend.isEmpty ? "" : " · annotations \(legend)")
    let time =
      drawing.layout.isOfBeats
      ? "median beats" : "from \(ClockText.length(paper.startSeconds)) of \(ClockText.length(recording.durationSeconds))"
    svg.add("text", [("x", "28"), ("y", "10"), ("font-size", "4.5"), ("font-weight", "bold")], text: recording.name)
    svg.add("text", [("x", "28"), ("y", "16")], text: "\(patient) · \(PaperScale.text(recording.samplingRateHertz)) Hz · \(time)")
    svg.add("text", [("x", "28"), ("y", "198")], text: scale)
    svg.add(
      "text", [("x", "288"), ("y", "198"), ("text-anchor", "end"), ("font-size", "2.8")],
      text: "research software, not a medical device; print at 100 %")
  }

  /// A pulse of 1 mV that lasts 0.2 s.
  private func drawCalibration(_ lane: PaperLane, into svg: inout SVG) {
    let (width, height) = (CalibrationMark.seconds * lane.speed, Double(CalibrationMark.millivolts) * lane.gain)
    let left = Self.area.left + 1
    guard width + 2 < Self.traceLeft - Self.area.left else { return }
    let data = "M\(Self.text(left)) \(Self.text(baseline(lane)))h1v\(Self.text(-height))h\(Self.text(width))v\(Self.text(height))h1"
    svg.add("path", [("d", data)] + Self.ink)
  }

  private func drawName(of lane: PaperLane, into svg: inout SVG) {
    let mark =
      switch recording[source: lane.lead] {
      case .recorded: ""
      case .derived: " (derived)"
      case .absent: " (absent)"
      }
    let y = max(Self.area.top + lane.top + 4, min(baseline(lane) - 12, Self.area.top + lane.top + lane.height - 1))
    svg.add("text", [("x", Self.text(left(lane) + 1)), ("y", Self.text(y))], text: lane.name + mark)
  }

  /// Every sample, or the extremes of every twentieth of a millimetre where there are more; a gap where samples are missing.
  private func drawTrace(_ lane: PaperLane, into svg: inout SVG) {
    guard let recording = traces[lane.content]?.recording, recording[source: lane.lead] != .absent else { return }
    let rate = recording.samplingRateHertz
    let first = max(0, Int((lane.startSeconds * rate).rounded(.up)))
    let end = min(recording.sampleCount, Int(min(1e15, (lane.startSeconds + lane.width / lane.speed) * rate)) + 1)
    guard first < end else { return }
    let samples = recording[lane.lead]
    let stride = max(1, Int(rate / lane.speed / 20))
    var data = ""
    var isDown = false
    for index in Swift.stride(from: first, to: end, by: stride) {
      let stretch = samples[samples.startIndex + index..<min(samples.startIndex + index + stride, samples.startIndex + end)]
      let values = stretch.filter { !$0.isNaN }
      guard let low = values.min(), let high = values.max() else {
        isDown = false
        continue
      }
      let x = Self.traceLeft + lane.x(ofSecond: Double(index) / rate)
      for value in low == high ? [low] : [low, high] {
        let y = Self.area.top + lane.y(ofMillivolts: Double(value))
        data += (isDown ? "L" : "M") + Self.text(x) + " " + Self.text(min(max(y, -1e4), 1e4))
        isDown = true
      }
    }
    svg.add("path", [("d", data)] + Self.ink + [("stroke-linejoin", "round")])
  }

  /// What is marked on a lane.
  private func drawMarks(on lane: PaperLane, into svg: inout SVG) {
    for mark in drawing.marks where mark.lies(on: lane) {
      let x = Self.text(Self.traceLeft + lane.x(ofSecond: mark.seconds))
      let (top, bottom) = (Self.area.top + lane.top, Self.area.top + lane.top + lane.height)
      func line(_ color: String, at x: String = x) {
        svg.add("path", [("d", "M\(x) \(Self.text(top))V\(Self.text(bottom))"), ("stroke", color), ("stroke-width", "0.2")])
      }
      func word(_ text: String) { svg.add("text", [("x", x), ("y", Self.text(top + 3)), ("font-size", "2.8")], text: text) }
      switch mark.shape {
      case .caret(let isActive): line(isActive ? "#0060c0" : "#606060")
      case .march: line("#a0a0a0")
      case .wave(let seconds):
        line("#40a040")
        line("#40a040", at: Self.text(Self.traceLeft + lane.x(ofSecond: mark.seconds + seconds)))
      case .beat(let kind, _): word(String(kind))
      case .span(let name, let seconds):
        let width = Self.text(seconds * lane.speed)
        svg.add("path", [("d", "M\(x) \(Self.text(top + 4))h\(width)"), ("stroke", "#c06000"), ("stroke-width", "0.4")])
        word(name)
      case .letter(let text, let place, let hasLine):
        if hasLine { line(Self.layerLine) }
        if mark.lead != nil || lane.row == drawing.namingRow { words(text, place, at: mark.seconds, on: lane, into: &svg) }
      case .parenthesis(let sign, let place):
        let y = bottom - 1 - 3 * Double(max(0, place.index - 1))
        svg.add("text", [("x", x), ("y", Self.text(y)), ("font-size", "2.8"), ("fill", Self.layerInk)], text: String(sign))
      case .band(let name, let seconds, let place):
        if mark.lead != nil || lane.row == drawing.namingRow {
          drawBand(name, from: mark.seconds, to: mark.seconds + seconds, place, on: lane, into: &svg)
        }
      }
    }
  }

  private static let layerInk = "#0050a0"
  private static let layerLine = "#a8c4e0"

  /// How far down the letters of a layer stand.
  private func height(of place: LayerPlace, _ lane: PaperLane) -> Double { Self.area.top + lane.top + 3 + 3 * Double(place.index) }

  private func words(_ text: String, _ place: LayerPlace, at seconds: Double, on lane: PaperLane, into svg: inout SVG) {
    let x = Self.traceLeft + lane.x(ofSecond: max(seconds, lane.startSeconds))
    svg.add(
      "text", [("x", Self.text(x)), ("y", Self.text(height(of: place, lane))), ("font-size", "2.8"), ("fill", Self.layerInk)],
      text: text + (place.sign.map { String(Character($0)) } ?? ""))
  }

  /// A line with an end where the stretch begins or ends in view, and its name over it.
  private func drawBand(
    _ name: String, from start: Double, to end: Double, _ place: LayerPlace, on lane: PaperLane, into svg: inout SVG
  ) {
    let last = lane.startSeconds + lane.width / max(lane.speed, 1e-9)
    let (first, second) = (max(start, lane.startSeconds), min(end, last))
    let (left, right) = (Self.traceLeft + lane.x(ofSecond: first), Self.traceLeft + lane.x(ofSecond: second))
    let y = height(of: place, lane) + 0.8
    var data = "M\(Self.text(left)) \(Self.text(y))H\(Self.text(right))"
    if start >= lane.startSeconds { data += "M\(Self.text(left)) \(Self.text(y - 1))v2" }
    if end <= last { data += "M\(Self.text(right)) \(Self.text(y - 1))v2" }
    svg.add("path", [("d", data), ("fill", "none"), ("stroke", Self.layerInk), ("stroke-width", "0.3")])
    words(name, place, at: start, on: lane, into: &svg)
  }

  /// How a trace is drawn, and where it is cut off.
  private static let ink: [SVG.Attribute] = [
    ("fill", "none"), ("stroke", "#000000"), ("stroke-width", "0.25"), ("clip-path", "url(#area)"),
  ]

  /// A length to a hundredth of a millimetre.
  private static func text(_ value: Double) -> String { SVG.number(value) }
}
