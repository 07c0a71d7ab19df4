import Foundation
import Testing

extension TerminalTests {
  /// The terminal itself: taken politely, given back on every way out, readable wherever it is.
  @Suite struct ScreenTests {
    /// What `stty -a` says, without the window's size.
    private func settings(_ terminal: Tmux) throws -> String {
      try terminal.type("clear; stty -a; echo code=0")
      let text = try terminal.wait("stty's answer") { $0.contains("-cmspar") && $0.contains("code=0") }
      return text.components(separatedBy: "\n").filter { $0.contains(";") || $0.hasPrefix("-") || $0.contains("echo") }.joined(
        separator: "\n")
    }

    @Test func everyWayOutGivesTheTerminalBack() throws {
      let session = try ReviewSession()
      let terminal = session.terminal
      let before = try settings(terminal)
      let endings: [(Int32, () throws -> Void)] = [
        (0, { try terminal.press("q") }), (143, { try terminal.signal(SIGTERM) }), (129, { try terminal.signal(SIGHUP) }),
        (130, { try terminal.signal(SIGINT) }),
      ]
      for (code, end) in endings {
        try session.startReview(showing: "heart01")
        #expect(try terminal.isOnAlternateScreen())
        try end()
        #expect(try terminal.exitCode() == code)
        #expect(try !terminal.isOnAlternateScreen())
        #expect(try settings(terminal) == before)
      }
      try session.startReview(showing: "heart01")
      try session.judge("heart01", key: "1", answer: "LAD")
      try terminal.signal(SIGTERM)
      #expect(try terminal.exitCode() == 143)
      #expect(try session.exported() == ["heart01": "present"])
    }

    @Test(arguments: 0..<5) func aSecondSignalOnTheWayOutEndsAsTheFirst(delay: UInt32) throws {
      let session = try ReviewSession()
      try session.startReview(showing: "heart01")
      let program = try session.terminal.processIdentifier()
      kill(program, SIGINT)
      usleep(2000 * delay)
      kill(program, SIGINT)
      #expect(try session.terminal.exitCode() == 130)
      // The key is no signal; those that follow it are the first, or come when the program ends anyhow.
      try session.startReview(showing: "heart01")
      let second = try session.terminal.processIdentifier()
      try session.terminal.press("C-c")
      for _ in 0..<60 {
        kill(second, SIGINT)
        usleep(250)
      }
      let code = try session.terminal.exitCode()
      #expect(code == 0 || code == 130)
    }

    @Test func suspendAndForeground() throws {
      let session = try ReviewSession()
      let terminal = session.terminal
      try terminal.type("clear; \"$EINTHOVEN\" review records")
      try session.waitForTrace(of: "heart01")
      try terminal.press("C-z")
      try terminal.wait("the shell") { $0.contains("Stopped") }
      #expect(try !terminal.isOnAlternateScreen())
      try terminal.resize(columns: 100, rows: 30)
      try terminal.type("fg; echo code0\"=$?\"")
      try session.waitForTrace(of: "heart01")
      try session.judge("heart01", key: "3", answer: "unsure")
      try terminal.press("q")
      #expect(try terminal.exitCode() == 0)
      #expect(try session.exported() == ["heart01": "unsure"])
    }

    @Test func withoutUTF8TheScreenIsASCII() throws {
      let session = try ReviewSession(environment: ["LANG": "C", "LC_ALL": "C"])
      try session.startReview(showing: "heart01")
      let screen = try session.terminal.wait(for: "25 mm/s")
      #expect(screen.unicodeScalars.allSatisfy { $0.value == 0x0A || (0x20...0x7E).contains($0.value) })
      try session.judge("heart01", key: "1", answer: "LAD")
      try session.terminal.press("?")
      let help = try session.terminal.wait(for: "Keys")
      #expect(help.unicodeScalars.allSatisfy { $0.value == 0x0A || (0x20...0x7E).contains($0.value) })
    }

