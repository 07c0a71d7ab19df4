import ECG
import ECGPaper
import ECGSignal
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import TestSupport
import Testing

/// Going through 300 cases in a sitting: the queue, the flagged, a case by its number, what is remembered.
@Suite struct QueueTests {
  private let size = Size(columns: 120, rows: 40)

  @Test func aFilterOfTheListIsAQueueUntilItIsCleared() throws {
    var state = try DeskFixture.reviewing(size)
    state.cases[0].verdict = nil
    state.cases[0].note = "noisy"
    state.cases[1].note = "noisy too"
    state.list.filter = "noisy"
    #expect(text(state).contains("only 'noisy'"))
    #expect(press(.nextRecord, &state) == [.beep], "the third case does not match")
    #expect(press(.nextUnjudged, &state) == [.open(caseIndex: 0, ticket: state.ticket)])
    #expect(press(.nextRecord, &state) == [.open(caseIndex: 1, ticket: state.ticket)])
    state.list.filter = ""
    #expect(press(.nextRecord, &state) == [.open(caseIndex: 2, ticket: state.ticket)])
  }

  @Test func aVerdictGoesToTheNextThatMatches() throws {
    var state = try DeskFixture.reviewing(size)
    state.cases[0].verdict = nil
    state.cases[0].isFlagged = true
    state.cases[1].isFlagged = true
    state.list.filter = "flagged"
    press(.verdictPresent, &state)
    let effects = Update.apply(.message(.saved(caseIndex: 1, .present, at: Date())), to: &state)
    #expect(effects == [.open(caseIndex: 0, ticket: state.ticket)], "and not to the third, which is not flagged")
  }

  @Test func flaggedCasesAndCasesByNumberAreOneKeyAway() throws {
    var state = try DeskFixture.reviewing(size)
    #expect(press(.nextFlagged, &state) == [.beep])
    state.cases[0].isFlagged = true
    state.cases[2].isFlagged = true
    #expect(press(.nextFlagged, &state) == [.open(caseIndex: 2, ticket: state.ticket)])
    #expect(press(.nextFlagged, &state) == [.open(caseIndex: 0, ticket: state.ticket)])
    #expect(press(.previousFlagged, &state) == [.open(caseIndex: 2, ticket: state.ticket)])
    press(.goToCase, &state)
    type("2", &state)
    #expect(enter(&state) == [.open(caseIndex: 1, ticket: state.ticket)])
    for nonsense in ["0", "4", "x", ""] {
      press(.goToCase, &state)
      type(nonsense, &state)
      #expect(enter(&state) == [.beep], "'\(nonsense)'")
    }
  }

  @Test func afterTheLastVerdictAPageSaysHowFarTheStudyIs() throws {
    var state = try DeskFixture.reviewing(size)
    state.cases[2].verdict = .unsure
    state.cases[2].isFlagged = true
    press(.verdictPresent, &state)
    _ = Update.apply(.message(.saved(caseIndex: 1, .present, at: Date(), seconds: 12)), to: &state)
    let page = text(state)
    #expect(
      page.contains("The study is done") && page.contains("3 of 3 cases") && page.contains("unsure: 1") && page.contains("flagged: 1"))
    press(.nextFlagged, &state)
    #expect(text(state).contains("1 of 3 match 'flagged'"))
  }

  @Test func whereAStudyRevealsTheSameVerdictAgainGoesOn() throws {
    var state = try DeskFixture.reviewing(size)
    let (store, _, _) = try DeskFixture.study()
    var settings = StudySettings()
    settings.allowsReveal = true
    let revealing = try store.openStudy(
      StudyDraft(
        name: "reveal", diagnosisCode: Diagnosis.leftAxisDeviation.code, question: "?",
        cases: [CaseDraft(record: "a", path: "/a", label: nil)], settings: settings))
    state.study = StudyContext(study: revealing, diagnosis: .leftAxisDeviation, reviewer: "HG")
    #expect(saves(press(.verdictPresent, &state), .present, 1))
    #expect(Update.apply(.message(.saved(caseIndex: 1, .present, at: Date())), to: &state) == [], "the case stays, to be uncovered")
    #expect(press(.verdictPresent, &state) == [.open(caseIndex: 2, ticket: state.ticket)])
  }

  @Test func whatWasChosenOfThePaperIsRememberedForItsQuestion() throws {
    let folder = TemporaryFolder.lastingPlace()
    let place = folder.appendingPathComponent("paper")
    var choices = PaperChoices()
    (choices.layout, choices.gain, choices.ruling, choices.filter, choices.isCabrera) = (.threeByFour, 20, .large, .baseline, true)
    try PaperFile(place, question: "LAD").write(choices)
    #expect(PaperFile(place, question: "LAD").read() == choices)
    let other = PaperFile(place, question: "AF").read()
    #expect(other.layout == nil && other.gain == 20, "another question has its own view")
    try Data("speed = nan\ngain = 7\ngrid = pink\nlayout LAD = 9x9\n".utf8).write(to: place)
    #expect(PaperFile(place, question: "LAD").read() == PaperChoices(), "what cannot be read is not chosen")
    try FileManager.default.removeItem(at: folder)
  }

  @Test func calipersTakeNoGainAndNoPaper() throws {
    var state = try DeskFixture.reviewing(Size(columns: 80, rows: 24))
    state.paper.layout = .threeByFour
    let before = ViewGeometry(state).paper
    press(.calipers, &state)
    #expect(ViewGeometry(state).paper.lanes == before.lanes)
    #expect(text(state).contains("samples, a step "))
  }

  @Test func allOfALongRecordingIsATrendOfItsRate() throws {
    // Half an hour of a spike each second, then each half second.
    let rate = 100.0
    var samples = [Float](repeating: 0, count: Int(1800 * rate))
    for second in 0..<1800 {
      samples[second * 100 + 50] = 1
      if second >= 900 { samples[second * 100] = 1 }
    }
    let recording = Recording(
      name: "long", samplingRateHertz: rate, millivolts: Array(repeating: samples, count: 12).flatMap { $0 })
    var state = DeskState(
      cases: [DeskCase(name: "long", path: "")], diagnosis: .leftAxisDeviation, size: size, keymap: try DeskFixture.keymap())
    _ = Update.open(0, in: &state)
    let loaded = LoadedRecording(recording)
    state.loading = .ready(loaded)
    state.display = DisplayTraces(of: loaded, filter: .none)
    press(.fitRecording, &state)
    let screen = text(state)
    #expect(screen.contains("heart rate, beats a minute") && screen.contains("0:00:00–0:30:00"))
    #expect(state.display.map { $0.rPeaks.count > 2000 } == true)
    #expect(screen.contains("] 0:00:00–0:30:00"), "the span of the strip stands apart from it")
    let keys = screen.split(separator: "\n").last ?? ""
    #expect(keys.contains("scale reset") && keys.contains("jump to time") && !keys.contains("gain up") && !keys.contains("next record"))
  }
}
