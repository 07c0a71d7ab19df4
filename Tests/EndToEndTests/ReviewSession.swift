import Foundation
import Testing

/// A review of a few sample recordings in a terminal, with the small model.
struct ReviewSession {
  let workspace: Workspace
  let terminal: Tmux

  static let names = ["heart01", "heart02", "heart03", "heart04", "heart05"]

  /// A workspace with records and a terminal at its shell's prompt.
  init(columns: Int = 120, rows: Int = 40, environment: [String: String] = [:], records: [String] = names) throws {
    workspace = try Workspace()
    let folder = workspace.url.appendingPathComponent("records")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in records { _ = try workspace.samples(name) }
    let model = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
    terminal = try Tmux(workspace, columns: columns, rows: rows, environment: model.merging(environment) { $1 })
  }

  /// Starts `einthoven review records` and waits for the first trace of a record.
  func startReview(_ options: String = "", showing record: String) throws {
    try terminal.start("review records \(options)")
    try waitForTrace(of: record)
  }

  /// Waits for the line of the calipers and returns the screen; "bpm" alone stands in the measurements too.
  @discardableResult
  func waitForCalipers() throws -> String { try terminal.wait("the line of the calipers") { $0.contains(/calipers [0-9]+ ms/) } }

  /// Waits until the title names the record and the status line the stretch in view, which is there once the record is read.
  func waitForTrace(of record: String) throws {
    try terminal.wait("the trace of \(record)") { screen in
      let title = screen.prefix { $0 != "\n" }
      return title.contains(" \(record) ") && Self.statusLine(of: screen).contains(/\s[0-9:.]+[–-][0-9:.]+/)
    }
  }

  /// The line that says the scale and the stretch in view.
  static func statusLine(of screen: String) -> Substring { screen.split(separator: "\n").first { $0.contains("mm/s") } ?? "" }

  /// Presses a verdict's key and waits until the screen says that this record's verdict is saved.
  func judge(_ record: String, key: String, answer: String) throws {
    try waitForTrace(of: record)
    try terminal.press(key)
    try terminal.wait("\"saved\" for \(record)") { Self.isSaved(record, answer, on: $0) }
  }

  /// Whether the screen says that a verdict is on disk: a clock time of the test's own zone, then the record and the answer.
  ///
  /// Nothing less will do: "saved" may still stand there for the case before, and a key struck then comes while this verdict is being saved.
  static func isSaved(_ record: String, _ answer: String, on screen: String) -> Bool {
    screen.split(separator: "\n").contains { line in
      guard let notice = line.prefixMatch(of: #/\ saved [0-9]{2}:[0-9]{2}:[0-9]{2}  (.*)/#)?.output.1 else { return false }
      return "\(notice) ".hasPrefix("\(record): \(answer) ")
    }
  }

  /// The verdicts that stand, by record, as `study export` prints them.
  func exported(store: String? = nil) throws -> [String: String] {
    let outcome = try Program.run(["study", "export", "--format", "csv"] + (store.map { ["--store", $0] } ?? []), in: workspace)
    try #require(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.lines.first?.hasPrefix("case,rater,verdict") == true)
    let rows = outcome.lines.dropFirst().map { $0.components(separatedBy: ",") }
    #expect(rows.allSatisfy { $0[1] == "tester" })
    return Dictionary(rows.map { ($0[0], $0[2]) }, uniquingKeysWith: { "\($0) and \($1)" })
  }

  /// Whether `study verify` finds the log whole.
  func isIntact() throws -> Bool { try Program.run(["study", "verify"], in: workspace).code == 0 }
}
