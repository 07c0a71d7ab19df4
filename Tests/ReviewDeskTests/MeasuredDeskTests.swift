import ECG
import ECGPaper
import ECGSignal
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// What was measured on the paper and in the list: letters of beats, brackets of waves, calipers that snap, columns that sort.
@Suite struct MeasuredDeskTests {
  private let size = Size(columns: 200, rows: 50)

  /// A sample recording in which some beat is of another kind than most.
  private static let mixed: String? = (1...32).map { ($0 < 10 ? "heart0" : "heart") + "\($0)" }.first { name in
    guard let measurements = try? Measurements(of: DeskFixture.recording(name)) else { return false }
    return measurements.beats.contains { $0.kind == .ventricular } && measurements.usualShape?.kind == .normal
  }

  /// The cells of the paper that show a scalar in an ink.
  private func count(_ scalar: Unicode.Scalar, _ ink: Ink, _ state: DeskState) -> Int {
    let plot = ViewGeometry(state).paper.plot
    let grid = Screen.render(state)
    return (plot.row..<plot.endRow).reduce(0) { sum, row in
      sum
        + (plot.column..<plot.endColumn).count {
          grid[column: $0, row: row].scalar == scalar && grid[column: $0, row: row].style.ink == ink
        }
    }
  }

  @Test func beatsAreNamedByTheirKind() throws {
    let name = try #require(Self.mixed)
    let measurements = try Measurements(of: DeskFixture.recording(name))
    for layout in [LeadLayout.limb, .threeByFour, .rhythm, .sixByTwo] {
      var state = try DeskFixture.reviewing(size, recording: name)
      state.paper.layout = layout
      #expect(count("V", .caution, state) >= 1, "\(layout)")
      #expect(count("N", .faint, state) >= measurements.beats.count { $0.kind == .normal } / 2, "\(layout)")
      _ = press(.toggleMeasurements, &state)
      #expect(count("V", .caution, state) == 0 && count("N", .faint, state) == 0)
      var blind = try DeskFixture.reviewing(size, blinding: .measurements, recording: name)
      blind.paper.layout = layout
      #expect(count("V", .caution, blind) == 0 && count("N", .faint, blind) == 0)
    }
  }

  @Test func boundariesAreBracketsOnTheMedianBeats() throws {
    for layout in [LeadLayout.limb, .medianBeats, .conduction] {
      var state = try DeskFixture.reviewing(size)
      state.paper.layout = layout
      #expect(count("[", .key, state) >= 8 && count("]", .key, state) >= 8, "\(layout)")
      var blind = try DeskFixture.reviewing(size, blinding: .measurements)
      blind.paper.layout = layout
      #expect(count("[", .key, blind) == 0 && count("]", .key, blind) == 0)
    }
  }

  @Test func calipersSnapToBoundaries() throws {
    let shape = try #require(Measurements(of: DeskFixture.recording()).usualShape)
    let qrs = try #require(shape.waves.qrs)
    func seconds(_ sample: Int) -> Double { BeatPaper.secondsToPeak + Double(sample - shape.rPeak) / shape.median.samplingRateHertz }
    for sample in [qrs.onset, qrs.offset] {
      for blinding in [Visible(), .measurements] {
        var state = try DeskFixture.reviewing(size, blinding: blinding)
        state.paper.layout = .medianBeats
        _ = press(.calipers, &state)
        state.calipers?.seconds[1] = seconds(sample) + (sample < shape.rPeak ? -0.01 : 0.01)
        _ = press(.snapToBeat, &state)
        let expected = blinding.isEmpty ? seconds(sample) : BeatPaper.secondsToPeak
        #expect(abs(try #require(state.calipers).seconds[1] - expected) < 1e-9)
      }
    }
  }

