import ECG
import ECGPaper
import ECGSignal
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

@Suite struct PaperTests {
  private func scaleLine(_ state: DeskState) -> String { Screen.render(state).plainText().last { $0.contains("mm/s") } ?? "" }

  @Test func whereTheRecordingDoesNotFitTheGainIsReducedAndSaid() throws {
    var state = try DeskFixture.viewing(Size(columns: 80, rows: 24))
    state.paper.layout = .sixByTwo
    #expect(scaleLine(state).contains("5 mm/mV limb, 10 chest (reduced from 10)"), "leads that do not fit do not flatten the others")
    #expect(!Screen.render(state).plainText().joined().contains("▲"))
    for _ in 0..<2 { press(.gainUp, &state) }
    #expect(
      scaleLine(state).contains("  20 mm/mV") && !scaleLine(state).contains("reduced"), "a gain that the reader chose is never reduced")
    #expect(Screen.render(state).plainText().joined().contains("▲"), "what is cut is marked")
    _ = press(.fitRecording, &state)
    #expect(scaleLine(state).contains("reduced"))
    let roomy = try DeskFixture.viewing(Size(columns: 200, rows: 60))
    #expect(scaleLine(roomy).contains("  10 mm/mV") && !scaleLine(roomy).contains("reduced"))
  }

  @Test func fitShowsTheWholeRecording() throws {
    for name in ["heart02", "heart22"] {
      var state = try DeskFixture.viewing(Size(columns: 120, rows: 40), recording: name)
      _ = press(.fitRecording, &state)
      let duration = state.recording?.durationSeconds ?? 0
      let seconds = duration < 60 ? String(format: "0.0–%.1f s of %.1f s", duration, duration) : "0:00:00–0:01:00 of 0:01:00"
      #expect(scaleLine(state).contains(seconds), "\(scaleLine(state))")
    }
  }

  @Test func cabreraTurnsAVROver() throws {
    var state = try DeskFixture.viewing(Size(columns: 120, rows: 40))
    state.paper.layout = .twelveByOne
    let before = Screen.render(state).plainText().joined(separator: "\n")
    _ = press(.cabrera, &state)
    let after = Screen.render(state).plainText().joined(separator: "\n")
    #expect(!before.contains("−aVR") && after.contains("−aVR"))
    let names = ["aVL", "I ", "−aVR", "II ", "aVF", "III"].compactMap {
      after.range(of: "\n\($0)")?.lowerBound ?? (after.hasPrefix($0) ? after.startIndex : nil)
    }
    #expect(names.count == 6 && names == names.sorted())
    _ = press(.cabrera, &state)
    #expect(Screen.render(state).plainText().joined(separator: "\n") == before)
  }

  @Test func aFilterIsNamedOnlyOnceItIsInForceAndTheNetworkNeverSeesIt() throws {
    var state = try DeskFixture.viewing(Size(columns: 120, rows: 40))
    let recording = try DeskFixture.recording()
    #expect(press(.nextFilter, &state) == [.prepareDisplay(.diagnostic, ticket: state.ticket)])
    #expect(scaleLine(state).contains("filter none (0.05–150 Hz …)"))
    let display = try #require(DisplayTraces(of: LoadedRecording(recording), filter: .diagnostic))
    _ = Update.apply(.message(.displayReady(ticket: state.ticket, display)), to: &state)
    #expect(scaleLine(state).contains("filter 0.05–150 Hz"))
    #expect(state.recording?.millivolts == recording.millivolts, "the recording itself is as it was")
  }

  @Test func filtersPassAndStopWhatTheirNamesSay() throws {
    // Amplitude after the filter of sines in the middle of 20 s at 500 Hz.
    func gain(_ filter: DisplayFilter, _ hertz: Double) throws -> Float {
      let samples = (0..<10_000).map { Float(sin(2 * .pi * hertz * Double($0) / 500)) }
      let recording = Recording(name: "sine", samplingRateHertz: 500, millivolts: Array(repeating: samples, count: 12).flatMap { $0 })
      let filtered = try #require(filter.filtered(recording))
      return filtered[.v3].dropFirst(3000).prefix(4000).map(abs).max() ?? 0
    }
    #expect(try gain(.monitor, 10) > 0.98 && gain(.monitor, 100) < 0.05 && gain(.monitor, 0.1) < 0.05)
    #expect(try gain(.diagnostic, 1) > 0.98 && gain(.diagnostic, 60) > 0.9 && gain(.diagnostic, 240) < 0.05)
    #expect(try gain(.baseline, 0.1) < 0.05 && gain(.baseline, 5) > 0.98)
    #expect(try gain(.notch50, 50) < 0.05 && gain(.notch50, 60) > 0.9 && gain(.notch50, 10) > 0.98)
    #expect(try gain(.notch60, 60) < 0.05 && gain(.notch60, 50) > 0.9)
    #expect(try gain(.none, 0.01) > 0.1)
  }

  @Test func filtersKeepGapsAndWavesInPlace() throws {
    var samples = [Float](repeating: 0, count: 5000 * 12)
    for index in 2000..<2100 { samples[index] = .nan }
    samples[3000] = 1
    let recording = Recording(name: "gap", samplingRateHertz: 500, millivolts: samples)
    for filter in DisplayFilter.allCases {
      let filtered = try #require(filter.filtered(recording))
      #expect(filtered[.i].indices.filter { filtered[.i][$0].isNaN } == Array(2000..<2100))
      #expect(filtered[.i].indices.max { (abs(filtered[.i][$0]), 0) < (abs(filtered[.i][$1]), 0) } == 3000, "\(filter) moves the spike")
    }
  }

  @Test func theMedianOfBeatsIsTheBeat() throws {
    var pulses = [Float](repeating: 0, count: 12 * 5000)
    let peaks = Array(stride(from: 300, to: 4800, by: 400))
    for beat in peaks {
      for lead in 0..<12 { for tip in -5...5 { pulses[lead * 5000 + beat + tip] = 1 - Float(abs(tip)) / 6 } }
    }
    let regular = Recording(name: "regular", samplingRateHertz: 500, millivolts: pulses)
    let median = try #require(MedianBeats(of: regular, rPeaks: peaks))
    #expect(median.beatCount == 12 && median.recording[.v1].max() == 1)
    let samples = Array(median.recording[.v1])
    #expect(samples.firstIndex(of: 1) == 125, "the R peak lies 0.25 s in")
    #expect(MedianBeats(of: regular, rPeaks: []) == nil)
  }

  @Test func medianBeatsAreOfTheBeatsThatFiguresAreOf() throws {
    let recording = try DeskFixture.recording("heart01")
    let display = try #require(DisplayTraces(of: LoadedRecording(recording), filter: .none))
    let measurements = display.findings.measurements
    let usual = measurements.beats.filter { $0.shape == 0 }.map(\.rPeak)
    #expect(display.rPeaks == measurements.rPeaks && usual.count > 5)
    #expect(display.medianBeats?.beatCount == MedianBeats(of: recording, rPeaks: usual)?.beatCount)
  }

  @Test func calipersReadSamplesAndMarch() throws {
    var state = try DeskFixture.viewing(Size(columns: 200, rows: 50))
    _ = press(.calipers, &state)
    state.calipers?.seconds = [1, 1.8]
    let text = Screen.render(state).plainText().joined(separator: "\n")
    #expect(text.contains("800 ms  75 bpm") && text.contains("1.000–1.800 s"))
    let recording = try DeskFixture.recording()
    let difference = recording[.v2][recording[.v2].startIndex + 900] - recording[.v2][recording[.v2].startIndex + 500]
    let hundredths = Int((abs(difference) * 100).rounded())
    #expect(
      text.contains("V2 " + ((difference * 100).rounded() < 0 ? "−" : "+") + String(format: "%d.%02d", hundredths / 100, hundredths % 100)))
    let start = state.paper.startSeconds
    _ = press(.panRight, &state)
    #expect(state.paper.startSeconds == start && abs((state.calipers?.seconds[1] ?? 0) - 1.84) < 1e-9, "a dot is 40 ms at 25 mm/s")
    // Boundaries are snapped to as well; here a peak is nearest.
    state.calipers?.seconds[1] = 2.05
    _ = press(.snapToBeat, &state)
    let peaks = RecordFindings(of: recording).measurements.rPeaks.map { Double($0) / recording.samplingRateHertz }
    #expect(peaks.contains(state.calipers?.seconds[1] ?? 0))
    #expect(!Screen.render(state).plainText().joined().contains("╎"))
    _ = press(.marchOut, &state)
    let marching = Screen.render(state).plainText().joined()
    #expect(marching.contains("╎") && marching.contains("┃"), "the marks do not hide the caret")
    _ = press(.cancel, &state)
    #expect(state.calipers == nil)
  }

  @Test func jumpingToATime() throws {
    var state = try DeskFixture.viewing(Size(columns: 120, rows: 40), recording: "heart22")
    for (typed, seconds) in [("30", 30.0), ("0:42.5", 42.5), ("0:00:10", 10)] {
      _ = press(.jumpToTime, &state)
      for scalar in typed.unicodeScalars { _ = Update.apply(.key(.character(scalar)), to: &state) }
      _ = Update.apply(.key(KeyStroke(.enter)), to: &state)
      #expect(state.paper.startSeconds == seconds)
    }
    _ = press(.jumpToTime, &state)
    _ = Update.apply(.key(.character("x")), to: &state)
    #expect(Update.apply(.key(KeyStroke(.enter)), to: &state) == [.beep])
    #expect(state.paper.startSeconds == 10)
  }

  /// In every layout, at every speed and gain: each column of dots of a square wave is on the row of its level, in every lead.
  @Test(arguments: [LeadLayout.twelveByOne, .sixByTwo, .threeByFour, .single(.v3)])
  func aSquareWaveLandsInEveryLayout(layout: LeadLayout) {
    let half = 0.25
    let square = (0..<12_000).map { Double($0) / 1000 / half }.map { Int($0) % 2 == 0 ? Float(0.5) : -0.25 }
    let loaded = LoadedRecording(
      Recording(name: "square", samplingRateHertz: 1000, millivolts: Array(repeating: square, count: 12).flatMap { $0 }))
    for (speed, gain) in PaperScale.speeds.flatMap({ speed in PaperScale.gains.map { (speed, $0) } }) {
      let scale = PaperScale(speedMillimetresPerSecond: speed, gainMillimetresPerMillivolt: gain, dotsPerMillimetre: 1)
      let size = Size(columns: 96, rows: 48)
      for lane in layout.lanes(in: size, startSeconds: 1.2, durationSeconds: 12, scale: scale) {
        var canvas = BrailleCanvas(columns: size.columns, rows: size.rows)
        let room = lane.dotRows
        _ = TracePlotter(recording: loaded, scale: scale).draw(lane, on: &canvas, room: room)
        for dot in 0..<lane.columns.count * 2 {
          let (left, right) = (
            lane.startSeconds + Double(dot) / scale.dotsPerSecond, lane.startSeconds + Double(dot + 1) / scale.dotsPerSecond
          )
          // Columns in which the wave jumps are long lines; a sample on either side of a jump belongs to it.
          guard Int((left - 0.002) / half) == Int((right + 0.002) / half), right < 11.99 else { continue }
          let level = Int(left / half) % 2 == 0 ? 0.5 : -0.25
          let row = lane.baselineDot - Int((level * gain).rounded())
          let x = lane.columns.lowerBound * 2 + dot
          #expect((0..<canvas.height).filter { canvas.hasDot(x: x, y: $0) } == (room.contains(row) ? [row] : []))
        }
      }
    }
  }

  /// Every column of dots of a sine is filled from the sine's greatest to its smallest value in the column's time, to the dot in which the next column goes on, at every step.
  @Test(arguments: PaperScale.speeds, PaperScale.gains)
  func aSineLandsInEveryColumn(speed: Double, gain: Double) {
    let rate = 1000.0
    func value(_ time: Double) -> Double { 0.8 * sin(2 * Double.pi * 1.25 * time) }
    let samples = (0..<8000).map { Float(value(Double($0) / rate)) }
    let loaded = LoadedRecording(
      Recording(name: "sine", samplingRateHertz: rate, millivolts: Array(repeating: samples, count: 12).flatMap { $0 }))
    let scale = PaperScale(
      speedMillimetresPerSecond: speed, gainMillimetresPerMillivolt: gain, dotsPerMillimetre: 1.4, dotsPerMillimetreDown: 1.3)
    for start in [0.0, 0.777] {
      var canvas = BrailleCanvas(columns: 40, rows: 60)
      let lane = Lane(lead: .v4, isInverted: start > 0, columns: 0..<40, dotRows: 0..<240, startSeconds: start)
      _ = TracePlotter(recording: loaded, scale: scale).draw(lane, on: &canvas, room: 0..<240)
      for x in 0..<80 {
        let values = (0...200).map { value(start + (Double(x) + Double($0) / 200) / scale.dotsPerSecond) * (lane.isInverted ? -1 : 1) }
        guard start + Double(x + 1) / scale.dotsPerSecond < 7.9 else { continue }
        let rows = (0..<240).filter { canvas.hasDot(x: x, y: $0) }
        let top = Double(lane.baselineDot) - (values.max() ?? 0) * scale.dotsPerMillivolt
        let bottom = Double(lane.baselineDot) - (values.min() ?? 0) * scale.dotsPerMillivolt
        #expect(abs(Double(rows.first ?? -9) - top) < 1.01 && abs(Double(rows.last ?? -9) - bottom) < 1.01, "column \(x)")
        #expect(rows.count == (rows.last ?? 0) - (rows.first ?? 0) + 1, "no gap")
      }
    }
  }

  /// A square wave and a sine of known amplitude land on the right rows and columns at every step of speed and gain.
  @Test(arguments: PaperScale.speeds, PaperScale.gains)
  func wavesLandWhereTheScaleSays(speed: Double, gain: Double) throws {
    let rate = 1000.0
    let square = (0..<4000).map { $0 / 400 % 2 == 0 ? Float(0.5) : -0.5 }
    let sine = (0..<4000).map { 0.8 * Float(sin(2 * Double.pi * 1.25 * Double($0) / rate)) }
    for (samples, amplitude) in [(square, 0.5), (sine, 0.8)] {
      let loaded = LoadedRecording(
        Recording(name: "w", samplingRateHertz: rate, millivolts: samples + [Float](repeating: 0, count: samples.count * 11)))
      let scale = PaperScale(
        speedMillimetresPerSecond: speed, gainMillimetresPerMillivolt: gain, dotsPerMillimetre: 1, dotsPerMillimetreDown: 1.3)
      var canvas = BrailleCanvas(columns: 40, rows: 40)
      let lane = Lane(lead: .i, columns: 0..<40, dotRows: 0..<160, startSeconds: 0)
      _ = TracePlotter(recording: loaded, scale: scale).draw(lane, on: &canvas, room: 0..<160)
      let rows = (0..<160).filter { y in (0..<80).contains { canvas.hasDot(x: $0, y: y) } }
      let reach = Int((amplitude * scale.dotsPerMillivolt).rounded())
      #expect(rows.first == lane.baselineDot - reach)
      if Double(80) / scale.dotsPerSecond > 0.7 { #expect(rows.last == lane.baselineDot + reach) }
      guard amplitude == 0.5, 0.4 * scale.dotsPerSecond < 79 else { continue }
      let edge = (0..<80).first { canvas.hasDot(x: $0, y: lane.baselineDot + reach) }
      #expect(edge == Int((0.4 * scale.dotsPerSecond).rounded(.down)) || edge == Int((0.4 * scale.dotsPerSecond).rounded(.down)) - 1)
    }
  }
}
