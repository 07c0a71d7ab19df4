import ECG
import ECGPaper
import ECGSignal
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import TestSupport
import Testing

@Suite struct HandsTests {
  private let size = Size(columns: 120, rows: 40)

  @Test func aVerdictTakenBackIsGivenAgain() throws {
    var state = try DeskFixture.reviewing(size)
    #expect(press(.redo, &state) == [.beep])
    _ = Update.apply(.message(.undone(caseIndex: 1, takenBack: .present, standing: nil)), to: &state)
    #expect(saves(press(.redo, &state), .present, 1))
    _ = Update.apply(.message(.saved(caseIndex: 1, .present, at: Date())), to: &state)
    #expect(press(.redo, &state) == [.beep], "once")
    var other = try DeskFixture.reviewing(size)
    _ = Update.apply(.message(.undone(caseIndex: 1, takenBack: .present, standing: nil)), to: &other)
    _ = press(.verdictAbsent, &other)
    _ = Update.apply(.message(.saved(caseIndex: 1, .absent, at: Date())), to: &other)
    #expect(press(.redo, &other) == [.beep], "a new verdict ends what could be given again")
  }

  @Test func aNoteIsTypedAndNoLetterOfItIsAVerdict() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.note, &state)
    type("1 2 3 q low voltage", &state)
    #expect(Update.apply(.pasted(" and\nzebra"), to: &state) == [])
    #expect(text(state).contains("note: 1 2 3 q low voltage and") && !text(state).contains("zebra"))
    #expect(enter(&state) == [])
    #expect(state.cases[1].note == "1 2 3 q low voltage and" && state.cases[1].verdict == nil)
    #expect(saves(press(.verdictPresent, &state), .present, 1))
    _ = Update.apply(.message(.saved(caseIndex: 1, .present, at: Date())), to: &state)
    #expect(state.current == 2)
    _ = press(.previousRecord, &state)
    _ = Update.apply(.message(.loaded(ticket: state.ticket, LoadedRecording(try DeskFixture.recording()))), to: &state)
    _ = Update.apply(.shown(ticket: state.ticket), to: &state)
    _ = press(.note, &state)
    type("!", &state)
    #expect(saves(enter(&state), .present, 1), "a later note stores the verdict again")
    _ = Update.apply(.message(.saved(caseIndex: 1, .present, at: Date())), to: &state)
    #expect(state.current == 1, "and the case stays")
  }

  @Test func aNoteIsTakenBack() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.note, &state)
    type("noisy", &state)
    _ = enter(&state)
    #expect(press(.undo, &state) == [] && state.cases[1].note == "", "before it is stored, without a word to the store")
    #expect(press(.undo, &state) == [.undo], "then comes the last verdict")
    _ = Update.apply(.message(.nothingToUndo), to: &state)
    state.cases[1].verdict = .present
    _ = press(.note, &state)
    type("late", &state)
    #expect(saves(enter(&state), .present, 1))
    _ = Update.apply(.message(.saved(caseIndex: 1, .present, at: Date())), to: &state)
    #expect(press(.undo, &state) == [.undo])
    _ = Update.apply(.message(.undone(caseIndex: 1, takenBack: .present, standing: .present)), to: &state)
    #expect(state.cases[1].note == "" && state.cases[1].verdict == .present, "the verdict before the note stands")
  }

  @Test func leavingAsksOnlyWhereSomethingWouldBeLostOrWhereAsked() throws {
    var state = try DeskFixture.reviewing(size)
    #expect(press(.quit, &state) == [.quit])
    _ = press(.note, &state)
    type("noisy", &state)
    _ = enter(&state)
    #expect(press(.quit, &state) == [.beep] && text(state).contains("is not stored"))
    _ = press(.panRight, &state)
    #expect(press(.quit, &state) == [.beep], "another key stays")
    #expect(press(.quit, &state) == [.quit])
    var careful = try DeskFixture.reviewing(size)
    careful.confirmsLeaving = true
    #expect(press(.quit, &careful) == [.beep] && text(careful).contains("2 of 3 cases have no verdict"))
    #expect(press(.quit, &careful) == [.quit])
    for index in careful.cases.indices { careful.cases[index].verdict = .absent }
    _ = press(.panRight, &careful)
    #expect(press(.quit, &careful) == [.quit])
  }

  @Test func halfAPageInTheListIsHalfOfAPage() throws {
    var state = try DeskFixture.reviewing(size)
    state.cases = (0..<200).map { DeskCase(name: "record\($0)", path: "") }
    state.overlay = .list(selected: 0)
    func selected(after action: Action) -> Int {
      _ = press(action, &state)
      return state.overlay.position
    }
    let page = selected(after: .pageRight)
    #expect(page > 10 && selected(after: .pageLeft) == 0)
    #expect(selected(after: .halfPageRight) == page / 2 && selected(after: .halfPageLeft) == 0)
  }

  @Test func pastedTextIsNothingElsewhere() throws {
    var state = try DeskFixture.reviewing(size)
    #expect(Update.apply(.pasted("1"), to: &state) == [])
    #expect(state.saving == nil)
  }

  @Test func aFlagIsNoVerdict() throws {
    var state = try DeskFixture.reviewing(size)
    #expect(press(.flag, &state) == [.saveFlags])
    #expect(state.cases[1].isFlagged && state.cases[1].verdict == nil)
    let (_, study, cases) = try DeskFixture.study()
    let folder = TemporaryFolder.lastingPlace()
    let file = FlagFile(folder: folder, study: study, reviewer: "H. G./é")
    #expect(file.read().isEmpty)
    try file.write([cases[1].id])
    #expect(file.read() == [cases[1].id])
    #expect(FlagFile(folder: folder, study: study, reviewer: "other").read().isEmpty)
    try FileManager.default.removeItem(at: folder)
  }

  @Test func theListIsFilteredAndSorted() throws {
    var state = try DeskFixture.reviewing(size)
    state.cases[2].isFlagged = true
    _ = press(.search, &state)
    type("flagged", &state)
    #expect(text(state).contains("1 of 3 match 'flagged'") && state.overlay == .list(selected: 2))
    _ = enter(&state)
    #expect(press(.confirm, &state) == [.open(caseIndex: 2, ticket: state.ticket)])
    for (words, names) in [
      ("unjudged", ["heart02", "heart03"]), ("verdict:abs", ["heart01"]), ("label:pres heart03", ["heart03"]), ("disagree", []),
      ("HEART", ["heart01", "heart02", "heart03"]), ("nothing", []),
    ] {
      state.list.filter = words
      state.overlay = .list(selected: 0)
      let rows = listRows(state).joined()
      for name in ["heart01", "heart02", "heart03"] { #expect(rows.contains(name) == names.contains(name), "\(words): \(name)") }
    }
    state.list.filter = ""
    state.overlay = .none
    for action in [Action.sortList, .nextRecord, .nextRecord, .confirm] { _ = press(action, &state) }
    #expect(state.list.order == .verdict && state.overlay == .list(selected: state.current))
    let rows = listRows(state)
    #expect(rows.count == 3 && zip(rows, ["heart01", "heart02", "heart03"]).allSatisfy { $0.contains($1) })
  }

  @Test func theListKeepsWhatTheStudyHides() throws {
    var state = try DeskFixture.reviewing(size, blinding: [.labels, .model])
    for filter in ["", "label:present", "model:present", "disagree"] {
      state.list.filter = filter
      state.overlay = .list(selected: 0)
      let rows = listRows(state)
      #expect(rows.isEmpty == !filter.isEmpty, "\(filter) tells")
      #expect(!rows.joined().contains("heart0") && !text(state).contains("/records") && !text(state).contains("±thr"))
      // The first case's own verdict is all that may be read.
      for row in rows { #expect(row.contains(" 1 ") || !row.contains("LAD")) }
    }
  }

  @Test func anyActionIsFoundByItsName() throws {
    var state = try DeskFixture.reviewing(size)
    for (typed, action) in [("cabrera", Action.cabrera), ("fit", .fitRecording), ("tgrid", .toggleGrid), ("jtt", .jumpToTime)] {
      _ = press(.palette, &state)
      type(typed, &state)
      #expect(text(state).contains("› \(action.rawValue)"), "\(typed)")
      _ = Update.apply(.key(KeyStroke(.escape)), to: &state)
      #expect(state.overlay == .none && state.entry == nil)
    }
    _ = press(.palette, &state)
    type("cabrera", &state)
    _ = enter(&state)
    #expect(state.paper.isCabrera && state.overlay == .none)
  }

  @Test func theHelpIsSearched() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.help, &state)
    _ = press(.search, &state)
    type("caliper", &state)
    let screen = text(state)
    #expect(screen.contains("calipers on or off") && !screen.contains("faster paper"))
  }

  @Test func everyOverlayIsDrawnAtEverySize() throws {
    for columns in stride(from: 1, through: 220, by: 31) {
      for rows in stride(from: 1, through: 70, by: 9) {
        var state = try DeskFixture.reviewing(Size(columns: columns, rows: rows))
        for action in [Action.palette, .glyphTest, .search, .note, .jumpToTime, .calipers] {
          state.entry = nil
          state.overlay = .none
          _ = press(action, &state)
          type("x", &state)
          #expect(Screen.render(state).plainText().count == rows)
        }
      }
    }
  }

  @Test func aSheetOfPaperIsTrueToTheMillimetre() throws {
    // 1 mV for a second from 1 s on, in every lead.
    let samples = (0..<5000).map { (500..<1000).contains($0) ? Float(1) : 0 }
    let recording = Recording(
      name: "<trick> & \u{1B}", samplingRateHertz: 500, millivolts: Array(repeating: samples, count: 12).flatMap { $0 })
    let svg = PaperSVG(recording, layout: .threeByFour, paper: PaperSettings()).text()
    #expect(svg.contains("width=\"297mm\" height=\"210mm\" viewBox=\"0 0 297 210\""))
    #expect(svg.contains("&lt;trick&gt; &amp; \u{FFFD}") && !svg.contains("<trick>"))
    // Lead I starts at 38 mm, its baseline is 0.6 of 42.5 mm below 22 mm: the step is 25 mm further and 10 mm higher.
    #expect(svg.contains("L62.95 47.50L63 37.50") && svg.contains("h5v10h1"))
    #expect(svg.matches(of: /<(path|rect|text)/).count > 30 && svg.hasSuffix("</svg>\n"))
  }
}
