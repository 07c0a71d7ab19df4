import Agreement
import ArgumentParser
import LabelReview
import PlainText

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say how many cases a study of two readers needs for a confidence interval of kappa that is narrow enough.",
    discussion: """
      The width is that of the 95 % interval from end to end; both readers are taken to find the same share of cases (Donner and Eliasziw 1992).
      Examples:
        einthoven plan --kappa 0.8 --width 0.1
        einthoven plan --kappa 0.8 --width 0.2 --prevalence 0.3 --unsure 0.18
      """
  )

  @Option(help: "The kappa expected, from 0 to under 1.") var kappa: Double
  @Option(help: "The width wanted of the 95 % confidence interval, from end to end.") var width: Double
  @Option(help: "The share of cases on which the finding is present.") var prevalence: Double = 0.5
  @Option(help: "The share of cases on which at least one reader will be unsure.") var unsure: Double = 0
  @Option(help: "table, csv or json.") var format: ReportFormat = .table

  func run() throws {
    guard let plan = SampleSizePlan(kappa: kappa, width: width, prevalence: prevalence, unsure: unsure) else {
      throw CommandFailure.usage(
        "no such plan: expected --kappa from 0 to under 1, --width over 0 to 2, --prevalence between 0 and 1, --unsure from 0 to under 1, "
          + "and a thousand million cases at most")
    }
    let columns = ["kappa", "width", "prevalence", "unsure", "sure_cases", "cases"]
    let values: [JSONValue] = [
      .number(plan.kappa), .number(plan.width), .number(plan.prevalence), .number(plan.unsure), .integer(plan.sureCases),
      .integer(plan.cases),
    ]
    try RowPrinter(columns: columns, rightAligned: Set(0..<6), format: format).print([values])
  }
}
