import ECG
import ECGPaper
import ECGSignal
import Foundation
import TerminalUI

/// What is measured of the recording, each figure against the normal range of age and sex, and in a few words why a figure is missing.
enum MeasurementsPanel {
  private typealias Line = (text: String, style: Style)

  /// The figures from top to bottom, by the names that they have here.
  private static let figures: [(quantity: MeasuredQuantity, name: String)] = [
    (.heartRate, "HR"), (.prInterval, "PR"), (.qrsDuration, "QRS"), (.qtInterval, "QT"), (.qtcFridericia, "QTcF"), (.qrsAxis, "axis"),
  ]

  static func title(_ state: DeskState, _ geometry: ViewGeometry) -> String { "measurements, QTcF by Fridericia" }

  /// A few rows hold the figures in short, all that can be said takes more; in the view of the axis its plot stands beside or below them.
  static func rows(_ state: DeskState) -> ClosedRange<Int> {
    let lines = lines(state, columns: ViewGeometry.panelTextColumns).count
    let isOfAxis = state.layout == .limb && HexaxialPlot.hasAxis(state)
    // Whoever asked for the gates wants them more than the plot.
    let least =
      isOfAxis && !state.showsGates ? HexaxialPlot.rows : min(lines, max(3, short(state, columns: ViewGeometry.panelTextColumns).count))
    return least...max(least, lines + (isOfAxis ? HexaxialPlot.rows : 0))
  }

  /// The plot of the axis, in other views.
  static func spareRows(_ state: DeskState) -> Int { state.layout != .limb && HexaxialPlot.hasAxis(state) ? HexaxialPlot.rows : 0 }

  static func draw(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    let columns = rect.columns - 1
    let lines = lines(state, columns: columns)
    if lines.count + HexaxialPlot.rows > rect.rows, rect.rows >= HexaxialPlot.rows, state.layout == .limb, HexaxialPlot.hasAxis(state) {
      // Where rows are left, what is out of its range in whole, after what casts doubt on it.
      let told = lines.filter { $0.style == .ink(.caution) }.prefix(rect.rows - HexaxialPlot.rows)
      PanelText.draw(Array(told), in: rect, into: &grid)
      return HexaxialPlot.draw(state, beside: column(state), in: rect.split(top: told.count).rest, into: &grid)
    }
    guard lines.count <= rect.rows else { return PanelText.draw(short(state, columns: columns), in: rect, into: &grid) }
    PanelText.draw(lines, in: rect, into: &grid)
    let below = rect.split(top: lines.count).rest
    if below.rows >= HexaxialPlot.rows { HexaxialPlot.draw(state, in: below, into: &grid) }
  }

  /// The frontal plane, and under it the figures, where panels have no room beside the traces.
  static func drawBesideBeats(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    guard !rect.isEmpty else { return }
    let reason = state.display.flatMap { commonReason($0.findings.measurements) }
    guard state.display != nil, reason == nil else {
      return PanelText.draw(
        PanelText.wrap(reason ?? unmeasured(state).text, rect.columns).map { ($0, .ink(.faint)) }, in: rect.split(top: 1).rest, into: &grid)
    }
    HexaxialPlot.draw(state, in: rect, into: &grid)
    PanelText.draw(column(state), in: rect.split(top: HexaxialPlot.hasAxis(state) ? HexaxialPlot.rows + 1 : 1).rest, into: &grid)
  }

  static func drawLine(_ state: DeskState, _ geometry: ViewGeometry, in rect: Rect, into grid: inout Grid) {
    var column = rect.column
    for word in words(state) where column < rect.endColumn {
      column += grid.write(word.text + "  ", column: column, row: rect.row, style: word.style, maxColumns: rect.endColumn - column)
    }
  }

  // MARK: All that can be said

