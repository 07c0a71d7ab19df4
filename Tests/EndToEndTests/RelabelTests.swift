import Foundation
import Testing

extension TerminalTests {
  /// Relabelling in a terminal: two readers, a second queue, an adjudicator; and what a killed program keeps.
  @Suite struct RelabelTests {
    private static let records = (1...12).map { String(format: "heart%02d", $0) }

    private func session(_ options: String...) throws -> ReviewSession {
      let session = try ReviewSession(columns: 140, rows: 42, records: Self.records)
      let made = try Program.run(["study", "create", "relabel", "records", "--relabel"] + options, in: session.workspace)
      try #require(made.code == 0, "\(made.complaints)")
      #expect(made.lines.first == "study relabel: Which of these 24 statements hold?")
      return session
    }

    private func start(_ terminal: Tmux, _ options: String) throws {
      try terminal.start("review --study relabel \(options)")
      try terminal.wait("a trace") { $0.contains(" Hz ") }
    }

    /// Strikes keys on the case that is open and waits until its set is on disk.
    private func answer(_ terminal: Tmux, number: Int, keys: [String], words: String) throws {
      try terminal.wait("the trace of case \(number)") { screen in
        let title = screen.prefix { $0 != "\n" }
        return title.contains("case \(number)/") && title.contains(" Hz ")
      }
      var last = ""
      for key in keys + ["Enter"] {
        // A key that comes again sooner than a hand can strike it is taken for one that is held down, and a busy machine reads two at once: between them
        // stands one that means nothing.
        if key == last { try terminal.press("F12") }
        usleep(120_000)
        try terminal.press(key)
        last = key
      }
      try terminal.wait(for: "case \(number): \(words)")
    }

    private func leave(_ terminal: Tmux) throws {
      try terminal.press("C-c")
      #expect(try terminal.exitCode() == 0)
    }

    @Test func aPrintedScreenOfTheStudyIsWhatItsReaderFinds() throws {
      let session = try session("--blind", "readers", "--prefill", "label")
      let printed = try Program.run(["render", "--study", "relabel", "--reviewer", "A", "--size", "140x42"], in: session.workspace).lines
      let first = try #require(printed.first { $0.contains("›1 ") }?.split(separator: "│").last { $0.contains("›1 ") })
      #expect(first.contains("[x]") && printed.contains { $0.contains("filled in: label") })
      try start(session.terminal, "--reviewer A")
      try session.terminal.wait(for: first.trimmingCharacters(in: .whitespaces))
      try leave(session.terminal)
    }

    @Test func twoReadersASecondQueueAndAnAdjudicator() throws {
      let session = try session("--until-agreed", "2")
      let (terminal, workspace) = (session.terminal, session.workspace)
      try start(terminal, "--reviewer A")
      let screen = try terminal.wait(for: "blind: labels, model, readers")
      #expect(
        screen.contains("statements 0/24") && screen.contains("1 [ ] SNR"), "the most frequent of the study's labels comes first")
      for number in 1...12 { try answer(terminal, number: number, keys: ["1"], words: "SNR") }
      try leave(terminal)
      try start(terminal, "--reviewer B")
      for number in 1...11 { try answer(terminal, number: number, keys: ["1"], words: "SNR") }
      try answer(terminal, number: 12, keys: ["1", "l", "a", "Space"], words: "LAD SNR")
      try leave(terminal)
      // Two have read every case, which is the limit.
      let third = try Program.run(["review", "--study", "relabel", "--reviewer", "D"], in: workspace)
      #expect(third.code == 65 && third.complaints.contains("no case needs another reader"))
      try start(terminal, "--reviewer C --adjudicate")
      try terminal.wait(for: "A: SNR, B: LAD SNR")
      try answer(terminal, number: 1, keys: ["l", "a", "Enter"], words: "LAD SNR")
      try leave(terminal)
      try checkResults(in: workspace)
    }

    private func checkResults(in workspace: Workspace) throws {
      let status = try JSON.lines(try Program.run(["study", "status", "--format", "json"], in: workspace))
      #expect(status.map { $0["median_keys"] as? Double } == [2, 2] && status.map { $0["judged"] as? Int } == [12, 12])
      #expect(status[0]["disputed"] as? Int == 1 && status[0]["settled"] as? Int == 1)
      let agreement = try JSON.object(try Program.run(["agreement", "--format", "json"], in: workspace).output)
      let pair = try #require((agreement["sets"] as? [[String: Any]])?.first)
      #expect(pair["cases"] as? Int == 12 && abs((pair["exact_match"] as? Double ?? 0) - 11.0 / 12) < 1e-12)
      let lad = try Program.run(["agreement", "--diagnosis", "LAD", "--format", "json"], in: workspace)
      let first = try #require((JSON.object(lad.output)["pairs"] as? [[String: Any]])?.first)
      #expect(first["agree"] as? Int == 11 && first["n"] as? Int == 12)
      let consensus = try JSON.lines(try Program.run(["study", "consensus", "--format", "json", "--bootstrap", "0"], in: workspace))
      #expect(consensus.count == 13 && consensus.last?.keys.first == "summary")
      let adjudicated = consensus.compactMap { ($0["diagnoses"] as? [String: [String: Any]])?["LAD"] }.filter {
        $0["adjudicated"] as? Bool == true
      }
      #expect(adjudicated.map { $0["verdict"] as? String } == ["present"])
      let corrected = try Program.run(["study", "export", "--corrected", "corrected.csv"], in: workspace)
      #expect(corrected.lines == ["12 corrected labels in corrected.csv"])
      let rows = try Program.run(["study", "export", "--raters", "readers"], in: workspace).lines
      #expect(rows.count == 1 + 2 * 12 * 24 && rows[0].hasPrefix("case,rater,verdict,diagnosis,likelihood,"))
      #expect(try Program.run(["study", "verify"], in: workspace).code == 0)
    }

    @Test func whatWasAcknowledgedSurvivesBeingKilled() throws {
      let session = try session()
      let terminal = session.terminal
      for round in 0..<4 {
        try start(terminal, "--reviewer A")
        // The desk opens at the first case without an answer.
        for number in 2 * round + 1...2 * round + 2 { try answer(terminal, number: number, keys: ["1", "2"], words: "LAD SNR") }
        try terminal.signal(SIGKILL)
        #expect(try terminal.exitCode() == 137)
        let rows = try Program.run(["study", "export"], in: session.workspace).lines.dropFirst()
        #expect(rows.count >= 24 * 2 * (round + 1))
        #expect(try Program.run(["study", "verify"], in: session.workspace).code == 0)
      }
    }
  }
}
