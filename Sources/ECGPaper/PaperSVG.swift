import ECG
import ECGSignal
import Foundation

/// A drawing on a sheet of ECG paper in true millimetres, as SVG: A4 across, 25 mm/s and 10 mm/mV unless asked otherwise.
public struct PaperSVG {
  /// The sheet.
  static let (width, height) = (297.0, 210.0)
  /// The part of it that is ruled: 250 mm are 10 s at 25 mm/s.
  static let area = (left: 28.0, top: 22.0, width: 260.0, height: 170.0)
  /// Where traces begin, behind the calibration marks.
  private static let traceLeft = 38.0

  private let traces: PaperTraces
  private let drawing: PaperDrawing
  private let recording: Recording
  private let paper: PaperSettings

  /// A sheet of a recording.
  public init(_ recording: Recording, layout: LeadLayout, paper: PaperSettings) {
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
  }

  /// The sheet's text: well-formed SVG 1.1 with a unit of one millimetre.
  public func text() -> String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"297mm\" height=\"210mm\" viewBox=\"0 0 297 210\">",
      "<title>\(Self.escaped(recording.name))</title>",
      "<rect width=\"297\" height=\"210\" fill=\"#ffffff\"/>",
      "<clipPath id=\"area\"><rect x=\"\(Self.area.left)\" y=\"\(Self.area.top)\" width=\"\(Self.area.width)\" height=\"\(Self.area.height)\"/></clipPath>",
    ]
    lines += grid()
    lines.append("<g font-family=\"sans-serif\" font-size=\"3.5\" fill=\"#000000\">")
    lines += heading()
    for lane in drawing.lanes where lane.column == 0 { lines.append(calibration(lane)) }
    for lane in drawing.lanes { lines += [name(of: lane), trace(lane)] + marks(on: lane) }
    lines += ["</g>", "</svg>"]
    return lines.joined(separator: "\n") + "\n"
  }

  private func left(_ lane: PaperLane) -> Double { Self.traceLeft + lane.left }
  private func baseline(_ lane: PaperLane) -> Double { Self.area.top + lane.baseline }

  // MARK: Drawing

  private func grid() -> [String] {
    func path(_ step: Double, width: Double, color: String) -> String {
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
      return "<path d=\"\(data)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(width)\"/>"
    }
    return [path(1, width: 0.08, color: "#f2c4c0"), path(5, width: 0.2, color: "#e08f8a")]
  }

  private func heading() -> [String] {
    let patient = [
      recording.patient.sex.map { $0 == .female ? "female" : "male" } ?? "sex unknown",
      recording.patient.ageYears.map { "\($0) years" } ?? "age unknown",
    ].joined(separator: ", ")
    let shown = drawing.lanes.first
    let speed = shown?.speed ?? paper.scale.speedMillimetresPerSecond
    let gain = shown?.gain ?? paper.scale.gainMillimetresPerMillivolt
    let scale = "\(PaperScale.text(speed)) mm/s · \(PaperScale.text(gain)) mm/mV · filter \(paper.filter.name) · \(drawing.layout)"
    let time =
      drawing.layout.isOfBeats
      ? "median beats" : "from \(ClockText.elapsed(paper.startSeconds)) of \(ClockText.elapsed(recording.durationSeconds))"
    return [
      "<text x=\"28\" y=\"10\" font-size=\"4.5\" font-weight=\"bold\">\(Self.escaped(recording.name))</text>",
      "<text x=\"28\" y=\"16\">\(Self.escaped(patient)) · \(PaperScale.text(recording.samplingRateHertz)) Hz · \(time)</text>",
      "<text x=\"28\" y=\"198\">\(Self.escaped(scale))</text>",
      "<text x=\"288\" y=\"198\" text-anchor=\"end\" font-size=\"2.8\">research software, not a medical device; print at 100 %</text>",
    ]
  }

  /// A pulse of 1 mV that lasts 0.2 s.
  private func calibration(_ lane: PaperLane) -> String {
    let (width, height) = (CalibrationMark.seconds * lane.speed, Double(CalibrationMark.millivolts) * lane.gain)
    let left = Self.area.left + 1
    guard width + 2 < Self.traceLeft - Self.area.left else { return "" }
    let data = "M\(Self.text(left)) \(Self.text(baseline(lane)))h1v\(Self.text(-height))h\(Self.text(width))v\(Self.text(height))h1"
    return "<path d=\"\(data)\" fill=\"none\" stroke=\"#000000\" stroke-width=\"0.25\" clip-path=\"url(#area)\"/>"
  }

  private func name(of lane: PaperLane) -> String {
    let mark =
      switch recording[source: lane.lead] {
      case .recorded: ""
      case .derived: " (derived)"
      case .absent: " (absent)"
      }
    let y = max(Self.area.top + lane.top + 4, min(baseline(lane) - 12, Self.area.top + lane.top + lane.height - 1))
    return "<text x=\"\(Self.text(left(lane) + 1))\" y=\"\(Self.text(y))\">\(lane.name)\(mark)</text>"
  }

  /// Every sample, or the extremes of every twentieth of a millimetre where there are more; a gap where samples are missing.
  private func trace(_ lane: PaperLane) -> String {
    guard let recording = traces[lane.content]?.recording, recording[source: lane.lead] != .absent else { return "" }
    let rate = recording.samplingRateHertz
    let first = max(0, Int((lane.startSeconds * rate).rounded(.up)))
    let end = min(recording.sampleCount, Int(min(1e15, (lane.startSeconds + lane.width / lane.speed) * rate)) + 1)
    guard first < end else { return "" }
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
    return "<path d=\"\(data)\" fill=\"none\" stroke=\"#000000\" stroke-width=\"0.25\" stroke-linejoin=\"round\" clip-path=\"url(#area)\"/>"
  }

  /// What is marked on a lane.
  private func marks(on lane: PaperLane) -> [String] {
    drawing.marks.filter { $0.lies(on: lane) }.map { mark in
      let x = Self.text(Self.traceLeft + lane.x(ofSecond: mark.seconds))
      let (top, bottom) = (Self.area.top + lane.top, Self.area.top + lane.top + lane.height)
      func line(_ color: String) -> String {
        "<path d=\"M\(x) \(Self.text(top))V\(Self.text(bottom))\" stroke=\"\(color)\" stroke-width=\"0.2\"/>"
      }
      func word(_ text: String) -> String { "<text x=\"\(x)\" y=\"\(Self.text(top + 3))\" font-size=\"2.8\">\(Self.escaped(text))</text>" }
      switch mark.shape {
      case .caret(let isActive): return line(isActive ? "#0060c0" : "#606060")
      case .march: return line("#a0a0a0")
      case .onset, .offset: return line("#40a040")
      case .beat(let kind): return word(String(kind))
      case .span(let name, let seconds):
        let width = Self.text(seconds * lane.speed)
        return "<path d=\"M\(x) \(Self.text(top + 4))h\(width)\" stroke=\"#c06000\" stroke-width=\"0.4\"/>" + word(name)
      }
    }
  }

  /// A length to a hundredth of a millimetre.
  private static func text(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let digits = abs(hundredths % 100)
    return (hundredths < 0 ? "-" : "") + "\(abs(hundredths) / 100)" + (digits == 0 ? "" : "." + (digits < 10 ? "0" : "") + "\(digits)")
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