  /// A line for each figure, after what casts doubt on them.
  private static func lines(_ state: DeskState, columns: Int) -> [Line] {
    guard let findings = state.display?.findings, let recording = state.recording else { return [unmeasured(state)] }
    var lines = doubts(state, columns: columns)
    if let part = soFar(state) { lines.insert((part, .ink(.caution)), at: 0) }
    let measurements = findings.measurements
    if let reason = commonReason(measurements) { return lines + [(reason, .ink(.faint))] }
    for (quantity, name) in figures {
      let start = name.padding(toLength: 5, withPad: " ", startingAt: 0)
      guard let value = value(of: quantity, measurements, state) else {
        lines.append((start + (measurements[quantity].reason?.words ?? "not measured"), .ink(.faint)))
        continue
      }
      let figure = number(value, quantity)
      let unit = quantity.unit == "°" ? "" : " " + quantity.unit
      let padded =
        String(repeating: " ", count: max(0, 4 - figure.columnCount)) + figure + unit.padding(toLength: 5, withPad: " ", startingAt: 0)
      let verdict = verdict(value, quantity, recording.patient)
      lines.append((start + padded + against(verdict, quantity, recording.patient), style(verdict)))
      if quantity == .heartRate { lines += intervals(measurements, state).map { ($0, .plain) } }
      if quantity == .qrsAxis, let interval = measurements.qrsAxisInterval { lines.append(("     " + words(interval), .plain)) }
    }
    if recording.patient.ageYears == nil { lines.append(("no age: no normal ranges", .ink(.faint))) }
    return lines
  }

  /// What casts doubt on the figures.
  private static func doubts(_ state: DeskState, columns: Int) -> [Line] {
    state.doubts.flatMap { PanelText.wrap($0, columns) }.map { ($0, .ink(.caution)) }
  }

  /// A figure; of the rate that of the reader's own beats, where there are any.
  private static func value(of quantity: MeasuredQuantity, _ measurements: Measurements, _ state: DeskState) -> Double? {
    (quantity == .heartRate ? state.ownRhythm?.beatsPerMinute : nil) ?? measurements[quantity].value
  }

  /// The distances of the beats, and how many beats there are: the reader's own, where there are any.
  private static func intervals(_ measurements: Measurements, _ state: DeskState) -> [String] {
    if let own = state.ownRhythm, let count = state.own?.tally.total {
      return [String(format: "RR   %4.0f ms  %.0f to %.0f, %d yours", own.median, own.shortest, own.longest, count)]
    }
    guard let median = measurements[.rrMedian].value, let low = measurements[.rrMinimum].value, let high = measurements[.rrMaximum].value
    else { return [] }
    return [String(format: "RR   %4.0f ms  %.0f to %.0f, %d beats", median, low, high, measurements.beats.count)]
  }

  // MARK: In short

  /// The figures without their ranges, a few in each line; what casts doubt on them stands in the top line.
  private static func short(_ state: DeskState, columns: Int) -> [Line] {
    var lines: [Line] = []
    for word in words(state) {
      if let last = lines.last, last.style == word.style, last.text.columnCount + 2 + word.text.columnCount <= columns {
        lines[lines.count - 1].text += "  " + word.text
      } else {
        lines.append(word)
      }
    }
    return lines
  }

  /// A line for each figure, as narrow as what stands beside the plot of the axis: `QRS  124 above`.
  private static func column(_ state: DeskState) -> [Line] {
    guard let measurements = state.display?.findings.measurements, let recording = state.recording else { return [] }
    return figures.flatMap { quantity, name -> [Line] in
      let start = name.padding(toLength: 5, withPad: " ", startingAt: 0)
      guard let value = measurements[quantity].value else { return [(start + "–", .ink(.faint))] }
      let verdict = verdict(value, quantity, recording.patient)
      let mark = verdict == .below || verdict == .above ? " " + verdict.rawValue : ""
      let interval = quantity == .qrsAxis ? measurements.qrsAxisInterval.map { [(range($0), Style.plain)] } ?? [] : []
      return [(start + number(value, quantity) + mark, style(verdict))] + interval
    }
  }

