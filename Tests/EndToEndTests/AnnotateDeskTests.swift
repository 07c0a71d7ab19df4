import Foundation
import Testing

extension TerminalTests {
  /// Annotating in a terminal: place, change, a stretch, taking back; what a killed program keeps, and the file that other programs read.
  @Suite struct AnnotateDeskTests {
    private func read(_ session: ReviewSession, _ annotator: String = "tester") throws -> [String] {
      let outcome = try Program.run(
        ["annotations", "read", "records/heart01", "--annotator", annotator, "--format", "json"], in: session.workspace)
      try #require(outcome.code == 0, "\(outcome.complaints)")
      return try JSON.lines(outcome).map { "\($0["symbol"] ?? "") \($0["aux"] ?? "")".trimmingCharacters(in: .whitespaces) }
    }

    private func begin(_ session: ReviewSession) throws {
      try session.startReview("--layout 3x4", showing: "heart01")
      try session.terminal.wait("what is measured") { $0.contains(#/HR +[0-9]/#) }
      try session.terminal.press("e")
      try session.terminal.wait(for: "EDIT")
    }

    @Test func strokesOutliveAKilledProgramAndAreWrittenOnLeaving() throws {
      let session = try ReviewSession(columns: 160, rows: 45)
      let terminal = session.terminal
      try begin(session)
      try terminal.wait(for: "1 stroke")
      try terminal.press("V")
      try terminal.wait(for: "V premature ventricular contraction")
      try terminal.press("Space", "A")
      try terminal.wait(for: "3 strokes")
      try terminal.press("i", "Space", "i")
      try terminal.wait(for: "What this stretch is")
      try terminal.press("a", "f", "i", "Enter")
      try terminal.wait(for: "├AFIB")
      try terminal.wait(for: "4 strokes")
      try terminal.press("z")
      try terminal.wait(for: "taken back")
      try terminal.press("Z")
      try terminal.wait(for: "done again")
      try terminal.press("Right")
      try terminal.wait(for: "6 strokes")
      try terminal.signal(SIGKILL)
      #expect(try session.isIntact())
      #expect(!FileManager.default.fileExists(atPath: session.workspace.file("records/heart01.tester")))
      try begin(session)
      try terminal.wait(for: "├AFIB")
      try terminal.press("Space", "z")
      try terminal.wait(for: "taken back")
      try terminal.press("Z")
      try terminal.wait(for: "done again")
      try terminal.press("Escape")
      try terminal.wait(for: "heart01.tester is written")
      try terminal.press("q")
      #expect(try terminal.exitCode() == 0)
      let marks = try read(session)
      #expect(marks.contains("V") && marks.contains("A") && marks.contains("+ (AFIB") && marks.contains("+ AFIB)"))
      #expect(try session.isIntact())
    }

    @Test func aFileOfSomebodyElseIsKept() throws {
      let session = try ReviewSession(columns: 160, rows: 45)
      let table = try session.workspace.write("theirs.csv", Array("sample,symbol\n100,N\n".utf8))
      let made = try Program.run(
        ["annotations", "write", "records/heart01", "--annotator", "tester", "--from", table], in: session.workspace)
      try #require(made.code == 0, "\(made.complaints)")
      try begin(session)
      try session.terminal.press("V")
      try session.terminal.wait(for: "2 strokes")
      try session.terminal.press("w")
      try session.terminal.wait(for: "kept as heart01.tester~")
      try session.terminal.press("Space", "A")
      try session.terminal.wait(for: "3 strokes")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
      // The second time it was the reader's own, and nothing more is kept.
      let names = try session.workspace.names(in: "records").filter { $0.hasPrefix("heart01.tester") }
      #expect(names == ["heart01.tester", "heart01.tester~"])
      #expect(try read(session).contains("A"))
    }

    @Test func layersOfFilesAreOpenedAndPutOff() throws {
      let session = try ReviewSession(columns: 160, rows: 45)
      let table = try session.workspace.write("theirs.csv", Array("sample,symbol\n600,E\n1500,E\n".utf8))
      let made = try Program.run(["annotations", "write", "records/heart01", "--annotator", "atr", "--from", table], in: session.workspace)
      try #require(made.code == 0, "\(made.complaints)")
      try session.startReview("--layout 3x4", showing: "heart01")
      try session.terminal.wait(for: "annotations ¹atr")
      try session.terminal.wait(for: "E¹")
      try session.terminal.press("L")
      try session.terminal.wait(for: "Layers of annotations")
      try session.terminal.press("Escape")
      try session.terminal.wait("the menu's end") { !$0.contains("Layers of annotations") }
      // A letter right after Escape would be Alt with it.
      usleep(100_000)
      try session.terminal.press("K")
      try session.terminal.wait("no layer") { !$0.contains("E¹") }
      let frame = try Program.run(
        ["render", "records/heart01", "--annotator", "atr", "--size", "160x45", "--layout", "3x4"], in: session.workspace)
      #expect(frame.code == 0 && frame.output.contains("E¹") && frame.output.contains("annotations ¹atr"))
      let none = try Program.run(["render", "records/heart01", "--annotator", "qrs"], in: session.workspace)
      #expect(none.code != 0 && none.complaints.contains("heart01.qrs"))
    }
  }
}
