import ArgumentParser
import Evaluation
import Files
import Foundation
import Reports

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
    if input.outputs == InputBytes.standardInput, compare == InputBytes.standardInput {
      throw ValidationError("standard input is read once: name a file for OUTPUTS or for --compare")
    }
    if let bootstrap, !(100...100_000).contains(bootstrap) { throw ValidationError("--bootstrap takes a whole number from 100 to 100000") }
  }

  func run() throws {
    var content = try input.load()
    let other = try compare.map { try content.loadOther($0) }
    if let thresholds { content.decide(by: try EvaluationInput.thresholds(in: thresholds)) }
    let report = EvaluationReport(content.records, replicates: bootstrap, seed: seed, comparedWith: other)
    let evaluation = EvaluationDocument(report)
    if let curves { try draw(report, into: curves) }
    switch format {
    case .json: try Console.print(report.json.text)
    case .csv: try RowPrinter(columns: EvaluationDocument.columns, format: .csv).print(evaluation.rows)
    case .table: for line in evaluation.document.textLines { try Console.print(line) }
    case .markdown: for line in evaluation.document.markdownLines { try Console.print(line) }
    }
    try content.finish()
  }

  private func draw(_ report: EvaluationReport, into folder: String) throws {
    try FileOutput.makeFolder(folder)
    for sheet in CurveSheet.allCases {
      try FileOutput.write(sheet.svg(report), to: (folder as NSString).appendingPathComponent(sheet.rawValue + ".svg"))
    }
  }
}
