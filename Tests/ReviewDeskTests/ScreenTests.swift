import Agreement
import ECG
import ECGPaper
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import TestSupport
import Testing

/// Whole screens as text files that a person can read in a diff.
///
/// `UPDATE_SCREENS=1 make test` writes them anew; look at them before committing.
@Suite struct ScreenTests {
  private func check(_ state: DeskState, _ name: String, glyphs: GlyphSet = .braille) throws {
    let lines = Screen.render(state).plainText(glyphs: glyphs)
    #expect(lines.count == state.size.rows)
    let text = lines.joined(separator: "\n") + "\n"
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Screens/\(name).txt")
    if ProcessInfo.processInfo.environment["UPDATE_SCREENS"] == "1" { try text.write(to: file, atomically: true, encoding: .utf8) }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(text == expected, "the screen differs from Screens/\(name).txt")
  }

  @Test(arguments: ["80x24", "120x40", "200x50", "250x70"])
  func review(size: String) throws {
    let numbers = size.split(separator: "x").compactMap { Int($0) }
    try check(try DeskFixture.reviewing(Size(columns: numbers[0], rows: numbers[1])), "review-\(size)")
  }

  @Test(arguments: [LeadLayout.twelveByOne, .sixByTwo, .threeByFour, .medianBeats, .single(.v2)])
  func layouts(layout: LeadLayout) throws {
    var state = try DeskFixture.viewing(Size(columns: 120, rows: 40))
    state.paper.layout = layout
    state.paper.ruling = layout == .threeByFour ? .large : .none
    try check(state, "layout-\(layout)")
  }

