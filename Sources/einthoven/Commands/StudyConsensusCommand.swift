import Agreement
import ArgumentParser
import Foundation
import LabelReview
import PlainText
import Reports
import Workbench

extension StudyCommand {
  struct Consensus: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say of each case what readers, model and adjudicator make of it together, and how sure that is.",
      discussion: """
        majority: what most of the sure readers say. dawid-skene: readers weighed by sensitivity and specificity, which are estimated with the prevalence (EM, a
        mild prior). crowdlab: readers and the model weighed; its probabilities must come from folds that did not see the cases (--predictions).
        An adjudicator's word stands over all. With two readers and no truth accuracies are bounded, not known, which is said.
        JSON has one object a case and a summary at the end; CSV one row a case and statement.
        Examples:
          einthoven study consensus --study relabel --method dawid-skene
          einthoven study consensus --study relabel --method crowdlab --predictions folds.csv --format csv > consensus.csv
        """)
    @OptionGroup var storeOptions: StoreOptions
    @OptionGroup var studyOptions: StudyOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var blinding: BlindingOptions
    @Option(help: "majority, dawid-skene or crowdlab.") var method: StatementConsensus.Method = .dawidSkene
    @Option(help: "Only this statement of a study that relabels.") var diagnosis: String?
    @Option(help: "For crowdlab, predictions that `einthoven predict` or a cross-validation wrote. Default: those the study was made with.")
    var predictions: String?
    @Option(help: "Samples for bootstrap confidence intervals; 0 for none.") var bootstrap = 200
    @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
    @Option(help: "table, csv, json, markdown or html.") var format: AgreementCommand.Form = .table

    mutating func validate() throws {
      if bootstrap != 0, !(100...1_000_000).contains(bootstrap) {
        throw ValidationError("--bootstrap takes 0, or a whole number from 100 to 1000000")
      }
    }

    func run() throws {
      let store = try storeOptions.open()
      try trust.check(store)
      let study = try studyOptions.resolve(in: store)
      try blinding.check(study, in: store, what: "consensus", reviewer: nil)
      guard study.annotating == nil else {
        throw CommandFailure.usage(
          "study \(study.name) is one of annotation: `einthoven study export --raters consensus` has its consensus")
      }
      let answers = try StudyAnswers(of: study, in: store)
      let statement = try diagnosis.map { try AgreementCommand.statement($0, in: answers.table.statements) }
      let probabilities = try predictions.map { path in
        let bytes = try FileInput.data(path, limit: ModelAnswers.longestFile, expected: "what `einthoven predict` wrote")
        return try ModelAnswers.read(bytes, path: path).probabilities(of: answers.cases)
      }
      let consensus = StudyConsensus(answers, by: method, probabilities: probabilities)
      let resampling = bootstrap == 0 || format == .csv ? nil : Bootstrap(replicates: bootstrap, seed: seed)
      let document = ConsensusDocument(consensus, statement: statement, bootstrap: resampling)
      switch format {
      case .table: for line in document.document.textLines { try Console.print(line) }
      case .markdown: for line in document.document.markdownLines { try Console.print(line) }
      case .html: try Console.printPage(document.document, title: "Consensus of \(study.name)")
      case .csv: try RowPrinter(columns: ConsensusDocument.columns, format: .csv).print(document.rows)
      case .json: for object in document.objects + [document.summary] { try Console.print(object.text) }
      }
    }
  }
}

extension StatementConsensus.Method: ExpressibleByArgument {}
