import Foundation
import Testing

extension TerminalTests {
  /// The mouse in a real terminal: reports as xterm sends them, and none any more once the terminal is given back.
  @Suite struct MouseTests {
    @Test func aClickOpensARecordAndTheWheelPans() throws {
      let session = try ReviewSession(records: ["heart03"])
      try session.workspace.writeRecord("records/halfminute", samples: 15_000)
      try session.startReview("--mouse", showing: "halfminute")
      let terminal = session.terminal
      #expect(try terminal.fact("mouse_button_flag") == "1" && terminal.fact("mouse_sgr_flag") == "1")
      try terminal.mouse(65, column: 20, row: 10)
      try terminal.wait("a later stretch") { $0.contains(#/ [1-9]\.[0-9]–[0-9.]+ s of /#) }
      try terminal.mouse(64, column: 20, row: 10)
      try terminal.wait("the start") { $0.contains(#/ 0\.0–[0-9.]+ s of /#) }
      try terminal.press("l")
      let list = try terminal.wait(for: " heart03 ").split(separator: "\n", omittingEmptySubsequences: false)
      let row = try #require(list.firstIndex { $0.contains(" heart03 ") })
      try terminal.mouse(0, column: 40, row: row)
      try terminal.mouse(0, column: 40, row: row, isRelease: true)
      try session.waitForTrace(of: "heart03")
      #expect(try session.exported().isEmpty)
      try terminal.press("q")
      #expect(try terminal.exitCode() == 0)
      #expect(try terminal.fact("mouse_button_flag") == "0")
    }

    @Test func itIsOffUnlessAskedForAndWhileTheProgramIsSuspended() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      let terminal = session.terminal
      #expect(try terminal.fact("mouse_button_flag") == "0")
      try terminal.press("C-t")
      try terminal.wait(for: "mouse on")
      #expect(try terminal.fact("mouse_button_flag") == "1")
      try terminal.press("C-z")
      try terminal.wait(for: "Stopped")
      #expect(try terminal.fact("mouse_button_flag") == "0")
      try terminal.type("fg")
      try session.waitForTrace(of: "heart01")
      #expect(try terminal.fact("mouse_button_flag") == "1")
      try terminal.signal(SIGSEGV)
      try terminal.wait(for: "Segmentation fault")
      #expect(try terminal.fact("mouse_button_flag") == "0", "nor after a crash")
    }

    @Test func aCaretIsDragged() throws {
      let session = try ReviewSession(columns: 100, rows: 30)
      try session.startReview("--mouse", showing: "heart01")
      let terminal = session.terminal
      // Where the lanes lie is settled once the median beats are there.
      try terminal.wait(for: " R .")
      try terminal.press("c")
      let before = try terminal.wait("the calipers") { $0.contains(/calipers [0-9]+ ms/) && $0.contains("┃") }
      let rows = before.split(separator: "\n", omittingEmptySubsequences: false)
      let row = try #require(rows.firstIndex { $0.contains("┃") })
      let place = try #require(rows[row].firstIndex(of: "┃"))
      let column = rows[row].distance(from: rows[row].startIndex, to: place)
      func interval(_ screen: String) -> Substring? { screen.firstMatch(of: /calipers [0-9]+ ms/)?.output }
      try terminal.mouse(0, column: column, row: row)
      try terminal.mouse(32, column: column + 6, row: row)
      try terminal.wait("another interval") { interval($0) != nil && interval($0) != interval(before) }
      try terminal.mouse(0, column: column + 6, row: row, isRelease: true)
      let after = try session.waitForCalipers()
      try terminal.mouse(32, column: column + 12, row: row)
      try terminal.press("?")
      try terminal.wait(for: "With the calipers")
      try terminal.press("Escape")
      let last = try terminal.wait("the help's end") { !$0.contains("Keys — ") && interval($0) != nil }
      #expect(interval(last) == interval(after), "once let go, the caret stays")
      #expect(try session.exported().isEmpty)
    }

    @Test func reportsCutInPiecesAndNonsenseJudgeNothing() throws {
      let session = try ReviewSession()
      try session.startReview("--mouse", showing: "heart01")
      for bytes in [
        ["1b", "5b", "3c", "30", "3b"], ["1b", "5b", "3c", "31", "3b", "31", "3b", "31", "3b", "4d"], ["1b", "5b", "3c", "4d"],
      ] {
        try session.terminal.send(bytes)
      }
      try session.terminal.mouse(0, column: 5, row: 5)
      #expect(try session.exported().isEmpty)
      try session.judge("heart01", key: "2", answer: "no LAD")
      #expect(try session.exported() == ["heart01": "absent"])
    }
  }

  /// Questions to the model, and panels that stay folded, across a session's end.
  @Suite struct WhatIfTests {
    @Test func aLeadLeftOutIsMarkedAndAnswered() throws {
      let session = try ReviewSession()
      try session.startReview("--layout 3x4", showing: "heart01")
      let terminal = session.terminal
      try terminal.wait("a prediction") { $0.contains("≥") }
      try terminal.press("w")
      try terminal.wait(for: "leave out, or put back")
      try terminal.press("v", "2", "Enter")
      try terminal.wait("the answer") {
        $0.contains("SE-ResNet without V2") && $0.contains("V2 left out") && $0.contains(#/\(\.[0-9][0-9]\) /#)
      }
      try session.judge("heart01", key: "1", answer: "LAD")
      try terminal.wait("all leads") { !$0.contains("without V2") }
      let export = try Program.run(["study", "export", "--format", "csv"], in: session.workspace)
      #expect(export.output.contains("what-if"), "what the verdict was given beside is stored with it")
    }

    @Test func foldedPanelsStayFolded() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.terminal.wait(for: "lead influence")
      try session.terminal.press("H")
      try session.terminal.wait("the panel's end") { !$0.contains("lead influence") }
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      try session.startReview(showing: "heart01")
      let screen = try session.terminal.wait(for: "≥")
      #expect(!screen.contains("lead influence"))
    }
  }
}
