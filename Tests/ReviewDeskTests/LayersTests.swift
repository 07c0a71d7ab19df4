import ECG
import ECGPaper
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// What annotators marked, over the traces: letters, lines, boundaries and bands of each layer, put on and off, hidden where labels are.
@Suite struct LayersTests {
  private static let size = Size(columns: 200, rows: 50)

  /// A layer of the sample recording: three beats, a boundary on either side of the first, an episode, a comment on lead V2.
  private static func layer(_ name: String = "atr", shiftedBy shift: Int = 0) -> AnnotationLayer {
    let code = { (symbol: String) in AnnotationCode(symbol: symbol) ?? .normal }
    return AnnotationLayer(
      name: name,
      [
        Annotation(sample: 100 + shift, code: .rhythm, aux: "(AFIB"), Annotation(sample: 380 + shift, code: .waveOnset),
        Annotation(sample: 400 + shift, code: code("a")), Annotation(sample: 430 + shift, code: .waveEnd),
        Annotation(sample: 900 + shift, code: code("j")), Annotation(sample: 1400 + shift, code: code("E")),
        Annotation(sample: 1500 + shift, endSample: 2500, code: .note, channel: 7, aux: "(NOISE"),
        Annotation(sample: 2500, code: .note, channel: 7, aux: "NOISE)"),
        Annotation(sample: 3000 + shift, code: .rhythm, aux: "(N"),
      ], samplingRateHertz: 500, sampleCount: 5000, leadOfSignal: Lead.allCases.map { $0 })
  }

  private static func desk(_ layers: [AnnotationLayer], blinding: Visible = [], problems: [String] = []) throws -> DeskState {
    var state = try DeskFixture.reviewing(size, blinding: blinding)
    state.paper.layout = .threeByFour
    _ = press(.toggleMeasurements, &state)
    _ = Update.apply(.message(.annotated(ticket: state.ticket, layers, problems: problems)), to: &state)
    return state
  }

  /// Places on the paper where a text stands.
  private static func places(of text: String, _ state: DeskState) -> [(column: Int, row: Int)] {
    let plot = ViewGeometry(state).paper.plot
    let grid = Screen.render(state)
    let wanted = Array(text.unicodeScalars)
    return (plot.row..<plot.endRow).flatMap { row in
      (plot.column...plot.endColumn - wanted.count).filter { column in
        wanted.indices.allSatisfy { grid[column: column + $0, row: row].scalar == wanted[$0] }
      }.map { (column: $0, row: row) }
    }
  }

