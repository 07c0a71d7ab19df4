import Foundation
import ReviewDesk
import TerminalUI
import Testing

/// A key that is held down judges once, however a keyboard repeats it.
@Suite struct StrokeTests {
  private let size = Size(columns: 120, rows: 40)

  /// A desk whose first verdict, struck at 0 ms, is on disk, with the next case on the screen.
  private func judgedOnce() throws -> DeskState {
    var state = try DeskFixture.reviewing(size)
    #expect(saves(strike("1", at: 0, &state), .present, 1), "the first stroke counts at once")
    _ = Update.apply(.message(.saved(caseIndex: 1, .present, at: Date())), to: &state)
    try DeskFixture.show(2, recording: "heart03", in: &state)
    return state
  }

  private func strike(_ key: Unicode.Scalar, at milliseconds: Int, _ state: inout DeskState) -> [Effect] {
    Update.apply(.struck(.character(key), atMilliseconds: milliseconds), to: &state)
  }

  @Test(arguments: [(250, 25), (400, 33), (500, 92), (660, 40), (990, 50)])
  func aKeyHeldDownJudgesOnce(delay: Int, period: Int) throws {
    var state = try judgedOnce()
    guard case .settleStroke(let number, let wait)? = strike("1", at: delay, &state).first else { return #expect(Bool(false), "it waits") }
    #expect(wait > period)
    for repetition in 1...40 { #expect(strike("1", at: delay + repetition * period, &state).isEmpty) }
    #expect(Update.apply(.message(.strokeSettled(number)), to: &state).isEmpty)
    #expect(state.cases[2].verdict == nil && state.saving == nil)
    #expect(text(state).contains("[1] is held down, which counts once"))
    // Once the key was let go, the next stroke counts.
    #expect(saves(strike("1", at: delay + 41 * period + 1500, &state), .present, 2))
  }

  @Test func theSameVerdictTwiceByHandCountsTwice() throws {
    var state = try judgedOnce()
    guard case .settleStroke(let number, _)? = strike("1", at: 450, &state).first else { return #expect(Bool(false), "it waits") }
    #expect(saves(Update.apply(.message(.strokeSettled(number)), to: &state), .present, 2))
    #expect(Update.apply(.message(.strokeSettled(number)), to: &state).isEmpty, "once")
  }

  @Test func anotherKeyEndsTheWait() throws {
    var state = try judgedOnce()
    _ = strike("1", at: 450, &state)
    #expect(saves(strike("u", at: 480, &state), .present, 2), "then the verdict is taken back as soon as it is on disk")
    #expect(Update.apply(.message(.saved(caseIndex: 2, .present, at: Date())), to: &state) == [.undo])
  }

  @Test func aKeyThatWaitedJudgesNoOtherRecord() throws {
    var state = try judgedOnce()
    guard case .settleStroke(let number, _)? = strike("1", at: 450, &state).first else { return #expect(Bool(false), "it waits") }
    try DeskFixture.show(0, recording: "heart01", in: &state)
    #expect(Update.apply(.message(.strokeSettled(number)), to: &state) == [.beep])
    #expect(text(state).contains("no verdict: [1] was struck on the record before this one"))
  }

  @Test func aKeyHeldWhileItsVerdictIsSavedIsSaidToBe() throws {
    var state = try DeskFixture.reviewing(size)
    _ = strike("2", at: 0, &state)
    #expect(strike("2", at: 40, &state).isEmpty)
    _ = Update.apply(.message(.saved(caseIndex: 1, .absent, at: Date())), to: &state)
    #expect(text(state).contains("heart02: no LAD — [2] is held down, which counts once"))
  }

  @Test func whatMovesAndWhatTypesRepeats() throws {
    var state = try DeskFixture.reviewing(size)
    let widths = (0..<4).map { step -> Double in
      _ = strike("l", at: 30 * step, &state)
      return state.paper.startSeconds
    }
    #expect(Set(widths).count > 1 || state.paper.startSeconds >= 0)
    _ = strike("a", at: 200, &state)
    for step in 0..<5 { _ = strike("1", at: 210 + step, &state) }
    #expect(state.entry?.text == "11111")
  }
}
