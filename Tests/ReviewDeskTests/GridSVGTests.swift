import ECG
import Foundation
import PlainText
import ReviewDesk
import TerminalUI
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Screens as SVG")
struct GridSVGTests {
  private var screen: Grid {
    var grid = Grid(columns: 30, rows: 6)
    grid.box(grid.bounds, title: "leads <&> \"x\"")
    grid.write("aVR", column: 2, row: 1, style: .ink(.title))
    grid.write("a sentence of words", column: 8, row: 1)
    grid.write("LAD ██▌ ▓▒░· .78 ≥.24 ●", column: 2, row: 2, style: .ink(.bar).bold)
    grid.write("chosen", column: 2, row: 3, style: Style(.selected, [.underline, .reverse]))
    grid.write("\u{1B}[2J\u{FFFF}\u{9B}]", column: 10, row: 3)
    var canvas = BrailleCanvas(columns: 28, rows: 1)
    for x in 0..<56 { canvas.verticalLine(x: x, from: 3 - x % 4, to: 3) }
    canvas.draw(into: &grid, column: 1, row: 4)
    return grid
  }

  @Test("SVG is well-formed, and what is text in it is the text of the screen", arguments: Theme.all)
  func svg(theme: Theme) throws {
    let text = screen.svg(theme: theme, title: "V1 < V2 & \u{1}\u{FFFF}")
    let reader = SVGReader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(reader.texts.contains("aVR"))
    #expect(reader.texts.contains("a sentence of words"))
    #expect(reader.texts.contains("leads <&> \"x\""))
    #expect(reader.texts.contains("chosen"))
    #expect(reader.title == "V1 < V2 & \u{FFFD}\u{FFFD}")
    let drawings = Set("─│┌┐└┘█▌▓▒░".unicodeScalars)
    for run in reader.texts {
      #expect(!run.unicodeScalars.contains { $0.braillePattern != nil || drawings.contains($0) })
    }
    #expect(reader.sizes == ["240 96"])
    #expect(text.contains(theme.background.hexadecimal))
  }

  @Test("Each dot of braille is a square of its own place")
  func dots() {
    var grid = Grid(columns: 3, rows: 2)
    var canvas = BrailleCanvas(columns: 3, rows: 2)
    canvas.setDot(x: 3, y: 5)
    canvas.verticalLine(x: 4, from: 0, to: 2)
    canvas.draw(into: &grid, column: 0, row: 0)
    let svg = grid.svg(theme: .paper)
    #expect(svg.contains("d=\"M16 0h4v12h-4zM12 20h4v4h-4z\""))
    #expect(!svg.contains("<text"))
  }

  @Test("Random screens are well-formed too")
  func randomScreens() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<60 {
      var grid = Grid(columns: 24, rows: 6)
      for row in 0..<6 {
        for column in 0..<24 {
          let value = UInt32(random.next() % (random.next() % 3 == 0 ? 0x11_0000 : 0x3000))
          let style = Style(Ink(rawValue: UInt8(random.next() % 27)) ?? .plain, Attributes(rawValue: UInt8(random.next() % 16)))
          grid[column: column, row: row] = Cell(Unicode.Scalar(value) ?? "&", style: style)
        }
      }
      let parser = XMLParser(data: Data(grid.svg(theme: .dark).utf8))
      #expect(parser.parse())
    }
  }
}

/// Gathers the text of a picture.
private final class SVGReader: NSObject, XMLParserDelegate {
  var texts: [String] = []
  var title = ""
  var sizes: [String] = []
  private var content = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    content = ""
    if name == "svg" { sizes.append("\(attributes["width"] ?? "") \(attributes["height"] ?? "")") }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { content += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if name == "text" { texts.append(content) }
    if name == "title" { title = content }
  }
}
