import ECG
import Evaluation
import Foundation
import PlainText

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
    var svg = SVG(
      width: "\(Int(width))", height: "\(Int(height))", attributes: [("font-family", "sans-serif"), ("font-size", "11")],
      title: "\(title) of 24 classes, \(report.records.count) records")
    svg.add("rect", [("width", "100%"), ("height", "100%"), ("fill", "white")])
    for diagnosis in Diagnosis.all {
      let x = Self.margin + Double(diagnosis.index % Self.columns) * pitch
      let y = Self.margin + Double(diagnosis.index / Self.columns) * pitch
      svg.group("g", [("transform", "translate(\(Int(x)) \(Int(y)))")]) { draw(diagnosis, report, in: &$0) }
    }
    return svg.text
  }

  private var title: String { self == .roc ? "Receiver operating characteristic" : "Precision over recall" }
  private var axes: (String, String) { self == .roc ? ("1 − specificity", "sensitivity") : ("recall", "precision") }

  private func draw(_ diagnosis: Diagnosis, _ report: EvaluationReport, in svg: inout SVG) {
    let figures = report.figures.classes[diagnosis.index]
    let positives = figures.counts.truePositives + figures.counts.falseNegatives
    let negatives = Double(report.records.count) - positives
    let area = self == .roc ? figures.auroc : figures.auprc
    let side = Int(Self.side)
    svg.add("rect", [("width", "\(side)"), ("height", "\(side)"), ("fill", "none"), ("stroke", "#888")])
    let found = area.map { "area " + String(format: "%.3f", $0) } ?? "undefined"
    svg.add("text", [("x", "0"), ("y", "-5")], text: "\(diagnosis.abbreviation) n=\(Int(positives)) \(found)")
    if diagnosis.index % Self.columns == 0 {
      svg.add("text", [("transform", "translate(-6 \(side)) rotate(-90)"), ("fill", "#555")], text: axes.1)
    }
    if diagnosis.index + Self.columns >= Diagnosis.all.count {
      svg.add("text", [("x", "0"), ("y", "\(side + 14)"), ("fill", "#555")], text: axes.0)
    }
    if self == .roc { svg.add("path", [("d", "M0 \(side)L\(side) 0"), ("stroke", "#ccc"), ("fill", "none")]) }
    if area != nil {
      let points = report.records.curvePoints(of: diagnosis)
      svg.add("path", [("d", path(points, positives: positives, negatives: negatives)), ("stroke", "#06c"), ("fill", "none")])
    }
  }

  private func path(_ points: [CurvePoint], positives: Double, negatives: Double) -> String {
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
      if self == .pr { text += (text.isEmpty ? "M" : "L") + Self.place(max(0, last.x), y) }
      last = (x, y)
      text += (text.isEmpty ? "M" : "L") + Self.place(x, y)
    }
    return text
  }

  /// A point of the panel, both coordinates 0 to 1 from the lower left corner.
  private static func place(_ x: Double, _ y: Double) -> String {
    SVG.number(x * side, digits: 1) + " " + SVG.number((1 - y) * side, digits: 1)
  }
}