    @Test func withoutColoursTheScreenSaysTheSame() throws {
      let session = try ReviewSession(environment: ["NO_COLOR": "1"])
      try session.startReview(showing: "heart01")
      let colours = try session.terminal.screenWithEscapes().matches(of: /\u{1B}\[[0-9;]*?(3[0-7]|4[0-7]|38;5|48;5|38;2)[0-9;]*m/)
      #expect(colours.isEmpty)
      try session.judge("heart01", key: "1", answer: "LAD")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
    }

    @Test(arguments: ["dumb", "no-such-terminal", ""])
    func aTerminalThatCannotShowIsToldSo(term: String) throws {
      let session = try ReviewSession(environment: ["TERM": term])
      try session.terminal.start("review records")
      #expect(try session.terminal.exitCode() == 64)
      #expect(try session.terminal.screen().replacing("\n", with: "").contains("xterm-256color"))
    }

    @Test func aKeymapWithAnUnknownActionIsRefusedWithItsLine() throws {
      let session = try ReviewSession()
      try session.workspace.write("config/einthoven/keymap.toml", "base = \"vim\"\n[keys]\nundo = \"x\"\nverdict-maybe = \"4\"\n".utf8)
      try session.terminal.start("review records")
      #expect(try session.terminal.exitCode() == 65)
      let screen = try session.terminal.screen().replacing("\n", with: "")
      #expect(screen.contains("keymap.toml:4") || screen.contains("line 4"))
      #expect(screen.contains("verdict-maybe"))
    }

    @Test func aKeymapThatLeavesNoWayOutIsRefusedWithItsLine() throws {
      let session = try ReviewSession()
      let takesBoth = "[keys]\nflag = \"q\"\nnote = \"ctrl-c\"\n"
      for (keymap, line) in [("[keys]\nundo = \"x\"\nquit = []\n", 3), (takesBoth, 3)] {
        try session.workspace.write("config/einthoven/keymap.toml", keymap.utf8)
        try session.terminal.start("review records")
        #expect(try session.terminal.exitCode() == 65)
        let screen = try session.terminal.screen().replacing("\n", with: "")
        #expect(screen.contains("keymap.toml:\(line): no key is left for quit"))
      }
    }

    @Test func aSimpleTerminalIsSentNothingButWords() throws {
      let session = try ReviewSession(environment: ["TERM": "dumb"])
      let file = session.workspace.file("sent")
      try session.terminal.record(to: file)
      try session.terminal.start("view records")
      #expect(try session.terminal.exitCode() == 64)
      // The record is written by another program, when that has its turn.
      var sent = ""
      for _ in 0..<50 where !sent.contains("einthoven: the terminal 'dumb'") {
        sent = try String(contentsOfFile: file, encoding: .utf8)
        Thread.sleep(forTimeInterval: 0.1)
      }
      #expect(sent.contains("einthoven: the terminal 'dumb'") && !sent.contains("\u{1B}[?"), "\(sent.debugDescription)")
    }

    @Test func aKeymapOfOnesOwnIsInForce() throws {
      let session = try ReviewSession()
      try session.workspace.write("config/einthoven/keymap.toml", "[keys]\nverdict-present = \"y\"\n".utf8)
      try session.startReview(showing: "heart01")
      try session.terminal.wait(for: "[y] LAD")
      try session.judge("heart01", key: "y", answer: "LAD")
    }

    @Test func aHostileHeaderCannotWriteToTheScreen() throws {
      let session = try ReviewSession()
      let leads = Workspace.leads + ["\u{1B}]0;owned\u{07}\u{1B}[2J"]
      try session.workspace.writeRecord("hostile/trick", leads: leads, comments: ["Dx: \u{1B}[31m\u{9B}2J,39732003"])
      try session.terminal.start("view hostile")
      try session.waitForTrace(of: "trick")
      #expect(try session.terminal.title() != "owned")
    }

    /// Thirty minutes of twelve leads at 1000 Hz, 43 MB.
    @Test func aLongRecordingOpensAtOnce() throws {
      let session = try ReviewSession(records: [])
      try session.workspace.writeRecord("records/holter", rate: 1000, samples: 1_800_000)
      try session.terminal.start("review records")
      let started = Date()
      try session.terminal.wait("the first frame") { $0.contains("case 1/1") }
      #expect(Date().timeIntervalSince(started) < 3)
      try session.waitForTrace(of: "holter")
      #expect(Date().timeIntervalSince(started) < 6)
      try session.terminal.wait(for: "of 0:30:00")
      try session.terminal.press("PageDown")
      try session.terminal.wait("a later stretch") { ReviewSession.statusLine(of: $0).contains(/\s0:00:(0[1-9]|[1-5][0-9])–.* of 0:30:00/) }
      try session.terminal.press("End")
      try session.terminal.wait("the end") { $0.contains("–0:30:00 of 0:30:00") }
      try session.terminal.press("Home")
      try session.terminal.wait("the start") { $0.contains(" 0:00:00–") }
      for _ in 0..<20 { try session.terminal.press(",") }
      let overview = try session.terminal.wait("the slowest paper") { !$0.contains(" 25 mm/s") && $0.contains(" 0:00:00–") }
      #expect(overview.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
      try session.judge("holter", key: "2", answer: "no LAD")
      try session.terminal.press("q")
      #expect(try session.terminal.exitCode() == 0)
    }
  }
}
