import ECG
import ECGFiles
import ECGPaper
import ECGSignal
import Foundation
import ReviewDesk
import TerminalUI
import TestSupport
import Testing

/// What a reader can tell from the dots alone: R and S of the leads that decide about an axis are read back from whole screens of real recordings.
@Suite struct LegibilityTests {
  /// R and S of one lead, in millivolts: the highest and the lowest place of its QRS, above and below 0 mV.
  private struct Waves {
    var r: Double
    var s: Double
    var net: Double { r - s }
  }

  private struct Tally {
    var errors: [Double] = []
    var signs: (right: Int, of: Int) = (0, 0)

    var medianError: Double { errors.isEmpty ? .nan : errors.sorted()[errors.count / 2] }
    var signShare: Double { signs.of == 0 ? .nan : Double(signs.right) / Double(signs.of) }
  }

  /// From the R peak to both sides, in seconds.
  private static let window = -0.06...0.1
  private static let leads: [Lead] = [.i, .ii, .iii, .aVF]

  /// LUDB's raw integers are microvolts; what its headers say of gain and baseline is taken back.
  private static func ludb(_ reference: RecordReference) throws -> Recording {
    let recording = try Recording(RecordFile.read(reference))
    let lines = try String(contentsOf: reference.url, encoding: .utf8).split(separator: "\n")
    var millivolts = recording.millivolts
    for line in lines.dropFirst().prefix(12) {
      let fields = line.split(separator: " ")
      guard fields.count > 8, let lead = Lead(signalName: String(fields[8])),
        let match = fields[2].firstMatch(of: /^([0-9.]+)\((-?[0-9]+)\)/), let gain = Float(match.1), let baseline = Float(match.2)
      else { continue }
      for index in 0..<recording.sampleCount {
        let place = lead.rawValue * recording.sampleCount + index
        millivolts[place] = (millivolts[place] * gain + baseline) / 1000
      }
    }
    return Recording(name: recording.name, samplingRateHertz: recording.samplingRateHertz, millivolts: millivolts)
  }

  /// A recording with all that a screen of it needs: made once, for every layout and size shows the same.
  private struct Prepared: Sendable {
    let loaded: LoadedRecording
    let display: DisplayTraces

    init?(_ recording: Recording) {
      loaded = LoadedRecording(recording)
      guard let display = DisplayTraces(of: loaded, filter: .none) else { return nil }
      self.display = display
    }
  }

  private static let prepared = Result {
    guard let first = Checkout.shared("ecg/ludb"), let second = Checkout.shared("ecg/ptbxl-raw") else { return [Prepared]() }
    return try RecordLocator.references(at: first.path).compactMap { Prepared(try ludb($0)) }
      + RecordLocator.references(at: second.path).compactMap { Prepared(try Recording(RecordFile.read($0))) }
  }

  /// The waves of a lead between two times, from its samples.
  private func waves(of lead: Lead, in recording: LoadedRecording, from start: Double, to end: Double) -> Waves? {
    let rate = recording.recording.samplingRateHertz
    guard let extremes = recording.extremes(of: lead, in: Int((start * rate).rounded(.up))..<Int((end * rate).rounded(.down)) + 1) else {
      return nil
    }
    return Waves(r: max(0, Double(extremes.maximum)), s: max(0, -Double(extremes.minimum)))
  }

  /// The waves of a lane between two times, from the dots that the screen shows of it.
  ///
  /// A trace is followed out of its lane as long as its dots hang together.
  private func waves(of lane: Lane, on grid: Grid, _ plot: Rect, from start: Double, to end: Double) -> Waves? {
    func hasDot(_ x: Int, _ y: Int) -> Bool {
      guard y >= 0, let pattern = grid[column: plot.column + x / 2, row: plot.row + y / 4].scalar.braillePattern else { return false }
      return pattern & (y & 3 == 3 ? 0x40 << UInt8(x & 1) : 1 << UInt8((x & 1) * 3 + (y & 3))) != 0
    }
    let firstDot = lane.columns.lowerBound * 2
    let first = Int(((start - lane.startSeconds) * lane.scale.dotsPerSecond).rounded(.down))
    let last = Int(((end - lane.startSeconds) * lane.scale.dotsPerSecond).rounded(.down))
    guard first >= 0, last < lane.columns.count * 2, first <= last else { return nil }
    var (top, bottom) = (Int.max, Int.min)
    for x in first...last {
      let rows = lane.dotRows.filter { hasDot(firstDot + x, $0) }
      guard var high = rows.first, var low = rows.last else { continue }
      while high == lane.dotRows.lowerBound || high < lane.dotRows.lowerBound, hasDot(firstDot + x, high - 1) { high -= 1 }
      while low >= lane.dotRows.upperBound - 1, low < plot.rows * 4, hasDot(firstDot + x, low + 1) { low += 1 }
      (top, bottom) = (min(top, high), max(bottom, low))
    }
    guard top <= bottom else { return nil }
    let perMillivolt = lane.scale.dotsPerMillivolt
    let (up, down) = (max(0, Double(lane.baselineDot - top) / perMillivolt), max(0, Double(bottom - lane.baselineDot) / perMillivolt))
    return lane.isInverted ? Waves(r: down, s: up) : Waves(r: up, s: down)
  }

