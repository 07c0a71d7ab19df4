import Foundation
import Testing

extension TerminalTests {
  /// A study of annotation in a terminal: two readers who do not see each other, a program that is killed, and somebody who settles.
  @Suite struct AnnotationStudyTests {
    private let session: ReviewSession

    init() throws { session = try ReviewSession(columns: 160, rows: 45, records: ["heart01"]) }

    private var terminal: Tmux { session.terminal }

    private func run(_ arguments: [String], code: Int32 = 0) throws -> Program.Outcome {
      let outcome = try Program.run(arguments, in: session.workspace)
      try #require(outcome.code == code, "\(arguments.prefix(3)): \(outcome.complaints)")
      return outcome
    }

    private func begin(_ reviewer: String, _ options: String = "") throws {
      try terminal.start("review --study marks --reviewer \(reviewer) \(options) --layout 3x4")
      try terminal.wait(for: "EDIT")
    }

    private func agreement(_ format: String) throws -> Program.Outcome {
      try run(["agreement", "--study", "marks", "--format", format])
    }

    @Test func twoReadersAnnotateBlindAndAThirdSettlesWhatOutlivesAKilledProgram() throws {
      let made = try run(["study", "create", "marks", "records", "--annotate", "beats"])
      #expect(made.output.contains("Hidden from readers: labels, model, readers, measurements."))
      #expect(try run(["study", "list"]).output.contains("beats"))
      // The first reader is killed between two strokes.
      try begin("HG")
      #expect(try !terminal.screen().contains("annotations"))
      try terminal.press("N")
      try terminal.wait(for: "1 stroke")
      try terminal.press("N")
      try terminal.wait(for: "2 strokes")
      try terminal.press("V")
      try terminal.wait(for: "3 strokes")
      try terminal.signal(SIGKILL)
      _ = try terminal.exitCode()
      #expect(try run(["study", "status", "--study", "marks"]).output.contains("HG has begun 1"))
      try begin("HG")
      try terminal.wait(for: "2 beats")
      try terminal.press("1")
      try terminal.wait(for: "The study is done")
      try terminal.signal(SIGKILL)
      _ = try terminal.exitCode()
      // The second sees nothing of it.
      try begin("SW")
      #expect(try !terminal.screen().contains("HG"))
      try terminal.press("N")
      try terminal.wait(for: "1 stroke")
      try terminal.press("N")
      try terminal.wait(for: "2 strokes")
      #expect(try terminal.wait(for: "2 beats").contains("N 2"))
      try terminal.press("1")
      try terminal.wait(for: "The study is done")
      try terminal.press("q")
      #expect(try terminal.exitCode() == 0)
      #expect(try session.workspace.names(in: "records").count == 2, "no file beside the record")
      let pair = try #require(try JSON.lines(agreement("json")).first?["pairs"] as? [[String: Any]]).first
      #expect(pair?["matched"] as? Int == 2 && pair?["only_a"] as? Int == 0 && pair?["agree"] as? Int == 1)
      let status = try run(["study", "status", "--study", "marks", "--format", "json"])
      #expect(try JSON.lines(status).allSatisfy { $0["judged"] as? Int == 1 && $0["disputed"] as? Int == 1 && $0["settled"] as? Int == 0 })
      try settle()
      try expectExports()
    }

    /// A third person takes the second reader's beats over, changes one, and settles.
    private func settle() throws {
      try begin("TK", "--adjudicate")
      try terminal.wait(for: "annotations ¹HG ²SW")
      try terminal.wait(for: "V¹")
      try terminal.press("5")
      try terminal.wait(for: "the marks of SW are yours")
      try terminal.press("A")
      try terminal.wait(for: "2 strokes")
      try terminal.press("1")
      try terminal.wait(for: "The study is done")
      try terminal.signal(SIGKILL)
      _ = try terminal.exitCode()
      #expect(try session.isIntact())
      let status = try run(["study", "status", "--study", "marks", "--format", "json"])
      #expect(try JSON.lines(status).allSatisfy { $0["settled"] as? Int == 1 })
    }

    private func expectExports() throws {
      _ = try run(["study", "export", "marks", "--annotations", "out", "--raters", "all"])
      #expect(
        try session.workspace.names(in: "out").sorted()
          == ["annotations.csv", "heart01.HG", "heart01.SW", "heart01.TK", "heart01.consensus"])
      let rows = try JSON.lines(run(["study", "export", "marks", "--raters", "consensus", "--format", "json"]))
      #expect(
        rows.count == 2 && rows.contains { $0["symbol"] as? String == "A" } && rows.allSatisfy { $0["reader"] as? String == "consensus" })
      let table = try run(["study", "export", "--study", "marks"])
      #expect(table.lines.count == 7 && table.lines[0].hasPrefix("case,reader,annotator,sample"))
      #expect(try agreement("html").output.hasPrefix("<!DOCTYPE html>"))
      #expect(try agreement("table").output.contains("matched within 150 ms"))
      _ = try run(["study", "export", "marks", "--output", "folder"])
      #expect(try session.workspace.names(in: "folder").contains("heart01.consensus"))
      _ = try run(["study", "consensus", "--study", "marks"], code: 64)
      _ = try run(["study", "create", "other", "records", "--annotate", "beats", "--relabel"], code: 64)
      _ = try run(["study", "create", "other", "records", "--annotate", "waves"], code: 64)
      let shown = try run(["study", "create", "shown", "records", "--annotate", "spans", "--show-measured"])
      #expect(shown.output.contains("Hidden from readers: labels, model, readers."))
    }
  }
}
