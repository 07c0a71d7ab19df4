import PlainText
import Testing

@Suite struct DocumentTests {
  private static let document = Document([
    .heading("Figures", level: 2), .paragraph(["one", "two"]),
    .table(Document.Table(["rater", "n"], [["Anna", "5"], ["a|b", "12"]])), .figure(svg: "<svg/>", caption: "a curve"),
  ])

  @Test func textHasBlocksApartAndColumnsInLine() {
    #expect(
      Self.document.textLines == ["Figures", "", "one", "two", "", "rater   n", "Anna    5", "a|b    12", "", "a curve"])
  }

  @Test func markdownHasTablesThatABarInACellDoesNotBreak() {
    #expect(
      Self.document.markdownLines == [
        "## Figures", "", "one", "two", "", "| rater | n |", "|---|---:|", "| Anna | 5 |", "| a\\|b | 12 |", "", "a curve",
      ])
  }

  @Test func aCrossTableNamesWhoStandsWhere() {
    func table(_ groups: [Document.Table.Group]) -> Document {
      let words = ["yes", "no"]
      return Document([
        .table(
          Document.Table(
            rowGroup: "SW", rowNames: words, groups: groups, columnNames: groups.flatMap { _ in words },
            cells: words.map { _ in groups.flatMap { _ in ["1", "2"] } }))
      ])
    }
    let one = table([.init("HG", columns: 2)])
    #expect(one.textLines == ["(columns: HG, rows: SW)", "         yes  no", "SW  yes    1   2", "    no     1   2"])
    #expect(one.markdownLines.first == "|  |  | HG yes | HG no |")
    let two = table([.init("HG", columns: 2), .init("TK", columns: 2)])
    #expect(two.textLines.first == "         HG yes  HG no  TK yes  TK no")
  }

  @Test func documentsFollowOneAnother() {
    #expect((Document([.paragraph(["a"])]) + Document([.paragraph(["b"])])).textLines == ["a", "", "b"])
    #expect(Document().textLines.isEmpty && Document().markdownLines.isEmpty)
  }

  @Test func htmlIsOneFileInWhichTextIsText() {
    let document = Document([
      .heading("A <b> & \u{1B}[31m", level: 2), .paragraph(["one", "two"]),
      .table(Document.Table(["name", "n"], [["<script>", "1"]])), .figure(svg: "<svg></svg>\n", caption: "\"beats\""),
    ])
    let html = document.html(title: "A & B")
    #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
    #expect(html.contains("<title>A &amp; B</title>") && html.contains("<h2>A &lt;b&gt; &amp; \u{FFFD}[31m</h2>"))
    #expect(html.contains("<p>one<br>\ntwo</p>") && html.contains("<td>&lt;script&gt;</td><td class=\"number\">1</td>"))
    #expect(html.contains("<figure>\n<svg></svg>\n<figcaption>&quot;beats&quot;</figcaption>") && !html.contains("<script"))
  }
}
