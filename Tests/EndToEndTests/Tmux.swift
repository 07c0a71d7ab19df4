import Foundation
import Testing

/// A real terminal for tests: a tmux server of a test's own with one window, in which a shell runs.
///
/// It is gone when the test is.
final class Tmux {
  /// Why something did not happen; holds the screen as it was.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Whether there is a tmux to test with.
  static let isInstalled: Bool = {
    let isThere = FileManager.default.isExecutableFile(atPath: executable)
    if !isThere { FileHandle.standardError.write(Data("skipped: the tests in a terminal need tmux (apt-get install tmux)\n".utf8)) }
    return isThere
  }()

  private static let executable =
    ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"].first(where: FileManager.default.isExecutableFile) ?? "tmux"
  private static let prompt = "ready>"
  /// How long anything may take to appear.
  private static let patience: TimeInterval = 40

  private let socket: String
  private let workspace: Workspace
  /// The last key pressed.
  private var lastKey: (name: String, time: Date)?
  private static let shortestStroke: TimeInterval = 0.15
  /// Programs started so far; each end is told apart from the one before, which may still be on the screen.
  private var starts = 0

  /// A window with a shell in the workspace's folder and environment, at its prompt.
  init(_ workspace: Workspace, columns: Int = 120, rows: Int = 40, environment: [String: String] = [:]) throws {
    self.workspace = workspace
    socket = workspace.file("tmux-\(UInt32.random(in: 0..<1_000_000))")
    var inner = workspace.environment.merging(environment) { $1 }
    if inner["TERM"] == nil { inner["TERM"] = "screen-256color" }
    inner["PS1"] = Self.prompt + " "
    inner["EINTHOVEN"] = try Program.path()
    let variables = inner.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    try tmux(
      ["-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c", workspace.path, "--", "env", "-i"] + variables
        + ["bash", "--norc", "--noprofile", "-i"])
    try wait("the shell's prompt") { $0.contains(Self.prompt) }
  }

  deinit { _ = try? tmux(["kill-server"]) }

  // MARK: The screen

  /// What the window shows, without trailing spaces.
  func screen() throws -> String { try tmux(["capture-pane", "-p", "-t", "0"]) }

  /// What the window shows with the escape sequences of its colours.
  func screenWithEscapes() throws -> String { try tmux(["capture-pane", "-p", "-e", "-t", "0"]) }

  /// The window's title.
  func title() throws -> String { try tmux(["display-message", "-p", "-t", "0", "#{pane_title}"]).trimmingCharacters(in: .newlines) }

  /// Waits until the screen shows what is wanted, and returns it.
  @discardableResult
  func wait(_ what: String, until isThere: (String) -> Bool) throws -> String {
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    var last = ""
    repeat {
      last = try screen()
      if isThere(last) { return last }
      usleep(15_000)
    } while Date() < deadline
    throw Failure(description: "\(what) did not appear; the screen shows:\n\(last)")
  }

  /// Waits until the screen shows a text.
  @discardableResult
  func wait(for text: String) throws -> String { try wait("\"\(text)\"") { $0.contains(text) } }

  // MARK: Keys

  /// Presses keys by tmux's names: `1`, `Escape`, `C-z`, `PageDown`.
  ///
  /// The key that was pressed last comes again no sooner than a hand would strike it: what comes sooner is taken for a key that is held down. On a busy
  /// machine the program reads both at once all the same, so a key that gives a verdict follows one that means nothing.
  func press(_ keys: String...) throws {
    if let lastKey, lastKey.name == keys.first {
      let rest = Self.shortestStroke + lastKey.time.timeIntervalSinceNow
      if rest > 0 { usleep(UInt32(rest * 1e6)) }
      if ["1", "2", "3"].contains(lastKey.name) { try tmux(["send-keys", "-t", "0", "F12"]) }
    }
    lastKey = keys.last.map { ($0, Date()) }
    try tmux(["send-keys", "-t", "0"] + keys)
  }

