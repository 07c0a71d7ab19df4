import ECG
import Evaluation
import Foundation
import PlainText

/// An evaluation as a document for people, tables 1 and 2 of Zhao and others 2022 among them, and as rows of a table for programs.
public struct EvaluationDocument: Sendable {
  private let report: EvaluationReport

  /// A report in words.
  public init(_ report: EvaluationReport) { self.report = report }

  /// The whole document.
  public var document: Document {
    var blocks = methods + classes
    if let calibration = report.calibration { blocks += Self.reliability(calibration) }
    if let other = report.other { blocks += comparison(with: other) + tests(with: other) }
    return Document(blocks)
  }

  private static func section(_ heading: String, _ header: [String], _ rows: [[String]]) -> [Document.Block] {
    [.heading(heading), .table(Document.Table(header, rows))]
  }

  /// Table 1 of the paper, with the official scorer's other figures.
  private var methods: [Document.Block] {
    let rows = [("model-default (0.5)", report.defaultFigures), ("model-final (as decided)", report.figures)].map { name, figures in
      [name] + EvaluationReport.summary.map { Self.text($0.value(figures)) }
    }
    let header = ["Method"] + EvaluationReport.summary.map { Self.title($0.name) }
    guard let intervals = report.intervals else { return Self.section("Table 1. \(report.records.count) records", header, rows) }
    let ends = ["95 % CI of model-final"] + EvaluationReport.summary.map { Self.text(intervals.interval(of: $0.value)) }
    return Self.section(
      "Table 1. \(report.records.count) records; CI from \(intervals.replicates) samples of patients", header, rows + [ends])
  }

  /// Table 2 of the paper: the F-measure of each class beside its number of recordings.
  private var classes: [Document.Block] {
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
    return Self.section("Table 2. By class", header, rows)
  }

  private static func reliability(_ calibration: Calibration) -> [Document.Block] {
    let rows = calibration.bins.map { bin in
      [String(format: "%.1f to %.1f", bin.low, bin.high), "\(bin.count)", text(bin.meanScore), text(bin.observedShare)]
    }
    let heading = "Calibration of all classes together: Brier \(text(calibration.brier)), ECE \(text(calibration.expectedError))"
    return section(heading, ["score", "n", "mean score", "observed"], rows)
  }

  private func comparison(with other: ScoredRecords) -> [Document.Block] {
    let figures = Figures(other)
    let rows = EvaluationReport.summary.map { name, value in
      let pair = (value(report.figures), value(figures))
      let difference = pair.0.flatMap { first in pair.1.map { $0 - first } }
      return [Self.title(name), Self.text(pair.0), Self.text(pair.1), difference.map { String(format: "%+.3f", $0) } ?? "–"]
    }
    return Self.section("Compared", ["", "first", "second", "difference"], rows)
  }

  private func tests(with other: ScoredRecords) -> [Document.Block] {
    let all = PairedComparison(report.records, other)
    let whole = ["all 24 at once", "\(all.onlyFirstRight)", "\(all.onlySecondRight)", Self.probability(all.pValue), ""]
    let rows = report.comparisons.filter { $0.comparison.onlyFirstRight + $0.comparison.onlySecondRight > 0 }.map { diagnosis, test, holm in
      [diagnosis.abbreviation, "\(test.onlyFirstRight)", "\(test.onlySecondRight)", Self.probability(test.pValue), Self.probability(holm)]
    }
    let header = ["", "only first right", "only second right", "p", "p (Holm, 24 classes)"]
    return Self.section("McNemar's exact test of the decisions", header, [whole] + rows)
  }

  // MARK: Rows

  /// The columns of ``rows``.
  public static let columns =
    ["code", "abbreviation", "n"] + EvaluationReport.ofClass.map(\.name) + ["accuracy", "challenge_metric", "brier", "ece"]

  /// A row a class, then one for all of them; null is what is undefined.
  public var rows: [[JSONValue]] {
    let classes = Diagnosis.all.map { diagnosis -> [JSONValue] in
      let figures = report.figures.classes[diagnosis.index]
      let calibration = Calibration(report.records, of: diagnosis)
      let name: [JSONValue] = [
        .string(diagnosis.code), .string(diagnosis.abbreviation),
        .integer(Int(figures.counts.truePositives + figures.counts.falseNegatives)),
      ]
      return name + EvaluationReport.ofClass.map { JSONValue($0.value(figures)) }
        + [.null, .null, JSONValue(calibration?.brier), JSONValue(calibration?.expectedError)]
    }
    let summary = Dictionary(uniqueKeysWithValues: EvaluationReport.summary.map { ($0.name, $0.value(report.figures)) })
    let all: [JSONValue] = Self.columns.dropFirst(3).dropLast(2).map { JSONValue(summary[$0] ?? nil) }
    let calibration = [JSONValue(report.calibration?.brier), JSONValue(report.calibration?.expectedError)]
    return classes + [[.null, .string("all"), .integer(report.records.count)] + all + calibration]
  }

  // MARK: Text

  private static func title(_ name: String) -> String {
    let titles = [
      "auroc": "AUROC", "auprc": "AUPRC", "accuracy": "Accuracy", "f_measure": "F", "f_beta": "F2", "g_beta": "G2",
      "challenge_metric": "s_normalized", "sensitivity": "Sens.", "specificity": "Spec.",
    ]
    return titles[name] ?? name
  }

  private static func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
  private static func text(_ interval: ConfidenceInterval?) -> String {
    interval.map { "\(text($0.low)) to \(text($0.high))" } ?? "–"
  }
  private static func probability(_ value: Double) -> String { value < 0.0005 ? "<0.001" : text(value) }
}
