import ECG
import Foundation

/// Curves of all classes on one sheet, a panel each, as SVG.
public enum CurveSheet: String, Sendable, CaseIterable {
  /// Sensitivity over 1 - specificity.
  case roc
  /// Precision over sensitivity.
  case pr

  private static let columns = 6
  private static let side = 150.0
  private static let margin = 34.0
  /// A curve is drawn with no more points than can be told apart.
  private static let largestPointCount = 300

  /// The drawing, panels in output order; classes in which the curve is undefined have an empty panel that says so.
  public func svg(_ report: EvaluationReport) -> String {
    let rows = (Diagnosis.all.count + Self.columns - 1) / Self.columns
    let pitch = Self.side + Self.margin
    let (width, height) = (Double(Self.columns) * pitch + Self.margin, Double(rows) * pitch + Self.margin)
    let head = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" font-family="sans-serif" font-size="11">
      <title>\(title) of 24 classes, \(report.records.count) records</title>
      <rect width="100%" height="100%" fill="white"/>

      """
    let panels = Diagnosis.all.map { diagnosis in
      let x = Self.margin + Double(diagnosis.index % Self.columns) * pitch
      let y = Self.margin + Double(diagnosis.index / Self.columns) * pitch
      return "<g transform=\"translate(\(Int(x)) \(Int(y)))\">\n" + panel(diagnosis, report) + "</g>\n"
    }
    return head + panels.joined() + "</svg>\n"
  }

  private var title: String { self == .roc ? "Receiver operating characteristic" : "Precision over recall" }
  private var axes: (String, String) { self == .roc ? ("1 − specificity", "sensitivity") : ("recall", "precision") }

  private func panel(_ diagnosis: Diagnosis, _ report: EvaluationReport) -> String {
    let figures = report.figures.classes[diagnosis.index]
    let positives = figures.counts.truePositives + figures.counts.falseNegatives
    let negatives = Double(report.records.count) - positives
    let area = self == .roc ? figures.auroc : figures.auprc
    let side = Int(Self.side)
    var lines = [
      "<rect width=\"\(side)\" height=\"\(side)\" fill=\"none\" stroke=\"#888\"/>",
      "<text x=\"0\" y=\"-5\">\(diagnosis.abbreviation) n=\(Int(positives)) \(area.map { "area " + Self.number($0, digits: 3) } ?? "undefined")</text>",
    ]
    if diagnosis.index % Self.columns == 0 {
      lines.append("<text transform=\"translate(-6 \(side)) rotate(-90)\" fill=\"#555\">\(axes.1)</text>")
    }
    if diagnosis.index + Self.columns >= Diagnosis.all.count {
      lines.append("<text x=\"0\" y=\"\(side + 14)\" fill=\"#555\">\(axes.0)</text>")
    }
    if self == .roc { lines.append("<path d=\"M0 \(side)L\(side) 0\" stroke=\"#ccc\" fill=\"none\"/>") }
    if area != nil {
      let points = RankedScores(report.records.scores(of: diagnosis.index)).points(labels: report.records.labels, bit: diagnosis.index)
      lines.append("<path d=\"\(path(points, positives: positives, negatives: negatives))\" stroke=\"#06c\" fill=\"none\"/>")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func path(_ points: [RankedScores.Point], positives: Double, negatives: Double) -> String {
    var text = ""
    var last = (x: -1.0, y: -1.0)
    for (number, point) in points.enumerated() {
      let found = point.truePositives + point.falsePositives
      if self == .pr, found == 0 { continue }
      let x = self == .roc ? point.falsePositives / negatives : point.truePositives / positives
      let y = self == .roc ? point.truePositives / positives : point.truePositives / found
      let isLast = number == points.count - 1
      guard isLast || max(abs(x - last.x), abs(y - last.y)) * Double(Self.largestPointCount) >= 1 else { continue }
      // Precision is a step function of recall: what is drawn is the area that is reported.
      if self == .pr { text += "\(text.isEmpty ? "M" : "L")\(Self.number(max(0, last.x) * Self.side)) \(Self.number((1 - y) * Self.side))" }
      last = (x, y)
      text += "\(text.isEmpty ? "M" : "L")\(Self.number(x * Self.side)) \(Self.number((1 - y) * Self.side))"
    }
    return text
  }

  private static func number(_ value: Double, digits: Int = 1) -> String { String(format: "%.\(digits)f", value) }
}
