import Foundation
import PlainText
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct SVGTests {
  @Test func elementsStandInTheirOrderAndTextIsEscaped() {
    var svg = SVG(width: "10", height: "20", attributes: [("font-size", "11")], title: "a < b")
    svg.add("rect", [("width", "5"), ("fill", "\"red\"")])
    svg.group("g", [("transform", "translate(1 2)")]) { $0.add("text", [("x", "0")], text: "R & D\u{1B}[0m") }
    #expect(
      svg.text == """
        <svg xmlns="http://www.w3.org/2000/svg" width="10" height="20" font-size="11">
        <title>a &lt; b</title>
        <rect width="5" fill="&quot;red&quot;"/>
        <g transform="translate(1 2)">
        <text x="0">R &amp; D\u{FFFD}[0m</text>
        </g>
        </svg>

        """)
    #expect(XMLParser(data: Data(svg.text.utf8)).parse())
  }

  @Test func numbersHaveDigitsWhereTheyAreNeeded() {
    #expect(SVG.number(3) == "3" && SVG.number(-0.25) == "-0.25" && SVG.number(1.5) == "1.50" && SVG.number(0.004) == "0")
    #expect(SVG.number(12.34, digits: 1) == "12.3" && SVG.number(-0.96, digits: 1) == "-1" && SVG.number(2.06, digits: 1) == "2.1")
    #expect(SVG.number(.nan) == "0" && SVG.number(.infinity) == "0")
  }
}
