import ArgumentParser
import Foundation
import LabelReview
import PlainText

struct AgreementCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agreement",
    abstract: "Cohen's kappa and its companions for every pair of raters, the training label and the model included.",
    discussion: """
      Cases on which either rater was unsure are excluded and counted. On a sample of misclassified records kappa says nothing about the data set.
      Examples:
        einthoven agreement --study SampleData
        einthoven agreement --verdicts SampleData/paper-verdicts.csv --format markdown
      """
  )

  /// The forms of the report.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case table, csv, json, markdown
  }

  @OptionGroup var storeOptions: StudyCommand.StoreOptions
  @OptionGroup var studyOptions: StudyCommand.StudyOptions
  @Option(help: "A CSV of verdicts (case,rater,verdict) instead of a study.") var verdicts: String?
  @Option(help: "table, csv, json or markdown.") var format: Form = .table

  mutating func validate() throws {
    if verdicts != nil, studyOptions.study != nil { throw ValidationError("give --study or --verdicts, not both") }
  }

  func run() throws {
    let report = try report()
    switch format {
    case .json: try Console.print(report.json.text)
    case .csv: try RowPrinter(columns: AgreementRows.columns, format: .csv).print(report.pairs.map { AgreementRows.values($0) })
    case .table: for line in AgreementRows.lines(report) { try Console.print(line) }
    case .markdown: for line in AgreementRows.markdown(report) { try Console.print(line) }
    }
  }

  private func report() throws -> AgreementReport {
    guard let verdicts else {
      let store = try storeOptions.open()
      return try AgreementReport(study: studyOptions.resolve(in: store), in: store)
    }
    guard let data = FileManager.default.contents(atPath: verdicts) else {
      throw CommandFailure.noInput("\(verdicts): no such file, or it cannot be read")
    }
    do {
      return AgreementReport(try VerdictCSV.parse(data))
    } catch {
      throw CommandFailure.badData("\(verdicts): \(error)")
    }
  }
}

/// The agreement of pairs as rows of figures.
private enum AgreementRows {
  static let columns = [
    "rater_a", "rater_b", "n", "excluded_unsure", "agree", "kappa", "se", "ci_low", "ci_high", "kappa_max", "pabak", "gwet_ac1",
    "prevalence_index", "bias_index",
  ]

  static func values(_ pair: AgreementReport.Pair) -> [JSONValue] {
    guard case .object(let members) = pair.json else { return [] }
    return columns.map { column in members.first { $0.0 == column }?.1 ?? .null }
  }

  static func lines(_ report: AgreementReport) -> [String] {
    var table = TextTable(
      ["raters", "n", "unsure", "agree", "kappa", "95 % CI", "kappa max", "PABAK", "AC1"], rightAligned: Set(1...8))
    for pair in report.pairs { table.append(cells(pair)) }
    return table.lines + [""] + summary(report)
  }

  static func markdown(_ report: AgreementReport) -> [String] {
    let header = ["raters", "n", "unsure", "agree", "kappa", "95 % CI", "kappa max", "PABAK", "AC1"]
    let rows = report.pairs.map { pair in
      "| " + cells(pair).map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    return ["| " + header.joined(separator: " | ") + " |", "|---" + String(repeating: "|---:", count: header.count - 1) + "|"] + rows + [""]
      + summary(report)
  }

  private static func cells(_ pair: AgreementReport.Pair) -> [String] {
    let table = pair.table
    guard let kappa = table.kappa else {
      let reason = table.total == 0 ? "undefined: no case both judged" : "undefined: only one category occurs"
      return [
        "\(pair.raterA) – \(pair.raterB)", "\(table.total)", "\(pair.excludedUnsure)", text(table.agreeing), reason, "–", "–",
        text(table.pabak), text(table.gwetAC1),
      ]
    }
    return [
      "\(pair.raterA) – \(pair.raterB)", "\(table.total)", "\(pair.excludedUnsure)", text(table.agreeing), text(kappa.value),
      "\(text(kappa.confidenceInterval.low)) to \(text(kappa.confidenceInterval.high))", text(kappa.maximum), text(table.pabak),
      text(table.gwetAC1),
    ]
  }

  private static func summary(_ report: AgreementReport) -> [String] {
    guard report.readers.count >= 2 else { return ["Fewer than two readers: no agreement among all of them."] }
    let undefined = "undefined: only one category occurs, or no case all of them judged"
    return [
      "All readers (\(report.readers.joined(separator: ", "))), unsure as a category of its own:",
      "Fleiss' kappa \(report.fleiss.map { text($0) } ?? undefined), Krippendorff's alpha \(report.krippendorffAlpha.map { text($0) } ?? undefined).",
      "On a sample of misclassified records, kappa does not describe agreement on the whole data set.",
    ]
  }

  private static func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
  private static func text(_ value: Int?) -> String { value.map(String.init) ?? "–" }
}
