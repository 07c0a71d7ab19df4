import Foundation
import Testing

extension TerminalTests {
  /// Studies in a terminal: drawn, judged blind by two readers, settled by a third.
  @Suite struct StudyTests {
    private static let positives: Set = ["heart01", "heart03", "heart06"]
    private static let records = ["heart01", "heart02", "heart03", "heart04", "heart05", "heart06"]

    /// A workspace with six recordings, all of them misclassified by the predictions beside them, and a study of them.
    private func session(_ options: String...) throws -> ReviewSession {
      let session = try ReviewSession(records: Self.records)
      var csv = "record,path,windows,code,abbreviation,probability,threshold,positive\n"
      for record in Self.records {
        let isPositive = Self.positives.contains(record)
        csv += "\(record),records/\(record),1,39732003,LAD,\(isPositive ? 0.9 : 0.1),0.5,\(isPositive)\n"
      }
      try session.workspace.write("predictions.csv", csv.utf8)
      let made = try Program.run(
        ["study", "create", "audit", "records", "--sample", "fp=3,fn=3", "--seed", "3", "--predictions", "predictions.csv"] + options,
        in: session.workspace)
      try #require(made.code == 0, "\(made.complaints)")
      #expect(made.lines.contains { $0.contains("3 of 3 false positives, 3 of 3 false negatives (seed 3") })
      return session
    }

    private func start(_ terminal: Tmux, _ options: String) throws {
      try terminal.start("review --study audit \(options)")
      try terminal.wait("a trace with what is measured of it") { $0.contains(" Hz ") && $0.contains(" HR ") }
    }

    /// Gives a verdict on the case that is open, once what is measured of it can be seen, and waits until it is on disk.
    private func judge(_ terminal: Tmux, number: Int, key: String, answer: String) throws {
      try terminal.wait("the trace of case \(number)") { screen in
        let title = screen.prefix { $0 != "\n" }
        return title.contains("case \(number)/") && title.contains(" Hz ") && screen.contains(" HR ")
      }
      try terminal.press(key)
      try terminal.wait(for: "case \(number): \(answer)")
    }

    @Test func aBlindStudyOfTwoReadersAndAnAdjudicator() throws {
      let session = try session()
      let (terminal, workspace) = (session.terminal, session.workspace)
      for (reader, lastKey, lastAnswer) in [("A", "1", "LAD"), ("B", "2", "no LAD")] {
        try start(terminal, "--reviewer \(reader)")
        let screen = try terminal.wait(for: "blind: labels")
        #expect(screen.contains("blind: labels, model, readers"))
        #expect(!screen.contains("heart0"), "a record's name would tell which cases are one recording")
        try terminal.press("l")
        let list = try terminal.wait(for: "Cases of audit")
        #expect(!list.contains("heart0"))
        try terminal.press("Escape")
        try terminal.wait("the list's end") { !$0.contains("Cases of audit") }
        for number in 1...5 { try judge(terminal, number: number, key: "1", answer: "LAD") }
        try judge(terminal, number: 6, key: lastKey, answer: lastAnswer)
        try terminal.press("q")
        #expect(try terminal.exitCode() == 0)
      }
      #expect(try Program.run(["review", "--study", "audit", "--reviewer", "A", "--adjudicate"], in: workspace).code == 64)
      try start(terminal, "--reviewer C --adjudicate")
      // The last case of B's order is the one on which they differ, or two where A's order ends elsewhere: A said LAD throughout.
      try terminal.wait(for: "A: LAD, B: no LAD")
      try judge(terminal, number: 1, key: "2", answer: "no LAD")
      try terminal.press("q")
      #expect(try terminal.exitCode() == 0)
      try checkResults(in: workspace)
      try terminal.start("review --study audit --results")
      try terminal.wait("the results") { screen in
        ["on which somebody differs", "Sampling frame: 6 labelled recordings", "A: LAD   B: no LAD"].allSatisfy { screen.contains($0) }
      }
      try terminal.press("Enter")
      try terminal.wait("the case's trace") { !$0.contains("Results of audit") && $0.contains("heart0") && $0.contains(" Hz ") }
      try terminal.press("1")
      try terminal.wait(for: "only viewed here")
      try terminal.press("q")
      #expect(try terminal.exitCode() == 0)
    }

    @Test func aSecondVerdictAfterRevealIsKeptBesideTheFirst() throws {
      let session = try session("--reveal")
      let terminal = session.terminal
      try start(terminal, "--reviewer A")
      try terminal.press("r")
      try terminal.wait(for: "nothing is uncovered before your verdict")
      try terminal.press("1")
      try terminal.wait(for: "uncovers")
      try terminal.press("r")
      let screen = try terminal.wait(for: "After reveal: ")
      #expect(screen.contains("model when sampled"))
      try terminal.press("u")
      try terminal.wait(for: "the verdict you gave before stands")
      try terminal.press("2")
      try terminal.wait(for: "case 1: no LAD after reveal")
      try terminal.press("q")
      #expect(try terminal.exitCode() == 0)
      let events = try JSON.lines(try Program.run(["study", "export", "--events", "--unblind", "--format", "json"], in: session.workspace))
      let own = events.filter { $0["rater"] as? String == "A" && $0["kind"] as? String != "unblind" }
      #expect(own.compactMap { $0["kind"] as? String } == ["verdict", "reveal", "verdict-after-reveal"])
      #expect(visible(own[0]) == ["measurements"])
      #expect((own[2]["visible"] as? [String])?.contains("labels") == true)
      let early = try Program.run(["agreement", "--format", "json"], in: session.workspace)
      #expect(early.code == 0 && !early.output.isEmpty && early.complaints.contains("A has not finished"))
      let report = try JSON.object(try Program.run(["agreement", "--unblind", "--format", "json"], in: session.workspace).output)
      let log = try Program.run(["study", "export", "--events", "--unblind", "--deidentify"], in: session.workspace)
      #expect(log.output.contains(",agreement,"), "who looked is in the log")
      #expect((report["before_after_reveal"] as? [[String: Any]])?.count == 1)
    }

