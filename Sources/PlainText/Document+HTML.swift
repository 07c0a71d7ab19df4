extension Document {
  /// One HTML file that needs nothing else: no script, no font, no image from anywhere; drawings stand in it.
  ///
  /// Text from anywhere may be in the document: it is escaped here. Drawings are taken as they are, so they have to come from ``SVG``.
  public func html(title: String) -> String {
    var lines = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "<title>\(SVG.escaped(title))</title>",
      "<style>\(Self.style)</style>", "</head>", "<body>",
    ]
    for block in blocks { lines.append(Self.html(block)) }
    return (lines + ["</body>", "</html>"]).joined(separator: "\n") + "\n"
  }

  private static let style = """
    body{font-family:sans-serif;line-height:1.4;max-width:76em;margin:2em auto;padding:0 1em;color:#111;background:#fff}
    table{border-collapse:collapse;margin:1em 0}
    th,td{border-bottom:1px solid #ccc;padding:.25em .6em;text-align:left;vertical-align:top}
    td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
    figure{margin:1.5em 0}
    figure svg{max-width:100%;height:auto}
    figcaption{font-size:.9em}
    """

  private static func html(_ block: Block) -> String {
    switch block {
    case .heading(let text, let level):
      // The deepest heading of HTML is the sixth.
      let level = min(6, max(1, level))
      return "<h\(level)>\(SVG.escaped(text))</h\(level)>"
    case .paragraph(let lines): return "<p>\(lines.map(SVG.escaped).joined(separator: "<br>\n"))</p>"
    case .table(let table): return table.html
    case .figure(let svg, let caption):
      return "<figure>\n\(svg)<figcaption>\(SVG.escaped(caption))</figcaption>\n</figure>"
    }
  }
}

extension Document.Table {
  fileprivate var html: String {
    func cell(_ tag: String, _ column: Int, _ text: String) -> String {
      let kind = column < wordColumns ? "" : " class=\"number\""
      return "<\(tag)\(kind)>\(SVG.escaped(text))</\(tag)>"
    }
    func line(_ tag: String, _ cells: [String]) -> String {
      "<tr>" + cells.enumerated().map { cell(tag, $0, $1) }.joined() + "</tr>"
    }
    let head = "<thead>\(line("th", fullHeader))</thead>"
    return (["<table>", head, "<tbody>"] + rows.map { line("td", $0) } + ["</tbody>", "</table>"]).joined(separator: "\n")
  }
}
