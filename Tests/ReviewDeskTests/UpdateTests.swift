import ECG
import ECGPaper
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

@Suite struct UpdateTests {
  private let size = Size(columns: 120, rows: 40)

  @Test func aVerdictIsSavedThenTheNextUnjudgedCaseOpens() throws {
    var state = try DeskFixture.reviewing(size)
    #expect(saves(press(.verdictPresent, &state), .present, 1))
    #expect(state.cases[1].verdict == nil, "nothing is shown as judged before it is on disk")
    #expect(press(.verdictAbsent, &state) == [.beep], "a second key while the first verdict is on its way is refused")
    let effects = Update.apply(.message(.saved(caseIndex: 1, .present, at: Date(timeIntervalSince1970: 0))), to: &state)
    #expect(state.cases[1].verdict == .present)
    #expect(state.current == 2)
    #expect(effects == [.open(caseIndex: 2, ticket: state.ticket)])
    guard case .saved(_, let what) = state.notice else { return #expect(Bool(false), "no word that it is saved") }
    #expect(what == "heart02: LAD — a key came too early")
  }

  @Test func noVerdictBeforeTheTraceIsOnTheScreen() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.nextRecord, &state)
    #expect(press(.verdictPresent, &state) == [.beep])
    _ = Update.apply(.message(.loaded(ticket: state.ticket, LoadedRecording(try DeskFixture.recording()))), to: &state)
    #expect(press(.verdictPresent, &state) == [.beep], "loaded is not yet drawn")
    _ = Update.apply(.shown(ticket: state.ticket), to: &state)
    #expect(saves(press(.verdictPresent, &state), .present, 2))
  }

  @Test func noVerdictInASmallWindowUnderAnOverlayOrOnABrokenRecord() throws {
    var small = try DeskFixture.reviewing(Size(columns: 59, rows: 40))
    #expect(press(.verdictPresent, &small) == [.beep])
    var overlaid = try DeskFixture.reviewing(size)
    _ = press(.help, &overlaid)
    #expect(press(.verdictPresent, &overlaid) == [.beep])
    var broken = try DeskFixture.reviewing(size)
    _ = Update.open(2, in: &broken)
    _ = Update.apply(.message(.loadingFailed(ticket: broken.ticket, "short file")), to: &broken)
    #expect(press(.verdictUnsure, &broken) == [.beep])
    var viewing = try DeskFixture.viewing(size)
    #expect(press(.verdictPresent, &viewing) == [.beep])
  }

  @Test func workForARecordLeftBehindIsDropped() throws {
    var state = try DeskFixture.reviewing(size)
    let old = state.ticket
    _ = press(.nextRecord, &state)
    _ = Update.apply(.message(.loaded(ticket: old, LoadedRecording(try DeskFixture.recording()))), to: &state)
    #expect(state.recording == nil)
    _ = Update.apply(
      .message(
        .judged(PredictionRequest(ticket: old, window: 0), .init(windows: [DeskFixture.predictions], mean: DeskFixture.predictions))),
      to: &state)
    #expect(state.prediction.mean == nil)
  }

  @Test func aFailedSaveIsSaidAndNothingMoves() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &state)
    #expect(Update.apply(.message(.storeFailed("disk full")), to: &state) == [.beep])
    #expect(state.current == 1 && state.saving == nil && state.cases[1].verdict == nil)
    #expect(state.notice == .failure("NOT saved: disk full"))
  }

  @Test func undoReturnsToItsCase() throws {
    var state = try DeskFixture.reviewing(size)
    #expect(press(.undo, &state) == [.undo])
    let effects = Update.apply(.message(.undone(caseIndex: 0, takenBack: .absent, standing: nil)), to: &state)
    #expect(state.current == 0 && state.cases[0].verdict == nil)
    #expect(effects == [.open(caseIndex: 0, ticket: state.ticket)])
  }

  @Test func theModelsDecisionOnTheQuestionIsRecorded() throws {
    var state = try DeskFixture.reviewing(size)
    state.prediction = PredictionState()
    let judgement = DeskMessage.judged(
      PredictionRequest(ticket: state.ticket, window: 0), .init(windows: [DeskFixture.predictions], mean: DeskFixture.predictions))
    #expect(
      Update.apply(.message(judgement), to: &state) == [
        .recordModelDecision(caseIndex: 1, ModelDecision(verdict: .present, probability: 0.78))
      ])
    #expect(Update.apply(.message(judgement), to: &state) == [], "once")
  }

  @Test func thePaperStaysOnTheRecording() throws {
    var state = try DeskFixture.viewing(size, recording: "heart22")
    for _ in 0..<100 { _ = press(.pageRight, &state) }
    let end = state.paper.startSeconds
    #expect(end > 49 && end < 60)
    _ = press(.goStart, &state)
    #expect(state.paper.startSeconds == 0)
    _ = press(.panLeft, &state)
    #expect(state.paper.startSeconds == 0)
    _ = press(.goEnd, &state)
    #expect(state.paper.startSeconds == end)
    #expect(press(.previousWindow, &state) == [.predict(PredictionRequest(ticket: state.ticket, window: 3))])
  }

  @Test func scalesStepThroughTheStandardOnes() throws {
    var state = try DeskFixture.viewing(size)
    var speeds: [Double] = []
    for _ in 0..<4 {
      speeds.append(state.paper.scale.speedMillimetresPerSecond)
      _ = press(.zoomTimeIn, &state)
    }
    #expect(speeds == [25, 50, 100, 100])
    var gains: [Double] = []
    for _ in 0..<4 {
      gains.append(state.paper.scale.gainMillimetresPerMillivolt)
      _ = press(.gainDown, &state)
    }
    #expect(gains == [10, 5, 2.5, 2.5])
    _ = press(.scaleReset, &state)
    #expect(state.paper.scale == .standard)
  }

  @Test func everyActionHasOneLineOfHelpAndAKeyInEveryShippedMap() throws {
    #expect(Action.table.map(\.action).count == Action.allCases.count)
    #expect(Set(Action.table.map(\.action)) == Set(Action.allCases))
    for name in ["default", "vim", "emacs"] {
      let keymap = try DeskFixture.keymap(name)
      for action in Action.allCases { #expect(!keymap.keys(for: action.rawValue).isEmpty, "\(action.rawValue) in \(name)") }
    }
    let keymap = try DeskFixture.keymap()
    let contract: [(String, Action)] = [
      ("1", .verdictPresent), ("2", .verdictAbsent), ("3", .verdictUnsure), ("u", .undo), ("?", .help), ("esc", .cancel), ("q", .quit),
    ]
    for (key, action) in contract {
      let stroke = try #require(KeyStroke(parsing: key))
      #expect(keymap.action(for: stroke) == action.rawValue)
    }
  }
}