    private func visible(_ event: [String: Any]) -> [String]? { event["visible"] as? [String] }

    private func checkResults(in workspace: Workspace) throws {
      let consensus = try Program.run(["study", "export", "--raters", "consensus"], in: workspace)
      let verdicts = consensus.lines.dropFirst().map { $0.split(separator: ",")[2] }
      #expect(verdicts.count == 6 && verdicts.count { $0 == "absent" } == 1)
      let report = try JSON.object(try Program.run(["agreement", "--format", "json"], in: workspace).output)
      let pairs = try #require(report["pairs"] as? [[String: Any]])
      #expect(pairs[0]["rater_a"] as? String == "A" && pairs[0]["n"] as? Int == 6 && pairs[0]["agree"] as? Int == 5)
      #expect(pairs.last?["kappa"] as? Double == -1, "label against model on a misclassified sample")
      let frame = try #require(report["sampling_frame"] as? [String: Any])
      #expect((frame["taken"] as? [String: Int]) == ["fp": 3, "fn": 3])
      let events = try JSON.lines(try Program.run(["study", "export", "--events", "--unblind", "--format", "json"], in: workspace))
      let seen = events.filter { $0["kind"] as? String == "verdict" }.map(visible)
      #expect(seen.count == 12 && seen.allSatisfy { $0 == ["measurements"] }, "nothing that was blind was visible")
      #expect(events.last { $0["kind"] as? String != "unblind" }.map(visible) == ["readers", "measurements"])
      let status = try JSON.lines(try Program.run(["study", "status", "--format", "json"], in: workspace))
      #expect(status.count == 2 && status[0]["judged"] as? Int == 6 && status[0]["settled"] as? Int == 1)
      #expect(status.allSatisfy { ($0["median_seconds"] as? Double ?? 0) > 0 })
      let corrected = try Program.run(["study", "export", "--corrected", "corrected"], in: workspace)
      #expect(corrected.code == 0)
      let headers = try FileManager.default.contentsOfDirectory(atPath: workspace.file("corrected"))
      for name in headers {
        let new = try String(contentsOfFile: workspace.file("corrected/\(name)"), encoding: .utf8)
        let old = try String(contentsOfFile: workspace.file("records/\(name)"), encoding: .utf8)
        #expect(new.contains("#Dx: ") && new.contains("39732003") && new != old && new.contains("#Label before: "))
      }
      #expect(!headers.isEmpty)
      #expect(try Program.run(["study", "verify"], in: workspace).code == 0)
    }

    @Test func aRecordingThatChangedSinceItWasSampledIsRefused() throws {
      let session = try session("--order", "fixed")
      for record in Self.records {
        let path = session.workspace.file("records/\(record).dat")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[1000] ^= 0x10
        try bytes.write(to: URL(fileURLWithPath: path))
      }
      try session.terminal.start("review --study audit --reviewer A")
      try session.terminal.wait(for: "not the one that was sampled")
      try session.terminal.press("1")
      try session.terminal.wait(for: "no verdict")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      #expect(try Program.run(["study", "export"], in: session.workspace).lines.count == 1)
    }

    @Test func recordingsThatMovedAreFoundWhereTheyAreNamed() throws {
      let session = try session()
      let workspace = session.workspace
      try FileManager.default.moveItem(atPath: workspace.file("records"), toPath: workspace.file("moved"))
      try session.terminal.start("review --study audit --reviewer A")
      try session.terminal.wait(for: "name the folder")
      #expect(try session.terminal.exitCode() == 66)
      try session.terminal.start("review moved --study audit --reviewer A")
      try session.terminal.wait("a trace") { $0.contains(" Hz ") }
      try judge(session.terminal, number: 1, key: "1", answer: "LAD")
      try session.terminal.press("q")
    }

    @Test func twoProgramsKilledAgainAndAgainLoseNothing() throws {
      let session = try session()
      let other = try Tmux(session.workspace, environment: ["EINTHOVEN_MODEL": session.workspace.tinyModel()])
      for number in 1...6 {
        for (terminal, reader) in [(session.terminal, "A"), (other, "B")] { try start(terminal, "--reviewer \(reader)") }
        for terminal in [session.terminal, other] { try terminal.press("3") }
        for terminal in [session.terminal, other] {
          try terminal.wait(for: "case \(number): unsure")
          try terminal.signal(SIGKILL)
          #expect(try terminal.exitCode() == 137)
          try terminal.type("reset")
        }
      }
      let rows = try Program.run(["study", "export"], in: session.workspace).lines.dropFirst()
      #expect(rows.count == 12 && rows.allSatisfy { $0.contains(",unsure,") })
      #expect(try Program.run(["study", "verify"], in: session.workspace).code == 0)
    }
  }
}
