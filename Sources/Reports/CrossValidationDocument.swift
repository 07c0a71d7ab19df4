import Evaluation
import Foundation
import PlainText

/// A cross-validation as a document, beside the figures of Zhao and others 2022.
public struct CrossValidationDocument: Sendable {
  private let report: CrossValidationReport
  private let recipe: String

  /// A report in words; `recipe` says what was trained.
  public init(_ report: CrossValidationReport, recipe: String) {
    self.report = report
    self.recipe = recipe
  }

  /// What is reported: a heading, and how to get it.
  private static let columns: [(heading: String, value: @Sendable (Figures) -> Double?)] = CrossValidationReport.columns

  /// The whole document.
  public var document: Document {
    let figures = Self.columns.map(\.heading)
    let dashes = [String](repeating: "–", count: figures.count - 3)
    var rows = [
      ["Zhao et al. 2022, model-default (0.5)", "43,101", "0.599", "0.986", "0.630"] + dashes,
      ["Zhao et al. 2022, model-final (tuned)", "43,101", "0.758", "0.969", "0.684"] + dashes,
    ]
    for rule in CrossValidationReport.Rule.allCases {
      let cells = Self.columns.map { column -> String in
        guard let (mean, spread) = report.meanAndSpread(rule, column.value) else { return "–" }
        return Self.text(mean) + (spread.map { " ± " + Self.text($0) } ?? "")
      }
      rows.append([rule.rawValue, "\(report.records.count)"] + cells)
    }
    let trained = "Trained with `\(recipe)`."
    var blocks: [Document.Block] = [
      .heading("Cross-validation", level: 1),
      .paragraph([
        "\(report.records.count) recordings in \(report.sizes.count) folds; mean ± standard deviation over the folds. \(trained)"
      ]),
      .table(Document.Table(["model", "records"] + figures, rows)),
    ]
    for rule in CrossValidationReport.Rule.allCases {
      let rows = report.sizes.enumerated().map { fold, size in
        ["\(fold + 1)", "\(size)"] + Self.columns.map { report.values(rule, $0.value)[fold].map(Self.text) ?? "–" }
      }
      blocks += [.heading("By fold, \(rule.rawValue)", level: 2), .table(Document.Table(["fold", "records"] + figures, rows))]
    }
    let note = "Thresholds tuned on all folds are scored on the outputs that they were tuned on, as in the paper, and flatter."
    return Document(blocks + [.paragraph(["\(note) Thresholds tuned on the other folds do not."])])
  }

  private static func text(_ value: Double) -> String { String(format: "%.3f", value) }
}