  /// Types a command at the shell's prompt.
  func type(_ line: String) throws {
    try tmux(["send-keys", "-t", "0", "-l", line])
    try press("Enter")
  }

  /// Clears the shell's screen and runs a command; the screen shows `code1=N` once the first has ended.
  ///
  /// What a killed program left on the screen goes first, and at once: it must not pass for what the next one shows.
  func start(_ arguments: String) throws {
    starts += 1
    try tmux(["send-keys", "-R", "-t", "0"])
    try type("clear; \"$EINTHOVEN\" \(arguments); echo code\(starts)\"=$?\"")
  }

  /// Waits for the program's end and returns its exit code.
  func exitCode() throws -> Int32? {
    let mark = "code\(starts)="
    let text = try wait("the program's end") { $0.contains(mark) }
    return text.range(of: mark).flatMap { Int32(text[$0.upperBound...].prefix { $0.isNumber }) }
  }

  /// Gives the window another size.
  func resize(columns: Int, rows: Int) throws { try tmux(["resize-window", "-t", "0", "-x", "\(columns)", "-y", "\(rows)"]) }

  /// Pastes text as a terminal does that knows bracketed paste.
  func paste(_ text: String) throws {
    try tmux(["set-buffer", text])
    try tmux(["paste-buffer", "-p", "-t", "0"])
  }

  /// Appends what the window is sent from now on to a file, byte by byte.
  func record(to file: String) throws { try tmux(["pipe-pane", "-t", "0", "cat >> '\(file)'"]) }

  /// Whether the window shows the alternate screen, as full-screen programs do.
  func isOnAlternateScreen() throws -> Bool { try tmux(["display-message", "-p", "-t", "0", "#{alternate_on}"]).hasPrefix("1") }

  /// A fact that tmux knows of the window: `mouse_button_flag` is 1 while the program wants reports of the mouse.
  func fact(_ name: String) throws -> String {
    try tmux(["display-message", "-p", "-t", "0", "#{\(name)}"]).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Sends what a terminal sends for the mouse: a button's number and a cell, counted from 0.
  func mouse(_ button: Int, column: Int, row: Int, isRelease: Bool = false) throws {
    let report = "\u{1B}[<\(button);\(column + 1);\(row + 1)\(isRelease ? "m" : "M")"
    try send(report.utf8.map { String($0, radix: 16) })
  }

  /// Sends bytes, in hexadecimal, as if the terminal had.
  func send(_ bytes: [String]) throws { try tmux(["send-keys", "-t", "0", "-H"] + bytes) }

  // MARK: The program

  /// The running program's process: the shell's child.
  func processIdentifier() throws -> pid_t {
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    let shell = try tmux(["display-message", "-p", "-t", "0", "#{pane_pid}"]).trimmingCharacters(in: .whitespacesAndNewlines)
    repeat {
      let children = (try? String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)) ?? ""
      if let child = children.split(separator: " ").first.flatMap({ pid_t($0) }) { return child }
      usleep(10_000)
    } while Date() < deadline
    throw Failure(description: "the shell runs no program")
  }

  /// Sends the running program a signal.
  func signal(_ signal: Int32) throws { kill(try processIdentifier(), signal) }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let output = workspace.scratch()
    let environment = [
      "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": workspace.file("home"), "TERM": "xterm-256color", "SHELL": "/bin/sh",
    ]
    let child = try Child(
      [Self.executable, "-u", "-S", socket] + arguments, environment: environment, outputPath: output.path, errorPath: "/dev/null")
    guard try child.wait(patience: Self.patience) == .exit(0) else {
      throw Failure(description: "tmux \(arguments.joined(separator: " ")) failed")
    }
    defer { try? FileManager.default.removeItem(at: output) }
    return String(decoding: try Data(contentsOf: output), as: UTF8.self)
  }
}

/// All tests in a terminal: one after the other, and only where tmux is.
@Suite(.serialized, .enabled(if: Tmux.isInstalled, "the tests in a terminal need tmux"))
struct TerminalTests {}
