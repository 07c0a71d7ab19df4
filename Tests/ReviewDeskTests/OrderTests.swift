import ECG
import ECGPaper
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// What is stored with a verdict is decided at the desk, whole, before anything is written.
@Suite struct OrderTests {
  private let size = Size(columns: 120, rows: 40)

  private func order(_ effects: [Effect]) throws -> VerdictOrder {
    guard effects.count == 1, case .save(let order) = effects[0] else { throw Missing() }
    return order
  }

  private struct Missing: Error {}

  @Test func aVerdictTakesItsNoteWhatWasVisibleAndTheModelsProbabilityWithIt() throws {
    var state = try DeskFixture.reviewing(size)
    press(.note, &state)
    type("noisy", &state)
    enter(&state)
    let order = try order(press(.verdictAbsent, &state))
    #expect(order.kind == .verdict && order.verdict == .absent && order.note == "noisy")
    #expect(order.studyCase.record == "heart02" && order.caseIndex == 1)
    #expect(order.visible == [.labels, .model, .heatmap, .measurements] && order.probability == 0.78)
  }

  @Test func whatAStudyHidesOrAReaderFoldedAwayWasNotVisible() throws {
    var blind = try DeskFixture.reviewing(size, blinding: [.labels, .model])
    let hidden = try order(press(.verdictPresent, &blind))
    #expect(hidden.visible == .measurements && hidden.probability == 0.78, "the model answered, unseen")
    var folded = try DeskFixture.reviewing(size)
    for action in [Action.toggleHeatmap, .toggleFacts] { press(action, &folded) }
    #expect(try order(press(.verdictPresent, &folded)).visible == [.model, .measurements])
    var early = try DeskFixture.reviewing(size)
    early.prediction = PredictionState()
    let first = try order(press(.verdictPresent, &early))
    #expect(first.probability == nil && !first.visible.contains(.model))
  }

  @Test func aVerdictAfterRevealAndAnAdjudicatorsAreOfTheirOwnKind() throws {
    var revealed = try DeskFixture.reviewing(size, blinding: .model)
    revealed.cases[1].verdict = .absent
    revealed.cases[1].isRevealed = true
    let second = try order(press(.verdictPresent, &revealed))
    #expect(second.kind == .verdictAfterReveal && second.visible.contains(.model))
    var settling = try DeskFixture.reviewing(size)
    let context = try #require(settling.study)
    settling.study = StudyContext(study: context.study, diagnosis: context.diagnosis, reviewer: "HG", isAdjudicating: true)
    let settled = try order(press(.verdictPresent, &settling))
    #expect(settled.kind == .adjudication && settled.visible.contains(.readers))
  }

  @Test func aRecordThatIsNoCaseGetsNoVerdict() throws {
    var state = try DeskFixture.reviewing(size)
    state.cases[1].studyCase = nil
    #expect(press(.verdictPresent, &state) == [.beep] && state.saving == nil)
  }

  @Test func aLongRecordingIsPreparedForTheEyeOnce() throws {
    var state = try DeskFixture.viewing(size)
    _ = Update.open(1, in: &state)
    var loaded = LoadedRecording(try DeskFixture.recording())
    let first = Update.apply(.message(.loaded(ticket: state.ticket, loaded)), to: &state)
    #expect(first == [.prepareDisplay(.none, ticket: state.ticket)])
    loaded.buildPyramids()
    #expect(Update.apply(.message(.loaded(ticket: state.ticket, loaded)), to: &state) == [], "the pyramids change nothing but speed")
    let display = try #require(DisplayTraces(of: loaded, filter: .none))
    _ = Update.apply(.message(.displayReady(ticket: state.ticket, display)), to: &state)
    #expect(Update.apply(.message(.loaded(ticket: state.ticket, loaded)), to: &state) == [] && state.display != nil)
  }
}
