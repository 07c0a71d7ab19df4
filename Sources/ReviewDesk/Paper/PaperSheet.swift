import ECG
import ECGSignal
import Foundation

/// A sheet of ECG paper in true millimetres, as SVG: A4 across, 25 mm/s and 10 mm/mV unless asked otherwise.
public struct PaperSheet {
  /// The sheet.
  static let (width, height) = (297.0, 210.0)
  /// The part of it that is ruled: 250 mm are 10 s at 25 mm/s.
  static let area = (left: 28.0, top: 22.0, width: 260.0, height: 170.0)
  /// Where traces begin, behind the calibration marks.
  private static let traceLeft = 38.0

  private let loaded: LoadedRecording
  private let layout: LeadLayout
  private let paper: PaperSettings

  /// A sheet of a recording; nil where the filter was cancelled.
  public init(_ recording: Recording, layout: LeadLayout, paper: PaperSettings) {
    let filtered = paper.filter.filtered(recording) ?? recording
    if layout == .medianBeats, let beats = MedianBeats(of: filtered, rPeaks: BeatDetector.rPeaks(in: recording)) {
      loaded = LoadedRecording(beats.recording)
    } else {
      loaded = LoadedRecording(filtered)
    }
    self.layout = layout
    self.paper = paper
  }

  /// The sheet's text: well-formed SVG 1.1 with a unit of one millimetre.
  public func svg() -> String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"297mm\" height=\"210mm\" viewBox=\"0 0 297 210\">",
      "<title>\(Self.escaped(loaded.recording.name))</title>",
      "<rect width=\"297\" height=\"210\" fill=\"#ffffff\"/>",
      "<clipPath id=\"area\"><rect x=\"\(Self.area.left)\" y=\"\(Self.area.top)\" width=\"\(Self.area.width)\" height=\"\(Self.area.height)\"/></clipPath>",
    ]
    lines += grid()
    lines.append("<g font-family=\"sans-serif\" font-size=\"3.5\" fill=\"#000000\">")
    lines += heading()
    let lanes = lanes()
    for lane in lanes where lane.isFirst { lines.append(calibration(lane)) }
    for lane in lanes { lines += [name(of: lane), trace(lane)] }
    lines += ["</g>", "</svg>"]
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Lanes

  private struct SheetLane {
    let place: LeadPlace
    let left: Double
    let width: Double
    let baseline: Double
    let startSeconds: Double
    let isFirst: Bool
  }

  private var speed: Double { paper.scale.speedMillimetresPerSecond }
  private var gain: Double { paper.scale.gainMillimetresPerMillivolt }

  private func lanes() -> [SheetLane] {
    let table = layout.table(isCabrera: paper.isCabrera, rhythmLead: paper.rhythmLead)
    let bands = Double(table.rows.count + (table.rhythm == nil ? 0 : 1))
    let traceWidth = Self.area.left + Self.area.width - Self.traceLeft
    func baseline(_ band: Int) -> Double { Self.area.top + Self.area.height * (Double(band) + 0.6) / bands }
    var lanes: [SheetLane] = []
    let width = traceWidth / Double(table.columnCount)
    for (row, places) in table.rows.enumerated() {
      for (column, place) in places.enumerated() {
        // Columns follow one another in time; median beats all start at 0.
        let start = layout == .medianBeats ? 0 : paper.startSeconds + Double(column) * width / speed
        lanes.append(
          SheetLane(
            place: place, left: Self.traceLeft + Double(column) * width, width: width, baseline: baseline(row), startSeconds: start,
            isFirst: column == 0))
      }
    }
    if let rhythm = table.rhythm {
      lanes.append(
        SheetLane(
          place: rhythm, left: Self.traceLeft, width: traceWidth, baseline: baseline(table.rows.count), startSeconds: paper.startSeconds,
          isFirst: true))
    }
    return lanes
  }

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
    let recording = loaded.recording
    let patient = [
      recording.patient.sex.map { $0 == .female ? "female" : "male" } ?? "sex unknown",
      recording.patient.ageYears.map { "\($0) years" } ?? "age unknown",
    ].joined(separator: ", ")
    let scale = "\(PaperScale.text(speed)) mm/s · \(PaperScale.text(gain)) mm/mV · filter \(paper.filter.name) · \(layout)"
    let time =
      layout == .medianBeats
      ? "median beats" : "from \(ClockText.elapsed(paper.startSeconds)) of \(ClockText.elapsed(recording.durationSeconds))"
    return [
      "<text x=\"28\" y=\"10\" font-size=\"4.5\" font-weight=\"bold\">\(Self.escaped(recording.name))</text>",
      "<text x=\"28\" y=\"16\">\(Self.escaped(patient)) · \(PaperScale.text(recording.samplingRateHertz)) Hz · \(time)</text>",
      "<text x=\"28\" y=\"198\">\(Self.escaped(scale))</text>",
      "<text x=\"288\" y=\"198\" text-anchor=\"end\" font-size=\"2.8\">research software, not a medical device; print at 100 %</text>",
    ]
  }

  /// A pulse of 1 mV that lasts 0.2 s.
  private func calibration(_ lane: SheetLane) -> String {
    let (width, height) = (CalibrationMark.seconds * speed, Double(CalibrationMark.millivolts) * gain)
    let left = Self.area.left + 1
    guard width + 2 < Self.traceLeft - Self.area.left else { return "" }
    let data = "M\(Self.text(left)) \(Self.text(lane.baseline))h1v\(Self.text(-height))h\(Self.text(width))v\(Self.text(height))h1"
    return "<path d=\"\(data)\" fill=\"none\" stroke=\"#000000\" stroke-width=\"0.25\" clip-path=\"url(#area)\"/>"
  }

  private func name(of lane: SheetLane) -> String {
    let mark =
      switch loaded.recording[source: lane.place.lead] {
      case .recorded: ""
      case .derived: " (derived)"
      case .absent: " (absent)"
      }
    let name = (lane.place.isInverted ? "−" : "") + lane.place.lead.name + mark
    let y = max(Self.area.top + 4, lane.baseline - 12)
    return "<text x=\"\(Self.text(lane.left + 1))\" y=\"\(Self.text(y))\">\(name)</text>"
  }

  /// Every sample, or the extremes of every twentieth of a millimetre where there are more; a gap where samples are missing.
  private func trace(_ lane: SheetLane) -> String {
    guard loaded.recording[source: lane.place.lead] != .absent else { return "" }
    let rate = loaded.recording.samplingRateHertz
    let first = max(0, Int((lane.startSeconds * rate).rounded(.up)))
    let end = min(loaded.recording.sampleCount, Int(min(1e15, (lane.startSeconds + lane.width / speed) * rate)) + 1)
    guard first < end else { return "" }
    let samples = loaded.recording[lane.place.lead]
    let stride = max(1, Int(rate / speed / 20))
    var data = ""
    var isDown = false
    for index in Swift.stride(from: first, to: end, by: stride) {
      let stretch = samples[samples.startIndex + index..<min(samples.startIndex + index + stride, samples.startIndex + end)]
      let values = stretch.filter { !$0.isNaN }
      guard let low = values.min(), let high = values.max() else {
        isDown = false
        continue
      }
      let x = lane.left + (Double(index) / rate - lane.startSeconds) * speed
      for value in low == high ? [low] : [low, high] {
        let y = lane.baseline - Double(lane.place.isInverted ? -value : value) * gain
        data += (isDown ? "L" : "M") + Self.text(x) + " " + Self.text(min(max(y, -1e4), 1e4))
        isDown = true
      }
    }
    return "<path d=\"\(data)\" fill=\"none\" stroke=\"#000000\" stroke-width=\"0.25\" stroke-linejoin=\"round\" clip-path=\"url(#area)\"/>"
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
