import Agreement
import ArgumentParser
import ECG
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
      A study that relabels, or a CSV with a column `diagnosis`, is compared as sets: macro and pooled kappa with bootstrap intervals, exact match, Jaccard,
      Krippendorff's alpha with the MASI distance, weighted kappa of likelihoods, and each statement by itself; --diagnosis shows all of one. What was
      filled in or uncovered, and how often readers followed it, stands below.
      A study of annotation is compared mark by mark: beats matched within 150 ms and kappa of their kinds, the overlap of spans and Krippendorff's alpha
      for unitising, the mean and SD of boundaries' differences.
      On a sample of misclassified records kappa says nothing about the data set. Of a study that `audit` drew, what the verdicts say of the data set follows, each
      weighted by how its record was drawn.
      Tables tell what a blinded study hides: while a reader who has begun has cases left, that is said, and with --unblind the log notes who looked.
      Examples:
        einthoven agreement --study SampleData
        einthoven agreement --study relabel --diagnosis LAD
        einthoven agreement --verdicts SampleData/paper-verdicts.csv --bootstrap 2000 --format markdown
      """
  )

  /// The forms of the report.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case table, csv, json, markdown, html
  }

  @OptionGroup var storeOptions: StudyCommand.StoreOptions
  @OptionGroup var studyOptions: StudyCommand.StudyOptions
  @OptionGroup var trust: StudyCommand.TrustOptions
  @OptionGroup var blinding: StudyCommand.BlindingOptions
  @Option(help: "A CSV of verdicts (case,rater,verdict) instead of a study.") var verdicts: String?
  @Option(help: "Of many statements, only this one, with all its figures: an abbreviation, a code or a name.") var diagnosis: String?
  @Option(help: "Samples for bootstrap confidence intervals of kappa. Default: none; of sets, 200.") var bootstrap: Int?
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
  @Option(help: "table, csv, json, markdown or html.") var format: Form = .table

  mutating func validate() throws {
    if verdicts != nil, studyOptions.study != nil { throw ValidationError("give --study or --verdicts, not both") }
    if let bootstrap, !(100...1_000_000).contains(bootstrap) {
      throw ValidationError("--bootstrap takes a whole number from 100 to 1000000")
    }
  }

  func run() throws {
    switch try source() {
    case .question(let report, let names, let reviews, let habits): try show(report, names: names, reviews: reviews, habits: habits)
    case .marks(let table): try show(MarkAgreementDocument(MarkAgreement(table)))
    case .sets(let table, let habits):
      guard let diagnosis else { return try show(SetAgreementDocument(table, habits: habits, bootstrap: resampling ?? setResampling)) }
      let statement = try Self.statement(diagnosis, in: table.statements)
      let report = AgreementReport(table.verdicts(on: statement), bootstrap: resampling)
      try show(report, names: .of(diagnosisCode: statement.code), reviews: [], habits: habits)
    }
  }

  /// The statement that a name means.
  static func statement(_ name: String, in statements: [Statement]) throws -> Statement {
    guard let statement = statements.named(name) else {
      let known = statements.prefix(30).map(\.abbreviation).joined(separator: ", ")
      throw CommandFailure.usage("--diagnosis: '\(name)' was not asked about; expected one of \(known)")
    }
    return statement
  }

  private var resampling: Bootstrap? { bootstrap.map { Bootstrap(replicates: $0, seed: seed) } }
  private var setResampling: Bootstrap { Bootstrap(replicates: 200, seed: seed) }

  private func show(_ report: AgreementReport, names: StudySettings.VerdictNames, reviews: [ReviewedAudit], habits: ReadingHabits?) throws {
    let agreement = AgreementDocument(report, names: names, reviews: reviews)
    let document = Document(agreement.document.blocks + HabitsDocument.blocks(habits))
    switch format {
    case .json:
      let json = Self.json(report, reviews)
      guard case .object(let members) = json, let habits, !habits.uncovered.isEmpty else {
        return try Console.print(json.text)
      }
      try Console.print(JSONValue.object(members + [("anchoring", HabitsDocument.anchoring(habits))]).text)
    case .csv: try RowPrinter(columns: AgreementDocument.columns, format: .csv).print(agreement.rows)
    case .table: for line in document.textLines { try Console.print(line) }
    case .markdown: for line in document.markdownLines { try Console.print(line) }
    case .html: try Console.printPage(document, title: title)
    }
  }

  private func show(_ agreement: SetAgreementDocument) throws {
    switch format {
    case .json: try Console.print(agreement.json.text)
    case .csv: try RowPrinter(columns: SetAgreementDocument.columns, format: .csv).print(agreement.rows)
    case .table: for line in agreement.document.textLines { try Console.print(line) }
    case .markdown: for line in agreement.document.markdownLines { try Console.print(line) }
    case .html: try Console.printPage(agreement.document, title: title)
    }
  }

  private func show(_ agreement: MarkAgreementDocument) throws {
    switch format {
    case .json: try Console.print(agreement.json.text)
    case .csv: try RowPrinter(columns: MarkAgreementDocument.columns, format: .csv).print(agreement.rows)
    case .table: for line in agreement.document.textLines { try Console.print(line) }
    case .markdown: for line in agreement.document.markdownLines { try Console.print(line) }
    case .html: try Console.printPage(agreement.document, title: title)
    }
  }

  private var title: String { "Agreement" + ((studyOptions.study ?? verdicts).map { " of " + $0 } ?? "") }

  /// The report as one object, with what an audit's strata say of the data set where they were drawn.
  private static func json(_ report: AgreementReport, _ reviews: [ReviewedAudit]) -> JSONValue {
    guard !reviews.isEmpty, case .object(let members) = report.json else { return report.json }
    return .object(members + [("data_set", .array(reviews.map(\.json)))])
  }

  /// What is compared.
  private enum Source {
    case question(AgreementReport, StudySettings.VerdictNames, [ReviewedAudit], ReadingHabits?)
    case sets(AnswerTable, ReadingHabits?)
    case marks(MarkTable)
  }

  private func source() throws -> Source {
    guard let verdicts else {
      let store = try storeOptions.open()
      try trust.check(store)
      let study = try studyOptions.resolve(in: store)
      try blinding.warn(study, in: store, what: "agreement")
      if let table = try MarkTable(of: study, in: store) {
        if diagnosis != nil { throw CommandFailure.usage("--diagnosis: study \(study.name) is one of annotation") }
        return .marks(table)
      }
      if study.relabelling != nil {
        let answers = try StudyAnswers(of: study, in: store)
        return .sets(answers.table, ReadingHabits(answers))
      }
      if let diagnosis, Diagnosis.named(diagnosis)?.code != study.diagnosisCode {
        let asked = Diagnosis.with(code: study.diagnosisCode)?.abbreviation ?? study.diagnosisCode
        throw CommandFailure.usage("--diagnosis: study \(study.name) asks about \(asked) alone")
      }
      let report = try AgreementReport(
        study: study, in: store, foreseen: SightingCache.foreseen(for: study, in: store), bootstrap: resampling)
      let habits = study.settings.allowsReveal == true ? ReadingHabits(try StudyAnswers(of: study, in: store)) : nil
      return .question(report, study.verdictNames, try AuditStudy.reviews(of: study, in: store), habits)
    }
    let data = try FileInput.data(verdicts, limit: VerdictFile.longestFile, expected: "a CSV of verdicts", mayBeStream: true)
    do {
      if diagnosis != nil || AnswerFile.isAboutMany(data) { return .sets(try AnswerFile.parse(data), nil) }
      let names = StudySettings.VerdictNames(present: "present", absent: "absent", unsure: "unsure")
      return .question(AgreementReport(try VerdictCSV.parse(data), bootstrap: resampling), names, [], nil)
    } catch {
      throw CommandFailure.badData("\(verdicts): \(error)")
    }
  }
}