  @Test func aKeyGoesToTheNextBeatOfAnotherKind() throws {
    let name = try #require(Self.mixed)
    let beats = try Measurements(of: DeskFixture.recording(name)).beats
    var state = try DeskFixture.reviewing(size, recording: name)
    var visited: [Int] = []
    while press(.nextOtherBeat, &state) != [.beep], let beat = state.chosenBeat { visited.append(beat) }
    #expect(visited == beats.indices.filter { beats[$0].kind != .normal })
    #expect(text(state).contains("no beat of another kind behind this place"))
    _ = press(.previousOtherBeat, &state)
    if visited.count > 1 { #expect(state.chosenBeat == visited[visited.count - 2]) }
    var blind = try DeskFixture.reviewing(size, blinding: .measurements, recording: name)
    #expect(press(.nextOtherBeat, &blind) == [.beep] && blind.chosenBeat == nil)
  }

  @Test func theListShowsAndSortsByWhatWasMeasured() throws {
    var state = try DeskFixture.reviewing(size)
    let figures = [(70.0, -45.0, 96.0, "good"), (52, 12, 130, "poor"), (110, -61, 88, "fair")]
    for (index, entry) in figures.enumerated() {
      state.cases[index].figures = RecordingFigures(
        heartRate: entry.0, qrsMilliseconds: entry.2, qrsAxisDegrees: entry.1, quality: entry.3)
    }
    let orders: [(ListSettings.Order, [Int])] = [(.rate, [1, 0, 2]), (.axis, [2, 0, 1]), (.qrs, [2, 0, 1]), (.quality, [1, 2, 0])]
    for (order, expected) in orders {
      state.list.order = order
      state.overlay = .list(selected: 0)
      let rows = listRows(state)
      #expect(rows.joined().contains("−45°") && rows.joined().contains("130") && rows.joined().contains("poor"))
      #expect(rows.count == 3 && zip(rows, expected).allSatisfy { $0.contains("heart0\($1 + 1)") }, "\(order)")
    }
    var blind = try DeskFixture.reviewing(size, blinding: .measurements)
    blind.cases = state.cases
    blind.overlay = .list(selected: 0)
    #expect(!text(blind).contains("−45°") && !text(blind).contains("axis"))
    _ = press(.sortList, &blind)
    #expect(!text(blind).contains("heart rate") && !text(blind).contains("axis of the QRS"))
  }

  @Test func measuredValuesGoWithTheVerdict() throws {
    for blinding in [Visible(), .measurements] {
      var state = try DeskFixture.reviewing(size, blinding: blinding)
      guard case .save(let order)? = press(.verdictPresent, &state).first else { return #expect(Bool(false), "no verdict") }
      let measurements = try Measurements(of: DeskFixture.recording())
      #expect(order.measured["qrs_axis_deg"] == measurements[.qrsAxis].value && order.measured["heart_rate_bpm"] != nil)
      #expect(order.measured["qrs_axis_low_deg"] == measurements.qrsAxisInterval?.low)
      #expect(order.visible.contains(.measurements) == blinding.isEmpty)
    }
  }

  @Test func theSheetOfTheSelectedRecordStandsBesideTheList() throws {
    var state = try DeskFixture.reviewing(Size(columns: 120, rows: 40))
    #expect(press(.listRecords, &state) == [.preview(caseIndex: 1)])
    #expect(text(state).contains("reading …"))
    #expect(press(.nextRecord, &state) == [.preview(caseIndex: 2)])
    let loaded = LoadedRecording(try DeskFixture.recording("heart03"))
    let display = try #require(DisplayTraces(of: loaded, filter: .none))
    _ = Update.apply(.message(.previewed(caseIndex: 1, .failed("late"))), to: &state)
    _ = Update.apply(.message(.previewed(caseIndex: 2, .ready(loaded, display))), to: &state)
    let screen = text(state)
    #expect(!screen.contains("reading …") && !screen.contains("late") && screen.contains("aVL") && screen.contains("−aVR"))
    _ = press(.cancel, &state)
    var narrow = try DeskFixture.reviewing(Size(columns: 100, rows: 40))
    #expect(press(.listRecords, &narrow) == [])
  }
}
