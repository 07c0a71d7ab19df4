import Foundation
import TestSupport
import Testing

extension TerminalTests {
  /// The commands of docs/studies.md, as they stand there, from sampling to the table.
  @Suite struct StudyDocumentTests {
    /// The lines of the document's first block of commands, without the program's name.
    private static func commands() throws -> [String] {
      let text = try String(contentsOf: Checkout.root.appendingPathComponent("docs/studies.md"), encoding: .utf8)
      let block = text.components(separatedBy: "```sh\n").dropFirst().first?.components(separatedBy: "```").first ?? ""
      return block.split(separator: "\n").map { $0.hasPrefix("einthoven ") ? String($0.dropFirst("einthoven ".count)) : "not ours: \($0)" }
    }

    @Test func thePapersAuditInTenCommands() throws {
      let workspace = try Workspace()
      try FileManager.default.copyItem(atPath: SampleData.folder.path, toPath: workspace.file("recordings"))
      let terminal = try Tmux(workspace, columns: 160, rows: 48)
      let commands = try Self.commands()
      #expect(commands.count == 10)
      for command in commands {
        try terminal.start(command)
        if command.hasPrefix("review") { try review(terminal, command, workspace) }
        #expect(try terminal.exitCode() == 0, "einthoven \(command)")
      }
      try checkResults(workspace)
    }

    /// HG says LAD throughout, SW differs on every other case, and TK says LAD of the cases on which they differ.
    private func review(_ terminal: Tmux, _ command: String, _ workspace: Workspace) throws {
      var number = 1
      while true {
        let title = try terminal.wait("the trace of case \(number)") { screen in
          let title = screen.prefix { $0 != "\n" }
          return title.contains("case \(number)/") && title.contains(" Hz ")
        }.prefix { $0 != "\n" }
        let saysAbsent = command.contains("SW") && number.isMultiple(of: 2)
        try terminal.press(saysAbsent ? "2" : "1")
        try terminal.wait(for: "case \(number): \(saysAbsent ? "no LAD" : "LAD")")
        let total = title.split(separator: "/").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        if number >= total { break }
        number += 1
      }
      try terminal.press("q")
    }

    private func checkResults(_ workspace: Workspace) throws {
      func lines(_ arguments: String...) throws -> [[String: Any]] { try JSON.lines(try Program.run(arguments, in: workspace)) }
      let study = try #require(try lines("study", "list", "--format", "json").first)
      let cases = try #require(study["cases"] as? Int)
      let report = try #require(try lines("agreement", "--study", "lad-audit", "--bootstrap", "2000", "--format", "json").first)
      let frame = try #require(report["sampling_frame"] as? [String: Any])
      let taken = (frame["taken"] as? [String: Int])?.values.reduce(0, +) ?? 0
      #expect(taken > 0 && cases == taken + (frame["repeated"] as? Int ?? 0), "the repeats are cases of the study")
      let pairs = try #require(report["pairs"] as? [[String: Any]])
      #expect(pairs.first?["rater_a"] as? String == "HG" && pairs.first?["n"] as? Int == taken, "no recording counts twice")
      #expect((report["intra_reader"] as? [[String: Any]])?.count == 2)
      #expect(try lines("study", "status", "--format", "json").allSatisfy { $0["disputed"] as? Int == $0["settled"] as? Int })
      let names = try workspace.names(in: "lad-audit-export")
      #expect(names == ["cases.csv", "codebook.md", "consensus.csv", "events.csv", "study.json", "verdicts.csv"])
      let verdicts = try String(contentsOfFile: workspace.file("lad-audit-export/verdicts.csv"), encoding: .utf8)
      #expect(verdicts.contains(",R1,present") && verdicts.contains(",R2,absent") && !verdicts.contains("HG"))
      let consensus = try String(contentsOfFile: workspace.file("lad-audit-export/consensus.csv"), encoding: .utf8)
      #expect(consensus.contains(",adjudicated,") && !consensus.contains(",open,"))
    }
  }
}
