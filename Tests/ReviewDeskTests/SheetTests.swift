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

  @Test(arguments: [LeadLayout.limb, .threeByFour, .rhythm, .conduction])
  func measuringOnASmallScreenChangesNeitherPaperNorGain(layout: LeadLayout) throws {
    for size in [(80, 24), (100, 30), (109, 35)].map({ Size(columns: $0.0, rows: $0.1) }) {
      for var state in try desks(size, layout) {
        let before = ViewGeometry(state).paper.lanes
        _ = press(.calipers, &state)
        #expect(ViewGeometry(state).paper.lanes == before, "\(size)")
        #expect(text(state).contains("calipers "), "\(size)")
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

  private static let records = ["heart02", "heart05", "heart08", "heart11", "heart17", "heart23", "heart25", "heart30"]

  /// From 100 columns on the axis is drawn with the limb leads' beats, whatever else the panels say, and told in words where there are fewer.
  @Test func theAxisIsDrawnBesideTheLimbLeads() throws {
    let narrow = [(100, 24), (100, 30), (109, 35), (110, 30), (120, 24)].map { Size(columns: $0.0, rows: $0.1) }
    for size in Self.sizes + narrow {
      for name in Self.records {
        let (shown, hidden) = (try desks(size, .limb, recording: name)[0], try desks(size, .limb, recording: name)[1])
        #expect(text(shown).contains("aVL −30°") == (size.columns >= 100), "\(name) \(size)")
        #expect(text(shown).contains("QTcF") && text(shown).contains(#/axis +−?[0-9]+°/#), "\(name) \(size)")
        #expect(!text(hidden).contains("−30°"), "\(name) \(size)")
      }
    }
    var asked = try desks(Size(columns: 120, rows: 40), .limb)[0]
    asked.display = nil
    #expect(!text(asked).contains("aVL −30°"), "nothing is drawn before it is measured")
  }

  /// A strip that is narrower than the beats above it lies in their middle, with its name, its mark and its time axis.
  @Test func aStripNarrowerThanTheBeatsLiesInTheirMiddle() throws {
    var shifted = 0
    for (layout, size) in [LeadLayout.limb, .rhythm, .conduction].flatMap({ layout in Self.sizes.map { (layout, $0) } }) {
      for state in try desks(size, layout) {
        let (paper, lines) = (
          ViewGeometry(state).paper, text(state).split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        )
        let right = paper.lanes.map(\.columns.upperBound).max() ?? 0
        for lane in paper.lanes where lane.content == .recording {
          let rest = (before: lane.columns.lowerBound, after: right - lane.columns.upperBound)
          #expect(abs(rest.before - rest.after) <= 1, "\(layout) \(size)")
          let (row, column) = (paper.plot.row + lane.nameRow, paper.gutter.column + rest.before)
          #expect(String(lines[row][column..<column + lane.name.count]) == lane.name, "\(layout) \(size)")
          #expect(lines[paper.plot.row + lane.axisRow][column + 2] == "s", "\(layout) \(size)")
          shifted += rest.before > 5 ? 1 : 0
        }
      }
    }
    #expect(shifted > 4)
  }

  /// Boxes of a median beat are those of paper in time and voltage, and the status line says what they are.
  @Test func boxesOfBeatsAreAFifthOfASecondAndHalfAMillivolt() throws {
    for (layout, words) in [(LeadLayout.limb, "grid 5 mm, beats 0.2 s × 0.5 mV"), (.medianBeats, "grid 0.2 s × 0.5 mV")] {
      var state = try desks(Size(columns: 200, rows: 50), layout)[0]
      press(.toggleGrid, &state)
      #expect(text(state).contains(words), "\(layout)")
      let (paper, grid) = (ViewGeometry(state).paper, Screen.render(state))
      let lane = try #require(paper.lanes.first)
      let row = paper.plot.row + lane.dotRows.lowerBound / 4 + 1
      let shades = lane.columns.map { grid[column: paper.plot.column + $0, row: row].style.ground == .shaded }
      let edges = shades.indices.dropFirst().filter { shades[$0] != shades[$0 - 1] }
      let box = 0.2 * lane.scale.dotsPerSecond / 2
      #expect(edges.count >= 3 && zip(edges, edges.dropFirst()).allSatisfy { abs(Double($1 - $0) - box) <= 1 }, "\(layout): \(edges)")
    }
  }

  /// Brackets stand in pairs, and no trace runs between the two of a pair.
  @Test func bracketsLieApartFromTraces() throws {
    var pairs = 0
    for name in Self.records {
      for (layout, size) in [LeadLayout.limb, .medianBeats, .conduction, .rhythm].flatMap({ layout in Self.sizes.map { (layout, $0) } }) {
        let state = try desks(size, layout, recording: name)[0]
        let (paper, grid) = (ViewGeometry(state).paper, Screen.render(state))
        for row in paper.plot.row..<paper.plot.endRow {
          var isOpen = false
          for column in paper.plot.column..<paper.plot.endColumn {
            let cell = grid[column: column, row: row]
            if isOpen { #expect(cell.scalar.braillePattern == nil, "\(name) \(layout) \(size)") }
            guard cell.style.ink == .key, ["[", "]"].contains(cell.scalar) else { continue }
            #expect(isOpen == (cell.scalar == "]"), "\(name) \(layout) \(size)")
            isOpen = cell.scalar == "["
            pairs += isOpen ? 0 : 1
          }
          #expect(!isOpen)
        }
      }
    }
    #expect(pairs > 3000)
  }

  /// A strip that is high enough for its waves keeps them to itself, below the time axis above it.
  @Test func aStripThatHoldsItsWavesLeavesTheAxisAboveItAlone() throws {
    var strips = 0
    for name in Self.records {
      let loaded = LoadedRecording(try DeskFixture.recording(name))
      for (layout, size) in [LeadLayout.limb, .conduction].flatMap({ layout in Self.sizes.map { (layout, $0) } }) {
        let state = try desks(size, layout, recording: name)[0]
        let (paper, grid) = (ViewGeometry(state).paper, Screen.render(state))
        let strip = try #require(paper.lanes.last)
        let extremes = try #require(loaded.extremes(of: strip.lead, in: 0..<loaded.recording.sampleCount))
        let reach = Double(max(0, extremes.maximum) + max(0, -extremes.minimum)) * strip.scale.dotsPerMillivolt
        let above = paper.plot.row + strip.dotRows.lowerBound / 4 - 1
        let isClear = (paper.plot.column..<paper.plot.endColumn).allSatisfy { grid[column: $0, row: above].scalar.braillePattern == nil }
        guard reach + 3 <= Double(strip.dotRows.count) else { continue }
        strips += 1
        #expect(isClear, "\(name) \(layout) \(size)")
      }
    }
    #expect(strips > 40)
  }

  /// Whoever folds the figures away sees none, under the beats neither.
  @Test func figuresThatAreFoldedAwayAreNotUnderTheBeats() throws {
    for size in Self.sizes {
      var state = try desks(size, .limb)[0]
      #expect(text(state).contains(#/R \.[0-9]{2} +S /#))
      press(.toggleMeasurements, &state)
      #expect(!text(state).contains(#/R \.[0-9]{2} +S /#) && !state.visible.contains(.measurements))
    }
  }

  /// Each row of beats has the largest gain that it holds, and the status line says every one of them.
  @Test func theGainsOfAllRowsOfBeatsAreSaid() throws {
    var counts = Set<Int>()
    for (name, size) in Self.records.flatMap({ name in Self.sizes.dropFirst().map { (name, $0) } }) {
      let state = try desks(size, .limb, recording: name)[0]
      let rows = ViewGeometry(state).paper.lanes.filter { $0.content == .medianBeat && $0.lead.isLimb }
      let gains = rows.map(\.scale.gainMillimetresPerMillivolt).reduce(into: [Double]()) { if !$0.contains($1) { $0.append($1) } }
      let words = gains.map { $0 == 2.5 ? "2.5" : "\(Int($0))" }.joined(separator: " and ")
      #expect(text(state).contains("beats \(words) mm/mV"), "\(name) \(size): \(gains)")
      counts.insert(gains.count)
    }
    #expect(counts == [1, 2])
  }

  /// A key of a panel that the study hides says so, and changes nothing.
  @Test func thePanelsThatAStudyHidesSayWhyTheirKeysDoNothing() throws {
    for (action, name) in [(Action.togglePredictions, "predictions"), (.toggleHeatmap, "heatmap"), (.toggleMeasurements, "measurements")] {
      var state = try desks(Size(columns: 120, rows: 40), .limb)[1]
      let before = state.hiddenPanels
      press(action, &state)
      #expect(text(state).contains("the panel '\(name)' is hidden by this study") && state.hiddenPanels == before)
    }
  }

  // MARK: The list

  @Test func whoeverSettlesSeesInTheListWhatTheReadersSaid() throws {
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 50)] {
      var state = try DeskFixture.reviewing(size)
      let context = try #require(state.study)
      state.study = StudyContext(study: context.study, diagnosis: context.diagnosis, reviewer: "HG", isAdjudicating: true)
      state.cases[0].readers = [.init(reader: "SW", verdict: .absent), .init(reader: "KL", verdict: .unsure)]
      press(.listRecords, &state)
      #expect(listRows(state)[0].contains("SW: no LAD, KL: unsure"), "\(size)")
      #expect(text(state).contains("[esc] closes"), "\(size)")
    }
  }

  @Test func afterAVerdictIsTakenBackWhatTheReadersSaidIsThereAgain() throws {
    var state = try DeskFixture.reviewing(Size(columns: 80, rows: 24))
    let context = try #require(state.study)
    state.study = StudyContext(study: context.study, diagnosis: context.diagnosis, reviewer: "HG", isAdjudicating: true)
    state.cases[1].readers = [.init(reader: "SW", verdict: .absent), .init(reader: "KL", verdict: .unsure)]
    state.cases[1].verdict = .present
    press(.undo, &state)
    _ = Update.apply(.message(.undone(caseIndex: 1, takenBack: .present, standing: nil)), to: &state)
    #expect(text(state).contains("SW: no LAD, KL: unsure — yours settles it   (taken back: LAD on heart02"))
  }

  @Test func theFooterOfAFilterNamesTheWordsThatMeanSomethingHere() throws {
    var open = try DeskFixture.reviewing(Size(columns: 200, rows: 50))
    press(.search, &open)
    #expect(text(open).contains("words: unjudged judged unsure flagged noted disagree verdict: label: model:"))
    var blind = try DeskFixture.reviewing(Size(columns: 80, rows: 24), blinding: [.labels, .model])
    press(.search, &blind)
    #expect(text(blind).contains("words: unjudged judged unsure flagged noted verdict: ") && !text(blind).contains("label:"))
  }

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
