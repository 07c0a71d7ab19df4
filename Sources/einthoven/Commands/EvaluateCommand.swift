import ArgumentParser
import ECG
import Evaluation
import Foundation
import PlainText

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Every figure of the challenge's scorer, by class too, with calibration, confusion and tests.",
    discussion: """
      Labels and outputs are joined by the record's name. Merged codes count as one: positive where either is, the mean of the scores.
      Figures that are undefined (no positives, no negatives) are left out of macro means and shown as – (null in JSON).
      Examples:
        einthoven evaluate labels outputs
        einthoven evaluate SampleData predictions.jsonl --bootstrap 1000 --format markdown
        einthoven evaluate labels first.jsonl --compare second.jsonl --curves figures
      """
  )

  /// The forms of the report.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case table, csv, json, markdown
  }

  @OptionGroup var input: EvaluationInput
  @Option(help: "Decide anew with the thresholds of this JSON file (see tune), the class of the highest score always positive.")
  var thresholds: String?
  @Option(help: "Outputs of a second model, to be compared with McNemar's test.") var compare: String?
  @Option(help: "Samples for bootstrap confidence intervals. Default: none.") var bootstrap: Int?
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
  @Option(help: "A folder for the curves of all classes: roc.svg and pr.svg.") var curves: String?
  @Option(help: "table, csv, json or markdown.") var format: Form = .table

  mutating func validate() throws {
    if let bootstrap, !(100...100_000).contains(bootstrap) { throw ValidationError("--bootstrap takes a whole number from 100 to 100000") }
  }

  func run() throws {
    var content = try input.load()
    let other = try compare.map { try content.other($0) }
    if let thresholds { content.decide(by: try EvaluationInput.thresholds(in: thresholds)) }
    let report = EvaluationReport(content.records, replicates: bootstrap, seed: seed, comparedWith: other)
    if let curves { try draw(report, into: curves) }
    switch format {
    case .json: try Console.print(report.json.text)
    case .csv: try RowPrinter(columns: Self.columns, format: .csv).print(Self.rows(report))
    case .table, .markdown:
      for line in EvaluationText(report: report, isMarkdown: format == .markdown).lines { try Console.print(line) }
    }
    try content.finish()
  }

  private func draw(_ report: EvaluationReport, into folder: String) throws {
    try FileOutput.makeFolder(folder)
    for sheet in CurveSheet.allCases {
      try FileOutput.write(sheet.svg(report), to: (folder as NSString).appendingPathComponent(sheet.rawValue + ".svg"))
    }
  }

  private static let columns =
    ["code", "abbreviation", "n"] + EvaluationReport.ofClass.map(\.name) + ["accuracy", "challenge_metric", "brier", "ece"]

  /// A row a class, then one for all of them.
  private static func rows(_ report: EvaluationReport) -> [[JSONValue]] {
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
    let all: [JSONValue] = columns.dropFirst(3).dropLast(2).map { JSONValue(summary[$0] ?? nil) }
    let calibration = [JSONValue(report.calibration?.brier), JSONValue(report.calibration?.expectedError)]
    return classes + [[.null, .string("all"), .integer(report.records.count)] + all + calibration]
  }
}
