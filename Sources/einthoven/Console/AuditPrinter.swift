import Evaluation
import Foundation
import PlainText
import Reports
import Workbench

/// Prints an audit in one of its forms.
struct AuditPrinter {
  let report: AuditReport
  let top: Int
  let format: AuditFormat
  let output: String?

  func print() throws {
    switch format {
    case .json:
      let rows = (0..<report.count).lazy.map { report.row($0).json.text }
      let summary = JSONValue.object([("summary", .array(report.classes.map(\.json)))])
      try write(lines: rows, last: report.classes.count == 1 ? JSONValue.object([("summary", report.classes[0].json)]) : summary)
    case .csv:
      let rows = (0..<report.count).lazy.map { CSVWriter.row(report.row($0).csvFields).withoutControlCharacters }
      try write(lines: [CSVWriter.row(AuditRow.columns)] + Array(rows), last: nil)
      note(AuditDocument(report.classes, suspects: [], rowCount: report.count).summary)
    case .table:
      var table = TextTable(["", "record", "class", "label", "model", "measured", "score", "reasons"], rightAligned: [0, 4, 6])
      for place in 0..<min(top, report.count) { table.append(cells(place)) }
      try write(lines: table.lines, last: nil)
      note(AuditDocument(report.classes, suspects: [], rowCount: report.count).summary)
    case .markdown: try write(lines: document(isDrawn: false).document.markdownLines.map(\.withoutControlCharacters), last: nil)
    case .html:
      let name = report.classes.count == 1 ? report.classes[0].audit.diagnosis.abbreviation : "labels"
      try write(document(isDrawn: true).document.html(title: "Audit of \(name)"))
    }
  }

  private func cells(_ place: Int) -> [String] {
    let row = report.row(place)
    return [
      "\(place + 1)", row.record, row.diagnosis.abbreviation, row.said.label.rawValue,
      row.said.probability.map { String(format: "%.2f", $0) } ?? "–", row.said.measured.rawValue,
      row.said.score.map { String(format: "%.3f", $0) } ?? "–", row.reasons.joined(separator: "; "),
    ]
  }

  private func document(isDrawn: Bool) -> AuditDocument {
    let rows = (0..<min(top, report.count)).map { report.row($0) }
    let drawings = isDrawn ? report.drawings(rows: rows.count) : []
    let suspects = rows.enumerated().map { place, row in AuditDocument.Suspect(row, drawing: isDrawn ? drawings[place] : nil) }
    let axis = isDrawn ? report.classes.first { !$0.axes.isEmpty }.map { report.axisSheet(of: $0.audit.diagnosis).svg } : nil
    return AuditDocument(report.classes, suspects: suspects, rowCount: report.count, axisDrawing: axis)
  }

  private func note(_ document: Document) { for line in document.textLines { Console.note(line) } }

  /// Writes lines some thousand at a time.
  private func write(lines: some Sequence<String>, last: JSONValue?) throws {
    var text = ""
    for line in lines {
      text += line + "\n"
      guard output == nil, text.utf8.count > 1 << 20 else { continue }
      try Console.write(text)
      text = ""
    }
    if let last { text += last.text + "\n" }
    try write(text)
  }

  private func write(_ text: String) throws {
    if let output { try FileOutput.write(text, to: output) } else { try Console.write(text) }
  }
}
