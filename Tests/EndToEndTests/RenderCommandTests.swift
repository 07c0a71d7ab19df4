import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct RenderCommandTests {
  private let workspace: Workspace
  private let environment: [String: String]

  init() throws {
    workspace = try Workspace()
    environment = ["EINTHOVEN_MODEL": try workspace.tinyModel()]
  }

  private func render(_ record: String, _ arguments: String...) throws -> Program.Outcome {
    try Program.run(["render", record] + arguments, in: workspace, environment: environment)
  }

  @Test(arguments: ["60x16", "80x24", "100x30", "120x40", "200x50", "300x100", "59x16", "60x15", "20x5", "3x2", "1x1"])
  func textIsExactlyTheSizeAskedFor(size: String) throws {
    let extent = size.split(separator: "x").compactMap { Int($0) }
    for record in ["heart01", "heart22", "heart25"] {
      let outcome = try render(SampleData.path(record), "--size", size)
      #expect(outcome.code == 0)
      #expect(outcome.output.hasSuffix("\n"))
      #expect(outcome.lines.count == extent[1])
      for line in outcome.lines {
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && !isWideOrJoining($0) })
        #expect(line.unicodeScalars.count == extent[0])
      }
    }
  }

  @Test func theRecordOfAStudyThatAnActionOpensIsRead() throws {
    _ = try workspace.samples("heart01", "heart02", "heart03")
    #expect(try Program.run(["study", "create", "relabel", "records", "--relabel", "--blind", "readers"], in: workspace).code == 0)
    func shown(_ arguments: String...) throws -> String {
      let frame = ["render", "--study", "relabel", "--size", "160x45"] + arguments
      return try Program.run(frame, in: workspace, environment: environment).output
    }
    let next = try shown("--do", "next-record")
    #expect(next.contains("case 2/3") && next.contains(" Hz ") && !next.contains("reading the record"))
    #expect(try next == shown("--do", "next-record", "--do", "next-record", "--do", "previous-record"))
    #expect(try shown("--do", "next-record", "--do", "calipers").contains("calipers "))
  }

  /// Whether a scalar takes other than one cell; the screen of an ASCII record uses none.
  private func isWideOrJoining(_ scalar: Unicode.Scalar) -> Bool {
    (0x300...0x36F).contains(scalar.value) || (0x1100...0x115F).contains(scalar.value) || (0x2E80...0xD7A3).contains(scalar.value)
      || scalar.value >= 0x1_0000
  }

  @Test(arguments: ["12x1", "6x2", "3x4", "II", "V1"])
  func everyLayoutShowsItsLeadsAndScale(layout: String) throws {
    let outcome = try render(SampleData.path("heart02"), "--size", "200x60", "--layout", layout)
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("25 mm/s"))
    #expect(outcome.output.contains("10 mm/mV"))
    let leads = layout.contains("x") ? Workspace.leads : [layout]
    let words = Set(outcome.output.split { !$0.isLetter && !$0.isNumber }.map(String.init))
    for lead in leads { #expect(words.contains(lead), "\(lead) is named") }
    #expect(outcome.output.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) }, "traces in braille")
  }

  @Test func narrowScreensSayTheScaleToo() throws {
    for size in ["60x16", "80x24"] {
      let outcome = try render(SampleData.path("heart02"), "--size", size)
      #expect(outcome.output.contains("25 mm/s") && outcome.output.contains(" mm/mV"))
      #expect(outcome.lines[0].contains("heart02"))
    }
  }

  @Test func tooSmallIsSaid() throws {
    for size in ["59x16", "60x15"] { #expect(try render(SampleData.path("heart02"), "--size", size).output.contains("too small")) }
  }

  @Test func ansiIsTheTextInColours() throws {
    let text = try render(SampleData.path("heart02"), "--size", "120x40").output
    let outcome = try render(SampleData.path("heart02"), "--size", "120x40", "--format", "ansi")
    #expect(outcome.output != text)
    #expect(outcome.output.replacing(/\u{1B}\[[0-9;]*m/, with: "") == text)
  }

  @Test func svgIsWellFormedWithLeadNamesAsText() throws {
    let outcome = try render(SampleData.path("heart02"), "--size", "160x48", "--format", "svg")
    let reader = TextOfXML()
    let parser = XMLParser(data: outcome.standardOutput)
    parser.delegate = reader
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
    #expect(reader.root == "svg")
    let words = Set(reader.text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
    for lead in Workspace.leads { #expect(words.contains(lead)) }
  }

  @Test func atMovesTheWindow() throws {
    let start = try render(SampleData.path("heart22"), "--size", "120x40")
    let later = try render(SampleData.path("heart22"), "--size", "120x40", "--at", "30")
    #expect(start.output.contains(" 0:00:00–") && later.output.contains(" 0:00:30–"))
    let beyond = try render(SampleData.path("heart22"), "--size", "120x40", "--at", "1e300")
    #expect(beyond.code == 0)
    #expect(beyond.lines.count == 40)
  }

  @Test func absentLeadsAreSaid() throws {
    #expect(try render(SampleData.path("heart25"), "--size", "200x50").output.contains("absent"))
  }

  @Test func withoutAModelTheTraceIsDrawnAllTheSame() throws {
    let outcome = try Program.run(
      ["render", SampleData.path("heart01")], in: workspace, environment: ["EINTHOVEN_MODEL": workspace.file("nowhere.safetensors")])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("no prediction"))
  }
}

/// Gathers the text of an XML document.
private final class TextOfXML: NSObject, XMLParserDelegate {
  private(set) var root: String?
  private(set) var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    if root == nil { root = name }
    text += " "
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