  /// Each figure in a few words: `QRS 124 above`.
  private static func words(_ state: DeskState) -> [Line] {
    guard let findings = state.display?.findings, let recording = state.recording else { return [unmeasured(state)] }
    let measurements = findings.measurements
    if let reason = commonReason(measurements) { return [(reason, .ink(.faint))] }
    return (soFar(state).map { [($0, .ink(.caution))] } ?? [])
      + figures.map { (quantity, name) -> Line in
        guard let value = value(of: quantity, measurements, state) else {
          return ("\(name): \(measurements[quantity].reason?.words ?? "not measured")", .ink(.faint))
        }
        let verdict = verdict(value, quantity, recording.patient)
        let mark = verdict == .below || verdict == .above ? " " + verdict.rawValue : ""
        var text = name + " " + number(value, quantity)
        if quantity == .qrsAxis, let interval = measurements.qrsAxisInterval {
          text += interval.isWhole ? "" : " (\(range(interval)))"
        }
        return (text + mark, style(verdict))
      }
  }

  /// Which part of a long recording the figures are of, while the rest is being measured.
  private static func soFar(_ state: DeskState) -> String? {
    guard let part = state.display?.measuredPart, let rate = state.recording?.samplingRateHertz else { return nil }
    return "so far \(ClockText.elapsed(Double(part.lowerBound) / rate))–\(ClockText.elapsed(Double(part.upperBound) / rate))"
  }

  private static func unmeasured(_ state: DeskState) -> Line {
    (state.recording == nil ? "nothing to measure" : "measuring …", .ink(.faint))
  }

  /// The reason why there is no figure at all; nil where there is one, or where reasons differ.
  private static func commonReason(_ measurements: Measurements) -> String? {
    let reasons = Set(figures.map { measurements[$0.quantity].reason })
    return reasons.count == 1 ? reasons.first??.words : nil
  }

  // MARK: Words

  private static func verdict(_ value: Double, _ quantity: MeasuredQuantity, _ patient: Patient) -> NormalVerdict {
    NormalRanges.verdict(value, of: quantity, ageYears: patient.ageYears, sex: patient.sex)
  }

  /// Where a value lies, and the range it is held against; empty where there is none.
  private static func against(_ verdict: NormalVerdict, _ quantity: MeasuredQuantity, _ patient: Patient) -> String {
    guard verdict != .unknown else { return "" }
    guard let range = NormalRanges.range(of: quantity, ageYears: patient.ageYears, sex: patient.sex) else { return verdict.rawValue }
    let (low, high) = (range.lowerBound, range.upperBound)
    guard low.isFinite else { return verdict.rawValue + ", up to " + number(high, quantity) }
    guard high.isFinite else { return verdict.rawValue + ", from " + number(low, quantity) }
    return verdict.rawValue + " \(number(low, quantity)) to \(number(high, quantity))"
  }

  private static func style(_ verdict: NormalVerdict) -> Style { verdict == .below || verdict == .above ? .ink(.caution) : .plain }

  private static func words(_ interval: DegreeInterval) -> String {
    interval.isWhole ? "beats in any direction" : range(interval) + " in 95 % of beats"
  }

  private static func range(_ interval: DegreeInterval) -> String {
    interval.isWhole ? "any direction" : "\(degrees(interval.low)) to \(degrees(interval.high))"
  }

  private static func number(_ value: Double, _ quantity: MeasuredQuantity) -> String {
    quantity.unit == "°" ? degrees(value) : String(format: "%.0f", value)
  }

  private static func degrees(_ value: Double) -> String {
    let whole = Int(value.rounded())
    return (whole < 0 ? "−" : "") + "\(abs(whole))°"
  }
}

extension DegreeInterval {
  /// Whether it leaves no direction out.
  var isWhole: Bool { high - low >= 360 }
}
