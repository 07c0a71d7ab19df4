import Foundation
import Testing

extension TerminalTests {
  /// Keys faster than the screen, bytes that come apart, windows that never rest.
  @Suite struct TypingAheadTests {
    /// Sends characters in one piece, as a hand does that is faster than the disk.
    private func send(_ text: String, to session: ReviewSession) throws {
      try session.terminal.send(text.utf8.map { String($0, radix: 16) })
    }

    @Test func undoTypedAheadTakesBackTheVerdictJustGiven() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.judge("heart01", key: "2", answer: "no LAD")
      try session.waitForTrace(of: "heart02")
      try send("1u", to: session)
      try session.terminal.wait(for: "taken back: LAD on heart02")
      try session.judge("heart02", key: "3", answer: "unsure")
      #expect(try session.exported() == ["heart01": "absent", "heart02": "unsure"])
      #expect(try session.isIntact())
    }

    @Test func ofVerdictsTypedAheadOnlyTheFirstCounts() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try send("123", to: session)
      try session.terminal.wait(for: "heart01: LAD — a key came too early")
      try session.waitForTrace(of: "heart02")
      #expect(try session.exported() == ["heart01": "present"])
    }

    @Test func aNoteTypedAheadIsTextToItsLastLetter() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try send("1anoisy 2 3 q\r", to: session)
      try session.terminal.wait("\"saved\"") { ReviewSession.isSaved("heart01", "LAD", on: $0) && $0.contains("noisy 2 3 q") }
      let export = try Program.run(["study", "export", "--format", "csv"], in: session.workspace)
      #expect(export.lines.count == 2 && export.output.contains("heart01,tester,present") && export.output.contains("noisy 2 3 q"))
    }

    @Test func quittingWithAVerdictOnItsWaySavesIt() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try send("1q", to: session)
      #expect(try session.terminal.exitCode() == 0)
      #expect(try session.exported() == ["heart01": "present"])
    }

    @Test func aPasteThatComesInPiecesWithEscapesJudgesNothing() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      let pieces = ["\u{1B}[200~1", "2\u{1B}", "[31m3", "\u{1B}[20", "1~"]
      for piece in pieces {
        try send(piece, to: session)
        usleep(150_000)
      }
      try session.terminal.wait(for: "pasted text was ignored")
      try session.terminal.press("a")
      try session.terminal.wait(for: "note:")
      for piece in pieces {
        try send(piece, to: session)
        usleep(150_000)
      }
      try session.terminal.wait(for: "note: 12[31m3")
      try session.terminal.press("Escape")
      try session.terminal.wait("the end of the line") { !$0.contains("note: 12") }
      #expect(try session.exported().isEmpty)
      try session.judge("heart01", key: "1", answer: "LAD")
    }

    @Test func strayBytesAndCharactersInPiecesLoseNoKey() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.terminal.send(["e9", "3f"])
      try session.terminal.wait(for: "Keys — default keymap")
      try session.terminal.press("Escape")
      try session.terminal.wait("the help's end") { !$0.contains("Keys — ") }
      try session.terminal.press("a")
      try session.terminal.wait(for: "note:")
      for byte in ["c3", "a9", "f0", "9f", "92", "93"] {
        try session.terminal.send([byte])
        usleep(50_000)
      }
      try session.terminal.press("Enter")
      try session.judge("heart01", key: "1", answer: "LAD")
      let export = try Program.run(["study", "export", "--format", "csv"], in: session.workspace)
      #expect(export.output.contains("é💓"))
    }

    @Test func aStormOfSizesLosesNoKey() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      for round in 0..<40 { try session.terminal.resize(columns: 61 + round * 7 % 90, rows: 17 + round * 5 % 30) }
      try session.terminal.resize(columns: 80, rows: 24)
      for _ in 0..<5 { try session.terminal.signal(SIGWINCH) }
      try session.judge("heart01", key: "1", answer: "LAD")
      try session.waitForTrace(of: "heart02")
      try session.terminal.wait("the line of keys in the last row") { screen in
        let rows = screen.split(separator: "\n", omittingEmptySubsequences: false)
        return rows.count >= 24 && rows[23].contains("[?] help  [q] quit")
      }
      #expect(try session.exported() == ["heart01": "present"])
    }
  }
}
