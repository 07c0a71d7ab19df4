import Agreement
import ArgumentParser
import Evaluation
import Foundation
import LabelReview
import PlainText
import Reports
import Workbench

struct AgreementCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agreement",
    abstract: "Cohen's kappa and its companions for every pair of raters, the training label and the model included.",
    discussion: """
      Three ways of counting unsure are shown: left out (and counted), a verdict of its own, and a disagreement, in which each rater's unsure is a verdict
      that the other cannot give. CSV has the first.
      Raters are compared by their first showing of a case, so that no recording counts twice; the second showing (column `repeat`) is compared with the
      same reader's first alone, for intra-reader kappa.
      On a sample of misclassified records kappa says nothing about the data set. Of a study that `audit` drew, what the verdicts say of the data set follows, each
      weighted by how its record was drawn.
      Examples:
        einthoven agreement --study SampleData
        einthoven agreement --verdicts SampleData/paper-verdicts.csv --bootstrap 2000 --format markdown
      """
  )

  /// The forms of the report.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case table, csv, json, markdown
  }

  @OptionGroup var storeOptions: StudyCommand.StoreOptions
  @OptionGroup var studyOptions: StudyCommand.StudyOptions
  @OptionGroup var trust: StudyCommand.TrustOptions
  @Option(help: "A CSV of verdicts (case,rater,verdict) instead of a study.") var verdicts: String?
  @Option(help: "Samples for bootstrap confidence intervals of kappa. Default: none.") var bootstrap: Int?
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
  @Option(help: "table, csv, json or markdown.") var format: Form = .table

  mutating func validate() throws {
    if verdicts != nil, studyOptions.study != nil { throw ValidationError("give --study or --verdicts, not both") }
    if let bootstrap, !(100...1_000_000).contains(bootstrap) {
      throw ValidationError("--bootstrap takes a whole number from 100 to 1000000")
    }
  }

  func run() throws {
    let (report, names, reviews) = try report()
    let agreement = AgreementDocument(report, names: names, reviews: reviews)
    switch format {
    case .json: try Console.print(Self.json(report, reviews).text)
    case .csv: try RowPrinter(columns: AgreementDocument.columns, format: .csv).print(agreement.rows)
    case .table: for line in agreement.document.textLines { try Console.print(line) }
    case .markdown: for line in agreement.document.markdownLines { try Console.print(line) }
    }
  }

  /// The report as one object, with what an audit's strata say of the data set where they were drawn.
  private static func json(_ report: AgreementReport, _ reviews: [ReviewedAudit]) -> JSONValue {
    guard !reviews.isEmpty, case .object(let members) = report.json else { return report.json }
    return .object(members + [("data_set", .array(reviews.map(\.json)))])
  }

  private func report() throws -> (AgreementReport, StudySettings.VerdictNames, [ReviewedAudit]) {
    let resampling = bootstrap.map { Bootstrap(replicates: $0, seed: seed) }
    guard let verdicts else {
      let store = try storeOptions.open()
      try trust.check(store)
      let study = try studyOptions.resolve(in: store)
      return (
        try AgreementReport(
          study: study, in: store, foreseen: SightingCache.foreseen(for: study, in: store), bootstrap: resampling), study.verdictNames,
        try AuditStudy.reviews(of: study, in: store)
      )
    }
    let data = try FileInput.data(verdicts, limit: VerdictFile.longestFile, expected: "a CSV of verdicts", mayBeStream: true)
    do {
      let names = StudySettings.VerdictNames(present: "present", absent: "absent", unsure: "unsure")
      return (try AgreementReport(VerdictCSV.parse(data), bootstrap: resampling), names, [])
    } catch {
      throw CommandFailure.badData("\(verdicts): \(error)")
    }
  }
}
