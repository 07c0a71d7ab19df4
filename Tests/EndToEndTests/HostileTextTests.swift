import Foundation
import Testing

/// Text that came from a file never reaches the terminal as anything but printable text.
@Suite struct HostileTextTests {
  private let workspace: Workspace
  private let environment: [String: String]

  /// Retitles a window, clears the screen, rings, moves back, writes C1 introducers (as UTF-8 and as bare bytes), turns the writing direction.
  private static let tricks: [[UInt8]] = [
    Array("\u{1B}]0;owned\u{07}".utf8), Array("\u{1B}[2J\u{1B}[H".utf8), Array("\u{08}\u{08}\rback\u{0B}\u{0C}\u{7F}".utf8),
    Array("\u{9B}31m\u{9D}0;c1\u{9C}\u{85}".utf8), [0x9B, 0x33, 0x31, 0x6D, 0xFF, 0xFE], Array("\u{202E}evil\u{2028}line".utf8), [0x00],
  ]

  init() throws {
    workspace = try Workspace()
    environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
  }

  /// A record that says everything with tricks; the file's name has one too.
  private func hostileRecord(_ trick: [UInt8], name: String, twelveLeads: Bool = true) throws {
    let samples = 1000
    var header = Array("\(name) 13 500 \(samples)\n".utf8)
    for index in 0..<13 {
      let lead = index < 12 && twelveLeads ? Array(Workspace.leads[index].utf8) : Array("extra\(index)".utf8) + trick
      header += Array("x.dat 16 1000/mV 16 0 0 0 0 ".utf8) + lead + [0x0A]
    }
    for comment in ["Age: ", "Sex: ", "Dx: 426783006,", "Rx: ", ""] { header += Array("#\(comment)".utf8) + trick + [0x0A] }
    try workspace.write("hostile/\(name).hea", header)
    try workspace.write("hostile/x.dat", [UInt8](repeating: 1, count: samples * 26))
  }

  /// Control characters in bytes that may hold the program's own newlines.
  private func controlCharacters(in data: Data) -> [Unicode.Scalar] {
    guard let text = String(data: data, encoding: .utf8) else { return ["\u{FFFD}"] }
    return text.unicodeScalars.filter { scalar in
      switch scalar.value {
      case 0x0A: false
      case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
  }

  private func expectClean(_ arguments: [String], codes: Set<Int32>) throws {
    let outcome = try Program.run(arguments, in: workspace, environment: environment)
    #expect(codes.contains(outcome.code), "\(arguments): \(outcome.code) \(outcome.complaints)")
    #expect(controlCharacters(in: outcome.standardOutput).isEmpty, "standard output of \(arguments)")
    #expect(controlCharacters(in: outcome.standardError).isEmpty, "standard error of \(arguments)")
  }

  @Test(arguments: tricks.indices)
  func everyCommandAndFormatIsClean(trick: Int) throws {
    try hostileRecord(Self.tricks[trick], name: "twelve")
    let record = "hostile/twelve"
    for format in ["table", "csv", "json"] {
      for command in ["info", "predict", "explain"] { try expectClean([command, record, "--format", format], codes: [0, 65]) }
    }
    for format in ["text", "svg"] { try expectClean(["render", record, "--size", "200x50", "--format", format], codes: [0, 65]) }
    try expectClean(["predict", record, "--format", "challenge", "--output", "challenge"], codes: [0, 65])
    try expectClean(["convert", record, "out.csv"], codes: [0, 65])
  }

  @Test(arguments: tricks.indices)
  func refusalsAreClean(trick: Int) throws {
    try hostileRecord(Self.tricks[trick], name: "none", twelveLeads: false)
    for command in ["info", "predict", "explain", "render"] { try expectClean([command, "hostile/none"], codes: [0, 65]) }
    try workspace.write("bad/bad.hea", Array("bad 1 ".utf8) + Self.tricks[trick] + Array("\n".utf8))
    for command in ["info", "predict", "explain", "render"] { try expectClean([command, "bad/bad"], codes: [0, 65]) }
  }

  @Test func oneObjectALineHoldsWhateverTheHeaderSays() throws {
    try hostileRecord(Array("\u{2028}a\"b\\c{\u{1B}".utf8), name: "twelve")
    let outcome = try Program.run(["info", "hostile/twelve", "--format", "json"], in: workspace)
    #expect(outcome.lines.count == 1)
    #expect(try JSON.object(outcome.output)["record"] as? String == "twelve")
  }

  @Test func pathNamesAreClean() throws {
    let names = ["red\u{1B}[31m", "title\u{1B}]0;x\u{07}", "line\nbreak", "c1\u{9B}2J"]
    for name in names {
      try workspace.writeRecord("paths/\(name)", samples: 1000)
      try expectClean(["info", "paths/" + name + "missing"], codes: [66])
    }
    for format in ["table", "csv", "json"] {
      for command in ["info", "predict"] { try expectClean([command, "paths", "--format", format], codes: [0, 65]) }
    }
    for name in names {
      for command in ["explain", "render"] { try expectClean([command, "paths/" + name], codes: [0, 65]) }
      try expectClean(["convert", "paths/" + name, "nowhere/\(name).csv"], codes: [65, 73])
    }
  }

  @Test func argumentsInUsageErrorsAreClean() throws {
    try expectClean(["info", "--format", "\u{1B}]0;x\u{07}"], codes: [64])
    try expectClean(["\u{1B}[2J"], codes: [64])
  }

  @Test func verdictsAreClean() throws {
    let name = "\u{1B}]0;x\u{07}\u{9B}2J"
    let rows = ["case,rater,verdict", "1,a\(name),present", "1,b,absent", "2,a\(name),absent", "2,b,absent"]
    try workspace.write("verdicts.csv", rows.joined(separator: "\n").utf8)
    for format in ["table", "csv", "json", "markdown"] {
      try expectClean(["agreement", "--verdicts", "verdicts.csv", "--format", format], codes: [0])
    }
    try workspace.write("bad.csv", "case,rater,verdict\n1,a,\(name)\n".utf8)
    try expectClean(["agreement", "--verdicts", "bad.csv"], codes: [65])
  }

  /// The screen in colours has the program's own colour changes and nothing else.
  @Test func coloursAreTheOnlyEscapes() throws {
    try hostileRecord(Self.tricks[0], name: "twelve")
    let outcome = try Program.run(["render", "hostile/twelve", "--format", "ansi"], in: workspace, environment: environment)
    #expect(outcome.code == 0)
    let plain = outcome.output.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(controlCharacters(in: Data(plain.utf8)).isEmpty)
    #expect(plain != outcome.output)
  }
}
