import ECG
import ECGPaper
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// What the sheet promises at every size: time, scale, gain, and marks that keep away from names.
@Suite struct SheetTests {
  private static let sizes = [(80, 24), (120, 40), (160, 45), (200, 50), (250, 70)].map { Size(columns: $0.0, rows: $0.1) }
  private static let steps = [1, 1.6, 2, 2.5, 3, 4]

  /// A desk with panels beside the traces, and one whose study hides what they are for.
  private func desks(_ size: Size, _ layout: LeadLayout, recording: String = "heart02") throws -> [DeskState] {
    try [Visible(), [.labels, .model, .measurements]].map { blinding in
      var state = try DeskFixture.reviewing(size, blinding: blinding, recording: recording)
      state.paper.layout = layout
      return state
    }
  }

  @Test func columnsShowConsecutiveTimeOverAStripOfTheSameTenSeconds() throws {
    for state in try Self.sizes.flatMap({ try desks($0, .threeByFour) }) {
      let paper = ViewGeometry(state).paper
      let sheet = paper.lanes.filter { $0.row < 3 }
      for (index, lane) in sheet.enumerated() {
        #expect(abs(lane.startSeconds - 2.5 * Double(index % 4)) < 0.01, "\(state.size)")
        #expect(abs(lane.endSeconds - lane.startSeconds - 2.5) < 0.1, "\(state.size)")
      }
      let strip = try #require(paper.lanes.last)
      #expect(sheet.count == 12 && strip.scale.dotsPerMillimetre == sheet[0].scale.dotsPerMillimetre)
      #expect(strip.startSeconds == 0 && abs(strip.endSeconds - 10) < 0.2)
      #expect(text(state).contains("0.0–10.0 s of 10.0 s") || state.size.columns < 120)
    }
  }

  @Test(arguments: [LeadLayout.limb, .rhythm, .conduction, .twelveByOne])
  func stripsShowTenSeconds(layout: LeadLayout) throws {
    for state in try Self.sizes.flatMap({ try desks($0, layout) }) {
      let strips = ViewGeometry(state).paper.lanes.filter { $0.content == .recording }
      #expect(
        !strips.isEmpty && strips.allSatisfy { $0.startSeconds == 0 && $0.endSeconds >= 9.95 && $0.endSeconds < 10.2 }, "\(state.size)")
    }
  }

  @Test func aMillimetreHasAsManyDotsAsTheListHasAndTheStatusLineSaysHowMany() throws {
    for layout in [LeadLayout.limb, .threeByFour, .rhythm, .conduction, .sixByTwo, .twelveByOne, .single(.ii)] {
      for state in try Self.sizes.flatMap({ try desks($0, layout) }) {
        let scale = ViewGeometry(state).paper.scale
        let (across, down) = (scale.dotsPerMillimetre, scale.dotsPerMillimetreDown)
        #expect(Self.steps.contains(down) && (Self.steps.contains(across) || across < 1), "\(layout) at \(state.size)")
        #expect(down <= 2 * max(1, across) && across <= 2 * down)
        guard state.size.columns >= 120 else { continue }
        #expect(
          text(state).contains(
            across == down ? "1 mm = \(across == 1 ? "1 dot " : "")" : "×\(down == 1 ? "1" : "\(down)".replacing(".0", with: "")) dots"))
      }
    }
  }

  @Test func aLargerScreenDrawsLarger() throws {
    for layout in [LeadLayout.threeByFour, .rhythm] {
      let heights = try [(120, 40), (200, 50), (250, 70)].map { columns, rows in
        let state = try desks(Size(columns: columns, rows: rows), layout)[1]
        return ViewGeometry(state).paper.scale.dotsPerMillivolt
      }
      #expect(heights == heights.sorted() && Set(heights).count == 3, "\(layout): \(heights)")
    }
  }

  /// R waves of 2 mV in the uppermost row have room beneath: the row's 0 mV goes down before the gain does.
  @Test func aTallLeadInTheUppermostRowKeepsItsGain() {
    var samples = [Float](repeating: 0, count: 12 * 5000)
    for beat in stride(from: 300, to: 4800, by: 400) { samples[Lead.v4.rawValue * 5000 + beat] = 2.2 }
    let traces = PaperTraces(
      recording: LoadedRecording(Recording(name: "tall", samplingRateHertz: 500, millivolts: samples)), medianBeats: nil)
    func paper(_ rows: Int) -> BraillePaper {
      BraillePaper(
        .threeByFour, PaperSettings(), traces, in: Rect(Size(columns: 120, rows: rows)), durationSeconds: 10,
        labelColumns: { $0.name.count })
    }
    let roomy = paper(36)
    #expect(roomy.drawing.reducedFrom == nil && roomy.lanes.allSatisfy { $0.scale.gainMillimetresPerMillivolt == 10 })
    #expect(Set(roomy.lanes.filter { $0.row == 0 }.map(\.baselineDot)).count == 1, "one row, one level")
    #expect(paper(20).drawing.reducedFrom == 10, "where there is no room at all the gain is reduced")
  }

  @Test func marksKeepAwayFromNames() throws {
    for name in ["heart02", "heart05", "heart11", "heart17", "heart25", "heart30"] {
      for layout in [LeadLayout.limb, .medianBeats, .conduction, .rhythm, .sixByTwo] {
        for size in Self.sizes {
          let state = try desks(size, layout, recording: name)[0]
          let (paper, grid) = (ViewGeometry(state).paper, Screen.render(state))
          for lane in paper.lanes where lane.content == .medianBeat {
            let row = paper.plot.row + lane.nameRow
            let cells = lane.columns.map { grid[column: paper.plot.column + $0, row: row] }
            #expect(!cells.contains { $0.style.ink == .key }, "\(name) \(layout) \(size): a bracket beside \(lane.name)")
          }
          for row in 1..<grid.rows {
            for column in 1..<grid.columns where grid[column: column - 1, row: row].style.ink == .title {
              let next = grid[column: column, row: row]
              #expect(next.scalar != "N" || next.style.ink != .faint, "\(name) \(layout) \(size): a letter beside a name")
            }
          }
        }
      }
    }
  }

  // MARK: The list

  @Test func columnsWithoutRoomAreToldOfTheRecordSelected() throws {
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)] {
      var state = try DeskFixture.reviewing(size)
      state.cases[1].figures = RecordingFigures(heartRate: 74, qrsMilliseconds: 131, qrsAxisDegrees: -45, quality: "poor")
      state.cases[1].note = "axis from the median beats"
      _ = press(.listRecords, &state)
      let screen = text(state)
      #expect(screen.contains("quality poor") && screen.contains("note axis from"), "\(size)")
      state.list.order = .quality
      let ordered = text(state)
      #expect(ordered.contains("quality▼") && !ordered.contains("quality poor"), "the column in whose order the list is stands in it")
    }
    var wide = try DeskFixture.reviewing(Size(columns: 200, rows: 50))
    wide.cases[1].figures = RecordingFigures(heartRate: 74, qrsMilliseconds: 131, qrsAxisDegrees: -45, quality: "poor")
    _ = press(.listRecords, &wide)
    for heading in ["flag", "verdict", "label", "model", "±thr", "rate", "axis", "QRS", "quality", "age", "differ"] {
      #expect(text(wide).contains(heading))
    }
  }
}
