import ECG
import ECGPaper
import ReviewDesk
import TerminalUI
import Testing

@Suite struct TracePlotterTests {
  /// A recording whose lead I has these samples.
  private func recording(rate: Double, _ samples: [Float]) -> LoadedRecording {
    let rest = [Float](repeating: 0, count: samples.count * 11)
    var loaded = LoadedRecording(Recording(name: "r", samplingRateHertz: rate, millivolts: samples + rest))
    loaded.buildPyramids()
    return loaded
  }

  private func draw(_ loaded: LoadedRecording, _ scale: PaperScale, columns: Int, rows: Int) -> (BrailleCanvas, TracePlotter.Clipping, Lane)
  {
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    let lane = Lane(lead: .i, columns: 0..<columns, dotRows: 0..<rows * 4, startSeconds: 0)
    let clipping = TracePlotter(recording: loaded, scale: scale).draw(lane, on: &canvas, room: 0..<rows * 4)
    return (canvas, clipping, lane)
  }

  private func dots(_ canvas: BrailleCanvas, _ x: Int) -> [Int] { (0..<canvas.height).filter { canvas.hasDot(x: x, y: $0) } }

  @Test func aLevelLiesOnItsRowAtEveryScale() {
    for gain in PaperScale.gains {
      for dotsPerMillimetre in [1.0, 2] {
        let scale = PaperScale(speedMillimetresPerSecond: 25, gainMillimetresPerMillivolt: gain, dotsPerMillimetre: dotsPerMillimetre)
        for level: Float in [0, 0.5, -0.25, 1] {
          let (canvas, clipping, lane) = draw(recording(rate: 500, Array(repeating: level, count: 500)), scale, columns: 10, rows: 60)
          let expected = lane.baselineDot - Int((Double(level) * gain * dotsPerMillimetre).rounded())
          #expect(dots(canvas, 5) == [expected])
          #expect(clipping == TracePlotter.Clipping())
        }
      }
    }
  }

  @Test func aStepStandsInItsColumnAndIsJoined() {
    // 0.4 s at 0 mV, then 1 mV: 25 mm/s and 1 dot a millimetre put the step at dot 10.
    let samples = [Float](repeating: 0, count: 200) + [Float](repeating: 1, count: 300)
    let (canvas, _, lane) = draw(recording(rate: 500, samples), .standard, columns: 10, rows: 10)
    #expect(dots(canvas, 8) == [lane.baselineDot])
    #expect(dots(canvas, 9) == Array(lane.baselineDot - 10...lane.baselineDot))
    #expect(dots(canvas, 10) == [lane.baselineDot - 10])
  }

  @Test func aSpikeOfOneSampleInHalfAnHourIsSeen() {
    var samples = [Float](repeating: 0, count: 1_800_000)
    samples[1_234_567] = 1.5
    let scale = PaperScale(speedMillimetresPerSecond: 0.05, gainMillimetresPerMillivolt: 10, dotsPerMillimetre: 1)
    let (canvas, _, lane) = draw(recording(rate: 1000, samples), scale, columns: 50, rows: 10)
    let spikes = (0..<canvas.width).filter { canvas.hasDot(x: $0, y: lane.baselineDot - 15) }
    #expect(spikes == [Int(1234.567 * 0.05)])
  }

  @Test func columnsOfDotsAlwaysJoin() {
    let samples = (0..<2000).map { (index: Int) -> Float in Float(index * 7919 % 200) / 100 - 1 }
    for rate in [100.0, 257, 1000] {
      let (canvas, _, _) = draw(recording(rate: rate, samples), .standard, columns: 20, rows: 12)
      for x in 1..<canvas.width where Double(x + 1) / 25 < 2000 / rate - 0.1 {
        let (left, right) = (dots(canvas, x - 1), dots(canvas, x))
        #expect(!left.isEmpty && !right.isEmpty)
        #expect((left.first ?? 0) <= (right.last ?? 0) + 1 && (right.first ?? 0) <= (left.last ?? 0) + 1, "at \(x), \(rate) Hz")
      }
    }
  }

  @Test func missingSamplesLeaveAGapAndClippingIsTold() {
    var samples = [Float](repeating: 0, count: 500)
    for index in 100..<300 { samples[index] = .nan }
    for index in 400..<500 { samples[index] = 50 }
    let (canvas, clipping, _) = draw(recording(rate: 500, samples), .standard, columns: 12, rows: 8)
    #expect(dots(canvas, 10).isEmpty)
    #expect(!dots(canvas, 2).isEmpty && !dots(canvas, 17).isEmpty)
    #expect(clipping.above == [9, 10, 11])
    #expect(clipping.below.isEmpty)
  }

  @Test func theSheetShowsConsecutiveStretchesAndItsStripTheSameTime() {
    let lanes = LeadLayout.threeByFour.lanes(in: Size(columns: 160, rows: 44), durationSeconds: 10, scale: .standard)
    #expect(lanes.count == 13)
    #expect(lanes.map(\.lead).prefix(4) == [.i, .aVR, .v1, .v4])
    #expect(lanes.prefix(4).map(\.startSeconds) == [0, 2.5, 5, 7.5])
    #expect(lanes.prefix(4).allSatisfy { (2.5..<2.6).contains($0.endSeconds - $0.startSeconds) })
    #expect(lanes.last?.lead == .ii && lanes.last?.startSeconds == 0 && lanes.last?.endSeconds == 10)
    let narrow = LeadLayout.threeByFour.lanes(in: Size(columns: 80, rows: 24), durationSeconds: 10, scale: .standard)
    for (left, right) in zip(narrow.prefix(4), narrow.prefix(4).dropFirst()) {
      #expect(abs(left.endSeconds - right.startSeconds) < 1e-9, "one column goes on where the other ends")
    }
    #expect(abs((narrow.last?.endSeconds ?? 0) - narrow[3].endSeconds) < 0.09, "to a cell")
  }
}
