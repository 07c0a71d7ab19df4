import Agreement
import Foundation
import LabelReview
import ReviewDesk
import TerminalUI
import Testing

/// Keys struck between a verdict's key and the next trace: none is lost in silence, and none acts on a record that was not on the screen.
@Suite struct TypingAheadTests {
  private let size = Size(columns: 120, rows: 40)

  private func saved(_ index: Int, _ verdict: Verdict, _ state: inout DeskState) -> [Effect] {
    Update.apply(.message(.saved(caseIndex: index, verdict, at: Date())), to: &state)
  }

  @Test func undoWhileAVerdictIsBeingSavedTakesThatOneBack() throws {
    var state = try DeskFixture.reviewing(size)
    #expect(saves(press(.verdictPresent, &state), .present, 1))
    #expect(press(.undo, &state) == [], "it waits: the verdict before must not be taken back instead")
    #expect(saved(1, .present, &state) == [.undo])
    #expect(state.current == 1, "the case stays on the screen")
    #expect(Update.apply(.message(.undone(caseIndex: 1, takenBack: .present, standing: nil)), to: &state) == [])
    #expect(state.cases[1].verdict == nil && text(state).contains("taken back: LAD on heart02"))
    #expect(saves(press(.redo, &state), .present, 1))
  }

  @Test func undoOfAVerdictThatCouldNotBeSavedTakesBackNoOther() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &state)
    _ = press(.undo, &state)
    #expect(Update.apply(.message(.storeFailed("disk full")), to: &state) == [.beep])
    #expect(state.notice == .failure("NOT saved: disk full") && state.cases[0].verdict == .absent)
  }

  @Test func aVerdictStruckWhileOneIsTakenBackWasMeantForItsCase() throws {
    var state = try DeskFixture.reviewing(size)
    #expect(press(.undo, &state) == [.undo])
    #expect(press(.verdictPresent, &state) == [.beep], "for the case that comes back, which is not on the screen yet")
    #expect(press(.redo, &state) == [.beep])
    #expect(press(.undo, &state) == [.beep], "a key held down asks once")
    _ = Update.apply(.message(.undone(caseIndex: 0, takenBack: .absent, standing: nil)), to: &state)
    #expect(text(state).contains("taken back: no LAD on heart01 — a key came too early"))
    #expect(state.current == 0 && press(.verdictPresent, &state) == [.beep], "not drawn yet")
  }

  @Test func aRefusalIsStillToldOnceTheVerdictIsSaved() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &state)
    #expect(press(.verdictAbsent, &state) == [.beep])
    _ = saved(1, .present, &state)
    let screen = text(state)
    #expect(screen.contains("heart02: LAD — a key came too early") && screen.contains("saved "))
  }

  @Test func aFailureToTakeBackSaysSo() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.undo, &state)
    _ = Update.apply(.message(.storeFailed("database is locked")), to: &state)
    #expect(state.notice == .failure("NOT taken back: database is locked"))
    #expect(saves(press(.verdictPresent, &state), .present, 1), "and the desk goes on")
  }

  @Test func theModelsDecisionDoesNotEndTheSavingOfAVerdict() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &state)
    _ = Update.apply(.message(.decisionFailed("heart01: disk full")), to: &state)
    #expect(press(.verdictAbsent, &state) == [.beep], "the first is still on its way")
  }

  // MARK: Notes

  @Test func aNoteStartedWhileAVerdictIsBeingSavedBelongsToItsCase() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &state)
    _ = press(.note, &state)
    type("noisy 1", &state)
    #expect(saved(1, .present, &state) == [], "the record being written about stays")
    type(" 2", &state)
    #expect(state.current == 1 && saves(enter(&state), .present, 1))
    #expect(state.cases[1].note == "noisy 1 2")
    #expect(saved(1, .present, &state) == [] && state.current == 1)
  }

  @Test func aNoteFinishedWhileItsVerdictIsBeingSavedIsStoredToo() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &state)
    _ = press(.note, &state)
    type("noisy", &state)
    #expect(enter(&state) == [])
    #expect(saves(saved(1, .present, &state), .present, 1), "once more, with the note")
    #expect(saved(1, .present, &state) == [] && state.current == 1 && state.cases[1].note == "noisy")
    #expect(press(.quit, &state) == [.quit], "nothing is unsaved")
  }

  @Test func aNoteThatCannotBeStoredIsNotTakenForStored() throws {
    var state = try DeskFixture.reviewing(size)
    state.cases[1].verdict = .present
    state.size = Size(columns: 59, rows: 40)
    _ = press(.note, &state)
    type("noisy", &state)
    #expect(enter(&state) == [.beep])
    guard case .failure(let reason) = state.notice else { return #expect(Bool(false), "no word") }
    #expect(reason.hasPrefix("the note is NOT stored"))
    state.size = size
    #expect(press(.quit, &state) == [.beep] && text(state).contains("the note on heart02 is not stored"))
  }

  @Test func aCaseTakenBackDoesNotComeUnderANoteBeingWritten() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.undo, &state)
    _ = press(.note, &state)
    type("noisy", &state)
    #expect(Update.apply(.message(.undone(caseIndex: 0, takenBack: .absent, standing: nil)), to: &state) == [])
    _ = enter(&state)
    #expect(state.current == 1 && state.cases[1].note == "noisy" && state.cases[0].note == "" && state.cases[0].verdict == nil)
  }

  @Test func aNoteTooLongIsSaidToBe() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.note, &state)
    #expect(Update.apply(.pasted(String(repeating: "é漢", count: 1000)), to: &state) == [])
    #expect(Update.apply(.key(.character("x")), to: &state) == [.beep])
    #expect(Update.apply(.pasted("yz"), to: &state) == [.beep])
    _ = Update.apply(.key(KeyStroke(.backspace)), to: &state)
    #expect(Update.apply(.key(.character("x")), to: &state) == [])
    _ = enter(&state)
    #expect(state.cases[1].note == String(repeating: "é漢", count: 999) + "éx")
    _ = press(.search, &state)
    #expect(Update.apply(.pasted(String(repeating: "z", count: 201)), to: &state) == [.beep])
    for size in [Size(columns: 60, rows: 16), Size(columns: 300, rows: 100)] {
      state.size = size
      #expect(Screen.render(state).plainText().allSatisfy { $0.columnCount == size.columns })
    }
  }

  // MARK: Leaving

  @Test func quittingWaitsForTheStore() throws {
    var state = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &state)
    #expect(press(.quit, &state) == [])
    #expect(saved(1, .present, &state).last == .quit)

    var failing = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &failing)
    #expect(press(.quit, &failing) == [])
    #expect(Update.apply(.message(.storeFailed("disk full")), to: &failing) == [.beep], "the reader has to see it")
    #expect(failing.notice == .failure("NOT saved: disk full") && press(.quit, &failing) == [.quit])

    var impatient = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &impatient)
    _ = press(.quit, &impatient)
    #expect(press(.quit, &impatient) == [.quit])

    var staying = try DeskFixture.reviewing(size)
    _ = press(.verdictPresent, &staying)
    _ = press(.quit, &staying)
    _ = press(.panRight, &staying)
    #expect(saved(1, .present, &staying).contains(.quit) == false, "another key stays")
  }
}
