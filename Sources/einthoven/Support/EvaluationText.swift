import ECG
import Evaluation
import Foundation

/// An evaluation as text for people: plain columns or Markdown tables, the paper's tables 1 and 2 among them.
struct EvaluationText {
  let report: EvaluationReport
  let isMarkdown: Bool

  /// All lines of the report.
  var lines: [String] {
    sections.map { heading, header, rows in [isMarkdown ? "### \(heading)" : heading, ""] + table(header, rows) }
      .joined(separator: [""]).map { $0 }
  }

  private typealias Section = (heading: String, header: [String], rows: [[String]])

  private var sections: [Section] {
    var sections = [methods, classes]
    if let calibration = report.calibration { sections.append(Self.reliability(calibration)) }
    if let other = report.other { sections += [comparison(with: other), tests(with: other)] }
    return sections
  }

  /// Table 1 of the paper, with the official scorer's other figures.
  private var methods: Section {
    let rows = [("model-default (0.5)", report.defaultFigures), ("model-final (as decided)", report.figures)].map { name, figures in
      [name] + EvaluationReport.summary.map { Self.text($0.value(figures)) }
    }
    let header = ["Method"] + EvaluationReport.summary.map { Self.title($0.name) }
    guard let intervals = report.intervals else { return ("Table 1. \(report.records.count) records", header, rows) }
    let ends = ["95 % CI of model-final"] + EvaluationReport.summary.map { Self.text(intervals.interval(of: $0.value)) }
    return ("Table 1. \(report.records.count) records; CI from \(intervals.replicates) samples of patients", header, rows + [ends])
  }

  /// Table 2 of the paper: the F-measure of each class beside its number of recordings.
  private var classes: Section {
    var header = ["Class (n)", "F default", "F final"]
    if report.intervals != nil { header.append("95 % CI") }
    header += ["AUROC", "AUPRC", "Sens.", "Spec.", "Precision", "Brier", "ECE", "mistaken for"]
    let rows = Diagnosis.all.map { diagnosis in
      let figures = report.figures.classes[diagnosis.index]
      let counts = figures.counts
      let calibration = Calibration(report.records, of: diagnosis)
      var row = [
        "\(diagnosis.abbreviation) (\(Int(counts.truePositives + counts.falseNegatives)))",
        Self.text(report.defaultFigures.classes[diagnosis.index].counts.fMeasure), Self.text(counts.fMeasure),
      ]
      if let intervals = report.intervals { row.append(Self.text(intervals.interval { $0.classes[diagnosis.index].counts.fMeasure })) }
      row += [figures.auroc, figures.auprc, counts.sensitivity, counts.specificity, counts.precision].map { Self.text($0) }
      row += [calibration?.brier, calibration?.expectedError].map { Self.text($0) }
      let mistaken = report.confusion.mostMistaken(for: diagnosis)
      return row + [mistaken.map { "\($0.diagnosis.abbreviation) \($0.count)" } ?? ""]
    }
    return ("Table 2. By class", header, rows)
  }

  private static func reliability(_ calibration: Calibration) -> Section {
    let rows = calibration.bins.map { bin in
      [String(format: "%.1f to %.1f", bin.low, bin.high), "\(bin.count)", text(bin.meanScore), text(bin.observedShare)]
    }
    let heading = "Calibration of all classes together: Brier \(text(calibration.brier)), ECE \(text(calibration.expectedError))"
    return (heading, ["score", "n", "mean score", "observed"], rows)
  }

  private func comparison(with other: ScoredRecords) -> Section {
    let figures = Figures(other)
    let rows = EvaluationReport.summary.map { name, value in
      let pair = (value(report.figures), value(figures))
      let difference = pair.0.flatMap { first in pair.1.map { $0 - first } }
      return [Self.title(name), Self.text(pair.0), Self.text(pair.1), difference.map { String(format: "%+.3f", $0) } ?? "–"]
    }
    return ("Compared", ["", "first", "second", "difference"], rows)
  }

  private func tests(with other: ScoredRecords) -> Section {
    let all = PairedComparison(report.records, other)
    let whole = ["all 24 at once", "\(all.onlyFirstRight)", "\(all.onlySecondRight)", Self.probability(all.pValue), ""]
    let rows = report.comparisons.filter { $0.comparison.onlyFirstRight + $0.comparison.onlySecondRight > 0 }.map { diagnosis, test, holm in
      [diagnosis.abbreviation, "\(test.onlyFirstRight)", "\(test.onlySecondRight)", Self.probability(test.pValue), Self.probability(holm)]
    }
    let header = ["", "only first right", "only second right", "p", "p (Holm, 24 classes)"]
    return ("McNemar's exact test of the decisions", header, [whole] + rows)
  }

  // MARK: Text

  private static func title(_ name: String) -> String {
    let titles = [
      "auroc": "AUROC", "auprc": "AUPRC", "accuracy": "Accuracy", "f_measure": "F", "f_beta": "F2", "g_beta": "G2",
      "challenge_metric": "s_normalized", "sensitivity": "Sens.", "specificity": "Spec.",
    ]
    return titles[name] ?? name
  }

  private func table(_ header: [String], _ rows: [[String]]) -> [String] {
    guard isMarkdown else {
      var table = TextTable(header, rightAligned: Set(1..<header.count))
      for row in rows { table.append(row) }
      return table.lines
    }
    let rule = "|" + header.indices.map { $0 == 0 ? "---|" : "---:|" }.joined()
    return ["| " + header.joined(separator: " | ") + " |", rule] + rows.map { "| " + $0.joined(separator: " | ") + " |" }
  }

  private static func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
  private static func text(_ interval: ConfidenceInterval?) -> String {
    interval.map { "\(text($0.low)) to \(text($0.high))" } ?? "–"
  }
  private static func probability(_ value: Double) -> String { value < 0.0005 ? "<0.001" : text(value) }
}
