import Foundation
import Testing

extension TerminalTests {
  /// What goes over the wire to the terminal: the colours it is trusted with, and no more bytes than needed.
  @Suite struct WireTests {
    /// Starts a view of one record and returns what was sent for its first frames.
    private func opening(_ environment: [String: String], options: String = "") throws -> String {
      let session = try ReviewSession(environment: environment, records: ["heart01"])
      let wire = try Wire(session)
      try session.terminal.start("view records \(options)")
      try session.terminal.wait(for: "25 mm/s")
      return String(decoding: try wire.settled(), as: UTF8.self)
    }

    @Test func colorTermAsksForColoursOf24Bits() throws {
      let text = try opening(["TERM": "xterm-256color", "COLORTERM": "truecolor"])
      #expect(text.contains("38;2;") && !text.contains("38;5;"))
    }

    @Test func withoutColorTermTheTableOfTheTerminalIsUsed() throws {
      let many = try opening(["TERM": "xterm-256color"])
      #expect(many.contains("38;5;") && !many.contains("38;2;"))
      let few = try opening(["TERM": "linux", "COLORTERM": "truecolor"])
      let sixteen = few.matches(of: /\[(0;)?(1;)?3[0-7]m/)
      #expect(!few.contains("38;5;") && !few.contains("38;2;") && !sixteen.isEmpty)
      #expect(few.utf8.allSatisfy { $0 < 0x80 }, "fonts of the Linux console have no braille")
    }

    @Test func aDepthThatIsChosenBeatsTheEnvironment() throws {
      #expect(try opening(["TERM": "xterm-256color", "NO_COLOR": "1"], options: "--colors 24bit").contains("38;2;"))
      let none = try opening(["TERM": "xterm-256color", "COLORTERM": "truecolor"], options: "--colors none")
      #expect(!none.contains("38;2;") && !none.contains("38;5;"))
    }

    @Test func nothingIsSentWhenNothingChanges() throws {
      let session = try ReviewSession(environment: ["TERM": "xterm-256color"])
      let wire = try Wire(session)
      try session.startReview(showing: "heart01")
      try session.terminal.press("Home")
      _ = try wire.settled()
      for key in ["Home", "C-Up", "Home"] {
        try session.terminal.press(key)
        #expect(try wire.settled().isEmpty, "\(key)")
      }
    }

    @Test(arguments: ["3x4", "12x1"])
    func aStepOfACaretTakesLessThanThreeThousandBytes(layout: String) throws {
      let session = try ReviewSession(columns: 200, rows: 60, environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor"])
      let wire = try Wire(session)
      try session.startReview("--layout \(layout)", showing: "heart01")
      try session.terminal.press("c")
      try session.waitForCalipers()
      _ = try wire.settled()
      for _ in 0..<2 {
        try session.terminal.press("Right")
        #expect(try wire.settled().count < 3000)
      }
    }

    @Test func aKeyHeldDownQueuesNoWork() throws {
      let session = try ReviewSession(records: [])
      try session.workspace.writeRecord("records/holter", rate: 250, samples: 450_000)
      try session.terminal.start("view records --layout 12x1")
      try session.waitForTrace(of: "holter")
      try session.terminal.press("Right")
      let scale = try session.terminal.wait("a later stretch") { ReviewSession.statusLine(of: $0).contains(/\s0:00:0[1-9]–.* of 0:30:00/) }
      let stretch = try #require(scale.firstMatch(of: /[0-9:]+–[0-9:]+ of 0:30:00/)?.output)
      // All of a thousand keys count, and the screen is that of the last.
      for _ in 0..<5 { try session.terminal.press("-N", "100", "Right") }
      for _ in 0..<5 { try session.terminal.press("-N", "100", "Left") }
      try session.terminal.press("c")
      try session.terminal.wait("the calipers over the stretch before") { $0.contains(/calipers [0-9]+ ms/) && $0.contains(stretch) }
    }

    @Test func anUnknownSequenceIsNoTyping() throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      // Ctrl-Up as a terminal sends it whose terminfo does not name it; its digits are no verdict.
      try session.terminal.press("-H", "1b", "5b", "31", "3b", "39", "41")
      try session.terminal.press("?")
      try session.terminal.wait(for: "Keys — default keymap")
      #expect(try session.exported().isEmpty)
    }

    @Test func aScreenWithoutATerminalIsRefusedInOneLine() throws {
      let workspace = try Workspace()
      _ = try workspace.samples("heart01")
      for command in [["view", "records"], ["review", "records"]] {
        let outcome = try Program.run(command, in: workspace, environment: ["EINTHOVEN_MODEL": try workspace.tinyModel()])
        #expect(outcome.code == 64 && outcome.output.isEmpty)
        #expect(outcome.complaints.split(separator: "\n").count == 1 && outcome.complaints.contains("must be a terminal"))
      }
    }
  }
}

/// What a program sends to its terminal, in bytes.
private struct Wire {
  private let file: String

  /// Listens to the terminal of a session from now on.
  init(_ session: ReviewSession) throws {
    file = session.workspace.file("wire")
    try session.terminal.record(to: file)
  }

  /// What was sent since the last call, once nothing more comes.
  func settled() throws -> Data {
    var last = -1
    var size = bytes().count
    while size != last {
      usleep(250_000)
      (last, size) = (size, bytes().count)
    }
    let all = bytes()
    try Data().write(to: URL(fileURLWithPath: file))
    return all
  }

  private func bytes() -> Data { (try? Data(contentsOf: URL(fileURLWithPath: file))) ?? Data() }
}
