import Foundation
import Testing

extension TerminalTests {
  /// Verdicts in a terminal: saved before they are shown as saved, refused where they would be blind.
  @Suite struct ReviewTests {
    /// The test of the first issue: three records, one undone, three sizes, kill -9, and everything is there.
    @Test func reviewUndoResizeKillResume() throws {
      let session = try ReviewSession(columns: 80, rows: 24)
      let terminal = session.terminal
      try session.startReview(showing: "heart01")
      try session.judge("heart01", key: "1", answer: "LAD")
      try session.judge("heart02", key: "2", answer: "no LAD")
      try session.judge("heart03", key: "3", answer: "unsure")
      try terminal.press("u")
      try terminal.wait(for: "taken back: unsure on heart03")
      try terminal.resize(columns: 120, rows: 40)
      try terminal.wait("a screen of 40 rows") { $0.contains("SE-ResNet") }
      try terminal.resize(columns: 50, rows: 14)
      try terminal.wait(for: "too small")
      try terminal.press("1")
      try terminal.resize(columns: 80, rows: 24)
      try terminal.wait(for: "too small to judge")
      try session.waitForTrace(of: "heart03")
      try session.judge("heart03", key: "1", answer: "LAD")
      try terminal.signal(SIGKILL)
      #expect(try terminal.exitCode() == 137)
      #expect(try session.exported() == ["heart01": "present", "heart02": "absent", "heart03": "present"])
      #expect(try session.isIntact())

      try terminal.type("reset")
      try session.startReview(showing: "heart04")
      try terminal.wait(for: "3 judged")
      try terminal.press("q")
      #expect(try terminal.exitCode() == 0)
    }

    @Test func killedRightAfterSavedLosesNothing() throws {
      let session = try ReviewSession(columns: 80, rows: 24)
      var shown: [String: String] = [:]
      let keys = [("1", "LAD", "present"), ("2", "no LAD", "absent"), ("3", "unsure", "unsure")]
      for round in 0..<10 {
        let record = ReviewSession.names[round % 5]
        let (key, answer, verdict) = keys[(round + round / 5) % 3]
        try session.startReview(showing: ReviewSession.names[round < 5 ? round : 0])
        for _ in 0..<(round < 5 ? 0 : round % 5) { try session.terminal.press("n") }
        try session.judge(record, key: key, answer: answer)
        try session.terminal.signal(SIGKILL)
        _ = try session.terminal.exitCode()
        shown[record] = verdict
        #expect(try session.exported() == shown)
      }
      #expect(try session.isIntact())
      let events = try Program.run(["study", "export", "--events", "--format", "json"], in: session.workspace)
      #expect(events.lines.count >= 10)
    }

    @Test func theVerdictKeyIsRefusedUnderTheHelp() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.terminal.press("?")
      try session.terminal.wait(for: "Keys — default keymap")
      try session.terminal.press("1")
      try session.terminal.wait(for: "no verdict")
      try session.terminal.press("Escape")
      try session.terminal.wait("the help's end") { !$0.contains("Keys — ") }
      #expect(try session.exported().isEmpty)
    }

    @Test func pastedTextJudgesNothing() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      try session.terminal.paste("1\n2\n3\nu q")
      try session.terminal.wait(for: "pasted text was ignored")
      #expect(try session.exported().isEmpty)
      try session.judge("heart01", key: "2", answer: "no LAD")
      #expect(try session.exported() == ["heart01": "absent"])
    }

    @Test func twoReadersShareAStore() throws {
      let session = try ReviewSession()
      let other = try Tmux(session.workspace, columns: 100, rows: 30, environment: ["EINTHOVEN_MODEL": session.workspace.tinyModel()])
      try session.startReview("--reviewer HG", showing: "heart01")
      try other.start("review records --reviewer SW")
      try other.wait("the other reader's trace") { $0.contains("heart01") && $0.contains(" Hz ") }
      for record in ReviewSession.names {
        try session.waitForTrace(of: record)
        try session.terminal.press("1")
        try other.wait("the other reader's trace of \(record)") { $0.prefix { $0 != "\n" }.contains(" \(record) ") && $0.contains(" Hz ") }
        try other.press("2")
        try session.terminal.wait("saved") { ReviewSession.isSaved(record, "LAD", on: $0) }
        try other.wait("saved") { ReviewSession.isSaved(record, "no LAD", on: $0) }
      }
      try session.terminal.wait(for: "every case of this study has your verdict")
      let export = try Program.run(["study", "export"], in: session.workspace)
      #expect(export.lines.count == 11)
      #expect(export.lines.count { $0.contains(",HG,present,") } == 5)
      #expect(export.lines.count { $0.contains(",SW,absent,") } == 5)
      #expect(try session.isIntact())
      let report = try JSON.object(Program.run(["agreement", "--format", "json"], in: session.workspace).output)
      let pairs = try #require(report["pairs"] as? [[String: Any]])
      #expect(pairs.contains { $0["rater_a"] as? String == "HG" && $0["rater_b"] as? String == "SW" && $0["agree"] as? Int == 0 })
    }

    @Test func viewTakesNoVerdicts() throws {
      let session = try ReviewSession()
      try session.terminal.start("view records")
      try session.waitForTrace(of: "heart01")
      try session.terminal.press("1")
      try session.terminal.wait(for: "records are only viewed here")
      try session.terminal.press("n")
      try session.waitForTrace(of: "heart02")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      #expect(try session.workspace.names(in: "data").isEmpty, "viewing makes no store")
    }

    @Test func aRecordThatCannotBeReadIsSaidAndSkipped() throws {
      let session = try ReviewSession()
      try session.workspace.write("records/heart02.dat", [1, 2, 3])
      try session.startReview(showing: "heart01")
      try session.judge("heart01", key: "1", answer: "LAD")
      try session.terminal.wait("the reason") { $0.contains("heart02.dat") }
      try session.terminal.press("1")
      try session.terminal.wait(for: "no verdict")
      try session.terminal.press("n")
      try session.judge("heart03", key: "1", answer: "LAD")
      #expect(try session.exported() == ["heart01": "present", "heart03": "present"])
    }
  }
}