  @Test(
    arguments: [LeadLayout.limb, .threeByFour, .medianBeats, .rhythm, .conduction],
    [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 50), Size(columns: 250, rows: 70)])
  func viewsOfQuestions(layout: LeadLayout, size: Size) throws {
    var state = try DeskFixture.reviewing(size, blinding: [.labels, .model])
    state.paper.layout = layout
    state.paper.ruling = size.columns == 120 ? .large : .none
    try check(state, "view-\(layout)-\(size)")
  }

  @Test(arguments: [LeadLayout.limb, .threeByFour, .rhythm, .conduction], ColorDepth.allCases)
  func everyViewAtEveryDepth(layout: LeadLayout, depth: ColorDepth) throws {
    var state = try DeskFixture.reviewing(Size(columns: 80, rows: 24), blinding: [.labels, .model])
    state.paper.layout = layout
    state.paper.ruling = .large
    try check(Screen.render(state).ansi(theme: .dark, depth: depth, glyphs: .braille), "view-\(layout)-\(depth)")
  }

  private func check(_ ansi: String, _ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Screens/\(name).ansi")
    if ProcessInfo.processInfo.environment["UPDATE_SCREENS"] == "1" { try ansi.write(to: file, atomically: true, encoding: .utf8) }
    #expect(try ansi == String(contentsOf: file, encoding: .utf8), "the screen differs from Screens/\(name).ansi")
  }

  @Test func theListWithItsSheetTheOrdersAndTheEndOfAStudy() throws {
    var state = try DeskFixture.reviewing(Size(columns: 200, rows: 50))
    for (index, verdict) in [Verdict.absent, .present, .unsure].enumerated() {
      state.cases[index].verdict = verdict
      state.cases[index].seconds = [9, 12, 31][index]
    }
    state.cases[2].isFlagged = true
    _ = press(.listRecords, &state)
    let loaded = LoadedRecording(try DeskFixture.recording())
    let display = try #require(DisplayTraces(of: loaded, filter: .none))
    _ = Update.apply(.message(.previewed(caseIndex: 1, .ready(loaded, display))), to: &state)
    try check(state, "list-200x50")
    state.size = Size(columns: 120, rows: 40)
    try check(state, "list-sheet-120x40")
    _ = press(.sortList, &state)
    try check(state, "orders")
    _ = press(.cancel, &state)
    _ = press(.showProgress, &state)
    try check(state, "progress")
  }

  @Test func cabreraWithAnotherRhythmStripAndCalipers() throws {
    var state = try DeskFixture.viewing(Size(columns: 160, rows: 45))
    state.paper.layout = .threeByFour
    for action in [Action.cabrera, .nextLead, .calipers, .snapToBeat, .swapCarets, .previousBeat, .marchOut] {
      _ = Update.apply(.action(action), to: &state)
    }
    try check(state, "cabrera-calipers")
    state.paper.layout = .medianBeats
    _ = Update.apply(.action(.calipers), to: &state)
    try check(state, "cabrera-beats")
  }

  @Test func blocksInsteadOfBraille() throws {
    try check(try DeskFixture.reviewing(Size(columns: 80, rows: 24)), "review-80x24-block", glyphs: .block)
  }

  @Test func theOtherOverlays() throws {
    var state = try DeskFixture.reviewing(Size(columns: 80, rows: 24))
    _ = Update.apply(.action(.glyphTest), to: &state)
    try check(state, "glyph-test")
    _ = Update.apply(.action(.cancel), to: &state)
    _ = Update.apply(.action(.palette), to: &state)
    for scalar in "cal".unicodeScalars { _ = Update.apply(.key(.character(scalar)), to: &state) }
    try check(state, "palette")
  }

  @Test func panelsThatAreFoldedAwayGiveTheirRoomToTheRest() throws {
    var state = try DeskFixture.reviewing(Size(columns: 120, rows: 40))
    state.cases[1].note = "low voltage in the limb leads; the axis is read from the median beats"
    state.cases[1].isFlagged = true
    state.cases[0].seconds = 12
    try check(state, "panels-note")
    _ = Update.apply(.action(.togglePredictions), to: &state)
    _ = Update.apply(.action(.toggleHeatmap), to: &state)
    try check(state, "panels-without-model")
  }

  @Test func smallBoxesWhereThereIsRoomForThem() throws {
    var state = try DeskFixture.viewing(Size(columns: 120, rows: 40))
    state.paper.isScreenMeasured = true
    state.paper.scale.dotsPerMillimetre = 2
    state.paper.scale.dotsPerMillimetreDown = 2
    state.paper.layout = .single(.v2)
    state.paper.ruling = .small
    try check(state, "grid-small")
  }

  @Test(arguments: ColorDepth.allCases)
  func everyDepthAsTheTerminalGetsIt(depth: ColorDepth) throws {
    try check(
      Screen.render(try DeskFixture.reviewing(Size(columns: 80, rows: 24))).ansi(theme: .dark, depth: depth, glyphs: .braille),
      "depth-\(depth)")
  }

  @Test func wideWithoutUnicode() throws {
    try check(try DeskFixture.reviewing(Size(columns: 120, rows: 40)), "review-120x40-ascii", glyphs: .ascii)
  }

  /// Every theme at every depth draws the same text, and each colour depth its own escapes.
  @Test(arguments: Theme.all.map(\.name), ColorDepth.allCases)
  func everyThemeAtEveryDepthSaysTheSame(name: String, depth: ColorDepth) throws {
    let theme = try #require(Theme.named(name))
    for glyphs in GlyphSet.allCases {
      let frame = Screen.render(try DeskFixture.reviewing(Size(columns: 120, rows: 40)))
      let ansi = frame.ansi(theme: theme, depth: depth, glyphs: glyphs)
      #expect(ansi.replacing(/\u{1B}\[[0-9;]*m/, with: "") == frame.plainText(glyphs: glyphs).joined(separator: "\n") + "\n")
      #expect(ansi.contains("38;2;") == (depth == .trueColor) && ansi.contains("38;5;") == (depth == .indexed256))
    }
  }

  @Test func withoutUnicode() throws {
    try check(try DeskFixture.reviewing(Size(columns: 80, rows: 24)), "review-80x24-ascii", glyphs: .ascii)
  }

  @Test func anAbsentLeadAndALongRecording() throws {
    try check(try DeskFixture.viewing(Size(columns: 120, rows: 40), recording: "heart25"), "absent-lead")
    var long = try DeskFixture.viewing(Size(columns: 120, rows: 40), recording: "heart22")
    _ = Update.apply(.action(.pageRight), to: &long)
    _ = Update.apply(.action(.pageRight), to: &long)
    _ = Update.apply(.action(.pageRight), to: &long)
    try check(long, "long-recording")
  }

  @Test func helpAndList() throws {
    var state = try DeskFixture.reviewing(Size(columns: 120, rows: 40))
    _ = Update.apply(.action(.help), to: &state)
    try check(state, "help")
    _ = Update.apply(.action(.cancel), to: &state)
    _ = Update.apply(.action(.listRecords), to: &state)
    try check(state, "list")
  }

  @Test(arguments: ["80x24", "120x40"])
  func resultsAreFoldedIntoTheScreen(size: String) throws {
    let numbers = size.split(separator: "x").compactMap { Int($0) }
    var state = try DeskFixture.viewing(Size(columns: numbers[0], rows: numbers[1]))
    state.results = try DeskFixture.results()
    state.overlay = .results(selected: 1)
    try check(state, "results-\(size)")
    _ = Update.apply(.action(.pageRight), to: &state)
    try check(state, "results-\(size)-page", glyphs: .ascii)
  }

  @Test func narrowListInASCIIAndALineBeingTyped() throws {
    var state = try DeskFixture.reviewing(Size(columns: 80, rows: 24))
    _ = Update.apply(.action(.listRecords), to: &state)
    _ = Update.apply(.action(.nextRecord), to: &state)
    try check(state, "list-80x24-ascii", glyphs: .ascii)
    _ = Update.apply(.action(.cancel), to: &state)
    _ = Update.apply(.action(.note), to: &state)
    for scalar in "axis from the median beats".unicodeScalars { _ = Update.apply(.key(.character(scalar)), to: &state) }
    try check(state, "note-typed")
  }

  @Test func whatCannotBeShownSaysWhy() throws {
    var state = try DeskFixture.reviewing(Size(columns: 120, rows: 40))
    _ = Update.open(2, in: &state)
    state.loading = .failed(
      "/records/heart03.dat: 119000 bytes, where the header heart03.hea speaks of 120000: 12 signals of 5000 samples of 16 bits")
    try check(state, "unreadable")
    var failing = try DeskFixture.viewing(Size(columns: 120, rows: 40))
    failing.prediction = PredictionState()
    failing.prediction.failure =
      "/models/lad.safetensors: no such file; expected a model that `einthoven train` or `einthoven model import` wrote"
    try check(failing, "no-model")
    failing.size = Size(columns: 80, rows: 24)
    try check(failing, "no-model-80x24")
    let empty = DeskState(cases: [], diagnosis: .leftAxisDeviation, size: Size(columns: 80, rows: 24), keymap: try DeskFixture.keymap())
    try check(empty, "no-records")
  }

  @Test func tooSmall() throws {
    try check(try DeskFixture.reviewing(Size(columns: 50, rows: 14)), "too-small")
  }

  @Test func whatAStudyHidesIsNowhere() throws {
    for size in [Size(columns: 80, rows: 24), Size(columns: 200, rows: 50)] {
      let open = Screen.render(try DeskFixture.reviewing(size)).plainText().joined(separator: "\n")
      #expect(open.contains("LAnFB") && open.contains(".78"))
      let state = try DeskFixture.reviewing(size, blinding: [.labels, .model])
      let blind = Screen.render(state).plainText().joined(separator: "\n")
      for secret in ["LAnFB", ".78", "≥", "●", "TAb", "B1 ", "lead influence"] { #expect(!blind.contains(secret), "\(secret) at \(size)") }
      #expect(blind.contains("blind: labels, model") && !blind.contains("hidden by this study"))
      #expect(state.visible == .measurements, "which this study does not hide")
    }
  }

  @Test func everySizeIsDrawnWithoutATrap() throws {
    var state = try DeskFixture.reviewing(Size(columns: 80, rows: 24))
    for columns in stride(from: 1, through: 210, by: 13) {
      for rows in stride(from: 1, through: 70, by: 7) {
        for layout in [nil, LeadLayout.twelveByOne, .sixByTwo, .threeByFour, .single(.aVR)] {
          state.paper.layout = layout
          for overlay in [Overlay.none, .help(scroll: 1000), .list(selected: 2)] {
            state.overlay = overlay
            _ = Update.apply(.resized(Size(columns: columns, rows: rows)), to: &state)
            #expect(Screen.render(state).plainText().count == rows)
          }
        }
      }
    }
  }
}
