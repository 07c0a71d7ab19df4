import ECG
import ECGPaper
import ECGSignal
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// A long recording whose beginning is seen while the rest is read, and whose first minutes are measured before all of it.
@Suite struct GlimpseTests {
  /// A study's desk that has the first half of a recording.
  private static func desk() throws -> (state: DeskState, whole: LoadedRecording) {
    var state = try DeskFixture.reviewing(Size(columns: 160, rows: 45))
    let whole = LoadedRecording(try DeskFixture.recording())
    _ = Update.open(2, in: &state)
    let half = Recording(
      name: "half", samplingRateHertz: 500,
      millivolts: Lead.allCases.flatMap { whole.recording[$0].prefix(whole.recording.sampleCount / 2) })
    let effects = Update.apply(
      .message(.glimpsed(ticket: state.ticket, LoadedRecording(half), ofSamples: whole.recording.sampleCount)), to: &state)
    #expect(effects == [.prepareDisplay(.none, ticket: state.ticket)])
    _ = Update.apply(.shown(ticket: state.ticket), to: &state)
    return (state, whole)
  }

  @Test func theBeginningIsShownWithTheLengthOfAllAndNothingIsJudgedOnIt() throws {
    var (state, whole) = try Self.desk()
    #expect(text(state).contains("of 10.0 s"))
    #expect(Update.apply(.action(.verdictPresent), to: &state) == [.beep] && text(state).contains("still being read"))
    _ = Update.apply(.message(.strokes(ticket: state.ticket, [])), to: &state)
    #expect(Update.apply(.action(.annotate), to: &state) == [.beep])
    let effects = Update.apply(.message(.loaded(ticket: state.ticket, whole)), to: &state)
    #expect(effects == [.prepareDisplay(.none, ticket: state.ticket)] && state.recording?.sampleCount == 5000)
    let saved = Update.apply(.action(.verdictPresent), to: &state)
    #expect(saved.contains { if case .save = $0 { true } else { false } })
    // A second time it only brings its pyramids.
    #expect(Update.apply(.message(.loaded(ticket: state.ticket, whole)), to: &state) == [])
  }

  @Test func whatWasMeasuredOfAPartIsSaidToBeSoAndStoredNowhere() throws {
    var (state, whole) = try Self.desk()
    _ = Update.apply(.message(.loaded(ticket: state.ticket, whole)), to: &state)
    _ = Update.apply(.message(.strokes(ticket: state.ticket, [])), to: &state)
    let part = try #require(DisplayTraces(of: whole, filter: .none, measuring: 0..<2500))
    _ = Update.apply(.message(.displayReady(ticket: state.ticket, part)), to: &state)
    #expect(part.rPeaks.allSatisfy { $0 < 2500 } && !part.rPeaks.isEmpty && text(state).contains("so far 0:00:00–0:00:05"))
    #expect(Update.apply(.action(.annotate), to: &state) == [.beep] && text(state).contains("still being looked for"))
    for case .save(let order) in Update.apply(.action(.verdictPresent), to: &state) { #expect(order.measured.isEmpty) }
    let all = try #require(DisplayTraces(of: whole, filter: .none, known: part))
    #expect(all.measuredPart == nil && all.rPeaks.count > part.rPeaks.count)
    _ = Update.apply(.message(.displayReady(ticket: state.ticket, all)), to: &state)
    #expect(!text(state).contains("so far"))
  }

  @Test func aPartIsMeasuredInSamplesOfTheWhole() throws {
    let recording = try DeskFixture.recording()
    let whole = Measurements(of: recording).beats
    let part = RecordFindings(of: recording, in: 1500..<4500).measurements
    #expect(part.sampleCount == recording.sampleCount && part.beats.count >= 3)
    for beat in part.beats {
      let twin = try #require(whole.min { abs($0.rPeak - beat.rPeak) < abs($1.rPeak - beat.rPeak) })
      #expect(abs(twin.rPeak - beat.rPeak) <= 5, "\(beat.rPeak)")
      if let qrs = beat.waves.qrs { #expect(qrs.onset < beat.rPeak && beat.rPeak < qrs.offset) }
    }
    #expect(RecordFindings(of: recording, in: 0..<recording.sampleCount).measurements.beats == whole)
  }
}