  /// The sheet as version 0.1.0 opened it: six rows of two leads on small screens, three of four on large ones, a dot a millimetre, one gain for all leads.
  private func showAsItWas(_ state: inout DeskState) {
    state.paper.layout = state.size.columns < 160 ? .sixByTwo : .threeByFour
    state.paper.isScreenMeasured = true
    let gains = ViewGeometry(state).paper.lanes.map(\.scale.gainMillimetresPerMillivolt)
    state.paper.scale.gainMillimetresPerMillivolt = gains.min() ?? 10
    state.paper.isGainChosen = true
  }

  /// Reads all recordings back from a layout; from the sheet as it was where that is nil.
  private func read(_ recordings: [Prepared], _ layout: LeadLayout?, _ size: Size) throws -> Tally {
    var tally = Tally()
    for (loaded, display) in recordings.map({ ($0.loaded, $0.display) }) {
      var state = DeskState(
        cases: [DeskCase(name: loaded.recording.name, path: "")], diagnosis: .leftAxisDeviation, size: size,
        keymap: try DeskFixture.keymap())
      _ = Update.open(0, in: &state)
      state.loading = .ready(loaded)
      state.display = display
      state.paper.layout = layout
      state.paper.ruling = .none
      if layout == nil { showAsItWas(&state) }
      let (paper, grid) = (ViewGeometry(state).paper, Screen.render(state))
      for lead in Self.leads {
        for (drawn, real) in pairs(of: lead, paper, grid, loaded, display) {
          tally.errors += [abs(drawn.r - real.r), abs(drawn.s - real.s)]
          guard lead != .iii, abs(real.net) > 0.1 else { continue }
          tally.signs.of += 1
          if (drawn.net > 0) == (real.net > 0), drawn.net != 0 { tally.signs.right += 1 }
        }
      }
    }
    return tally
  }

  /// What is drawn of a lead's QRS and what is so: of its median beat where there is one, else of the first beat that its lane shows whole.
  private func pairs(
    of lead: Lead, _ paper: BraillePaper, _ grid: Grid, _ loaded: LoadedRecording, _ display: DisplayTraces
  ) -> [(Waves, Waves)] {
    guard let lane = paper.lanes.first(where: { $0.lead == lead }) else { return [] }
    let rate = loaded.recording.samplingRateHertz
    let isBeat = lane.content == .medianBeat
    let peaks = isBeat ? [BeatPaper.secondsToPeak] : display.rPeaks.map { Double($0) / rate }
    guard let source = isBeat ? display.medianBeats?.recording : loaded else { return [] }
    for peak in peaks {
      let (start, end) = (peak + Self.window.lowerBound, peak + Self.window.upperBound)
      guard start >= lane.startSeconds, end < lane.endSeconds, end < source.recording.durationSeconds,
        let real = waves(of: lead, in: source, from: start, to: end),
        let drawn = waves(of: lane, on: grid, paper.plot, from: start, to: end)
      else { continue }
      return [(drawn, real)]
    }
    return []
  }

  @Test(arguments: [LeadLayout.limb, .threeByFour, nil])
  func rAndSAreReadBackFromTheDots(layout: LeadLayout?) throws {
    let recordings = try Self.prepared.get()
    guard !recordings.isEmpty else { return }
    for size in [(80, 24), (120, 40), (200, 50), (250, 70)].map({ Size(columns: $0.0, rows: $0.1) }) {
      let tally = try read(recordings, layout, size)
      print(
        "legibility \(layout?.description ?? "as it was"), \(size): median error "
          + String(format: "%.3f mV, sign right in %.1f %% of %d", tally.medianError, 100 * tally.signShare, tally.signs.of))
      guard layout != nil else { continue }
      guard layout == .limb, size.columns >= 120 else {
        // At 80x24 a column of dots of 3x4 is 83 ms.
        #expect(tally.medianError <= 0.06 && tally.signShare >= (size.columns < 100 ? 0.8 : 0.95))
        continue
      }
      #expect(tally.medianError <= 0.03 && tally.signShare >= 0.97)
    }
  }
}