  @Test func beatsHaveALetterOnTheStripAndALineThroughTheLeads() throws {
    let state = try Self.desk([Self.layer()])
    for letter in ["a¹", "j¹", "E¹"] { #expect(Self.places(of: letter, state).count == 1, "\(letter)") }
    let rows = Set(Self.places(of: "┊", state).map(\.row))
    #expect(rows.count > 10, "the line runs through all leads")
    #expect(Self.places(of: "├AFIB¹═", state).count == 1)
    #expect(text(state).contains("annotations ¹atr"))
    let strip = try #require(ViewGeometry(state).paper.lanes.last)
    #expect(try #require(Self.places(of: "a¹", state).first).row >= ViewGeometry(state).paper.plot.row + strip.nameRow)
  }

  @Test func whatBelongsToOneLeadIsDrawnOnThatLeadAlone() throws {
    let state = try Self.desk([Self.layer()])
    let lane = try #require(ViewGeometry(state).paper.lanes.first { $0.lead == .v2 })
    let plot = ViewGeometry(state).paper.plot
    let bands = Self.places(of: "NOISE¹", state)
    #expect(bands.count == 0 || bands.allSatisfy { lane.columns.contains($0.column - plot.column) })
    var single = state
    single.paper.layout = .single(.v2)
    #expect(Self.places(of: "═", single).count > 5)
    single.paper.layout = .single(.ii)
    #expect(Self.places(of: "NOI", single).isEmpty)
  }

  @Test func boundariesAreParenthesesUnderTheBeat() throws {
    var state = try Self.desk([Self.layer()])
    state.paper.layout = .single(.ii)
    #expect(Self.places(of: "(", state).count == 1 && Self.places(of: ")", state).count == 1)
  }

  @Test func layersAreToldApartByPlaceAndSign() throws {
    let state = try Self.desk([Self.layer(), Self.layer("qrs", shiftedBy: 150)])
    let first = try #require(Self.places(of: "E¹", state).first)
    let second = try #require(Self.places(of: "E²", state).first)
    #expect(first.row != second.row && first.column < second.column)
    #expect(text(state).contains("annotations ¹atr ²qrs"))
  }

  @Test func theMenuPutsEachLayerOnAndOff() throws {
    var state = try Self.desk([Self.layer(), Self.layer("qrs", shiftedBy: 150)], problems: ["r.xyz: no annotations"])
    _ = press(.layers, &state)
    #expect(text(state).contains("¹ atr") && text(state).contains("² qrs") && text(state).contains("r.xyz: no annotations"))
    _ = press(.nextRecord, &state)
    _ = press(.confirm, &state)
    #expect(text(state).contains("off  ¹ atr"))
    _ = press(.cancel, &state)
    #expect(Self.places(of: "E¹", state).isEmpty)
    // The other keeps its place and sign.
    #expect(Self.places(of: "E²", state).count == 1)
    _ = press(.allLayers, &state)
    #expect(Self.places(of: "E²", state).isEmpty)
    _ = press(.allLayers, &state)
    #expect(Self.places(of: "E¹", state).count == 1 && Self.places(of: "E²", state).count == 1)
    // What is off stays off on the next record.
    _ = press(.allLayers, &state)
    try DeskFixture.show(2, recording: "heart02", in: &state)
    #expect(!text(state).contains("annotations ¹"))
    _ = Update.apply(.message(.annotated(ticket: state.ticket, [Self.layer()], problems: [])), to: &state)
    #expect(Self.places(of: "E¹", state).isEmpty)
  }

  @Test func theMeasuredLayerIsOneOfThem() throws {
    var state = try DeskFixture.reviewing(Self.size)
    state.paper.layout = .threeByFour
    let before = Self.places(of: "N", state).count
    #expect(before > 3)
    _ = press(.layers, &state)
    _ = press(.confirm, &state)
    _ = press(.cancel, &state)
    #expect(Self.places(of: "N", state).count < before - 3)
    #expect(text(state).contains("QRS"), "the figures stay")
  }

  @Test func whereLabelsAreHiddenFilesAreToo() throws {
    var state = try Self.desk([Self.layer()], blinding: .labels, problems: ["no annotations"])
    #expect(Self.places(of: "E¹", state).isEmpty && !text(state).contains("atr") && !state.visible.contains(.labels))
    _ = press(.layers, &state)
    #expect(!text(state).contains("atr") && !text(state).contains("no annotations") && text(state).contains("measured"))
    _ = press(.cancel, &state)
    #expect(press(.allLayers, &state) == [.beep])
    var blind = try Self.desk([], blinding: [.labels, .measurements])
    _ = press(.layers, &blind)
    #expect(!text(blind).contains("measured"))
    var open = try Self.desk([Self.layer()])
    _ = press(.toggleFacts, &open)
    #expect(open.visible.contains(.labels), "annotations on the screen are stored with the verdict as labels")
    _ = press(.allLayers, &open)
    #expect(!open.visible.contains(.labels))
  }

  @Test func lateAnswersForAnotherRecordAreDropped() throws {
    var state = try Self.desk([])
    _ = Update.apply(.message(.annotated(ticket: state.ticket - 1, [Self.layer()], problems: [])), to: &state)
    #expect(Self.places(of: "E¹", state).isEmpty)
  }

  @Test func manyBeatsAtOnceLeaveRoomForTheUnusualOnes() throws {
    let beats = (0..<2000).map { Annotation(sample: $0 * 2, code: $0 == 1000 ? AnnotationCode(rawValue: 5) : .normal) }
    let layer = AnnotationLayer(name: "atr", beats, samplingRateHertz: 500, sampleCount: 5000)
    let marks = layer.marks(in: 0...10, at: LayerPlace(1))
    #expect(marks == [PaperMark(.letter("V", LayerPlace(1), hasLine: false), at: 4)])
  }

  @Test func textsOfFilesReachNoCellAsTheyAre() throws {
    let layer = AnnotationLayer(
      name: "atr",
      [
        Annotation(sample: 100, endSample: 2500, code: .note, aux: "(A\u{1B}[2J\u{202E}漢"),
        Annotation(sample: 3000, code: .note, aux: "b\u{7}\u{9B}c\n"),
      ], samplingRateHertz: 500, sampleCount: 5000)
    #expect(layer.bands.map(\.name) == ["A\u{FFFD}[2J\u{FFFD}\u{FFFD}"])
    #expect(layer.points.map(\.text) == ["\"b\u{FFFD}\u{FFFD}c\u{FFFD}"])
    let grid = Screen.render(try Self.desk([layer]))
    #expect((0..<50).allSatisfy { row in (0..<200).allSatisfy { grid[column: $0, row: row].scalar.cellWidth != .undefined } })
  }

  @Test func aSheetOfPaperHasTheLayersToo() throws {
    let recording = try DeskFixture.recording()
    let svg = PaperSVG(recording, layout: .threeByFour, paper: PaperSettings(), layers: [Self.layer()]).text()
    for word in [">a¹<", ">E¹<", ">AFIB¹<", "annotations ¹atr"] { #expect(svg.contains(word), "\(word)") }
    #expect(!PaperSVG(recording, layout: .threeByFour, paper: PaperSettings()).text().contains("annotations"))
  }
}
