import ArgumentParser
import ECG
import ECGFiles
import ECGSignal
import Evaluation
import Foundation
import LabelReview
import PlainText
import Reports
import Workbench

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "List the labels that are probably wrong, the most suspect first, with the reasons in words.",
    discussion: """
      For each record the label is held against a model that did not learn from it, against what the ECG itself measures (a criterion, see below), and against the \
      labels of the 30 records nearest in the network's features. The score is the probability that the label is wrong, by all of it together; doubted_by says \
      whether confident learning (model), the criterion, or all together (both) doubt it. What is wrong with the recording, exchanged electrodes or poor quality, \
      comes first among the reasons: a swapped record is not a wrong label. Unknown is never taken for absent.
      JSON is one object a record, and the figures (cross-tabulation with Wilson's intervals, noise with bootstrap intervals, what each definition would contradict) \
      in a last one, {"summary": ...}; with the other forms for programs the figures go to standard error. With --class all the labels that anything doubts are \
      listed. html is one file with drawings of the first records; it needs nothing else.
      Records that the model learnt from are refused, unless --in-sample says otherwise: give the predictions of `train --folds`, or its models, each of which judges \
      what it was not shown. For many records, write predictions and measurements first (`predict` and `measure` with --resume) and audit the files.
      With --study the list becomes a study: --review of the most suspect, and --random others. Once it is judged, the same command weights each verdict by how the \
      record was drawn and estimates prevalence, wrong labels, and the label's sensitivity and specificity for the whole data set.
      Criteria of --criterion, the usual one of each class first:
      \(criteria)
      Examples:
        einthoven audit SampleData --class LAD
        einthoven audit SampleData --class LAD --criterion ii-negative --format html --output audit.html
        einthoven audit /data --class all --predictions model.folds.csv --measurements measured.jsonl --by source --format json
        einthoven audit /data --class LAD --predictions model.folds.csv --measurements measured.jsonl --study lad-labels --review 50 --random 50
      """
  )

  /// The table of criteria, as help shows it.
  private static var criteria: String {
    Diagnosis.all.compactMap { diagnosis in
      let names = Criterion.of(diagnosis).map { "\($0.name) (\($0.definition))" }
      return names.isEmpty ? nil : "  \(diagnosis.abbreviation): \(names.joined(separator: "; "))"
    }.joined(separator: "\n")
  }

  @Argument(help: "Records, folders, or files that list records.") var paths: [String]
  @OptionGroup var links: LinkOptions
  @Option(name: .customLong("class"), help: "The diagnosis: an abbreviation, a SNOMED CT code, or all.")
  var diagnoses = AuditedDiagnoses([.leftAxisDeviation])
  @Option(
    parsing: .singleValue, help: ArgumentHelp("The definition to measure by; see above. Several for several classes.", valueName: "name"))
  var criterion: [String] = []
  @Option(help: "source: figures for each data source, too.") var by: AuditGrouping?
  @OptionGroup(title: "What is known") var input: AuditInputOptions
  @OptionGroup(title: "Review") var review: AuditStudyOptions
  @OptionGroup var blinding: StudyCommand.BlindingOptions
  @Option(help: "How many rows table, markdown and html have.") var top = 50
  @Option(help: ArgumentHelp("Draw the QRS axis of all records, by label and source, into this SVG file.", valueName: "file")) var axis:
    String?
  @Option(help: "Seed of intervals and of a study's drawing.") var seed: UInt64 = 1
  @Option(help: "table, csv, json, markdown or html.") var format: AuditFormat = .table
  @Option(help: "The file to write. Default: standard output.") var output: String?
  @Option(help: "Records read at the same time. Default: one a processor, at most 8.") var jobs: Int?

  mutating func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs takes a whole number from 1 to 256") }
    if !(0...100_000).contains(top) { throw ValidationError("--top takes a whole number from 0 to 100000") }
    for name in criterion where !diagnoses.diagnoses.contains(where: { Criterion.named(name, of: $0) != nil }) {
      let known = diagnoses.diagnoses.flatMap { Criterion.of($0).map(\.name) }
      throw ValidationError(
        "--criterion: no criterion '\(name)' of \(diagnoses.defaultValueDescription); expected "
          + (known.isEmpty
            ? "none: nothing that is measured tells it" : Array(NSOrderedSet(array: known)).map { "\($0)" }.joined(separator: ", ")))
    }
    if review.study != nil, diagnoses.diagnoses.count > 1 { throw ValidationError("--study asks about one diagnosis: give --class") }
  }

  func run() throws {
    for path in [output, axis].compactMap({ $0 }) { try FileOutput.requireReplaceable(path) }
    let study = try existingStudy()
    var batch = RecordBatch(paths, links)
    let gathering = try gathering(try batch.nonEmpty(), reporting: &batch)
    var settings = AuditReport.Settings()
    settings.diagnoses = diagnoses.diagnoses
    settings.criteria = criterion
    settings.isBySource = by == .source
    settings.replicates = diagnoses.diagnoses.count > 1 ? 200 : 1000
    settings.seed = seed
    var report = AuditReport(gathering.records, settings)
    if let study {
      guard let verdicts = try AuditStudy.reviews(of: study.study, in: study.store).last else {
        throw CommandFailure.usage("study \(study.study.name): nobody has judged a record of it yet, or no audit drew it")
      }
      report.add(verdicts, on: diagnoses.diagnoses[0])
    } else if review.study != nil {
      try makeStudy(of: report, gathering)
    }
    try AuditPrinter(report: report, top: top, format: format, output: output).print()
    if let axis { try FileOutput.write(report.axisSheet(of: diagnoses.diagnoses[0]).svg, to: axis) }
    try batch.finish()
  }

  /// Brings together what is known of the records, with a bar.
  private func gathering(_ references: [RecordReference], reporting batch: inout RecordBatch) throws -> AuditGathering {
    var gathering = AuditGathering(references, input.inputs, jobs: jobs ?? Processors.sensibleCount)
    for (path, problem) in gathering.records.unreadable { batch.report(CommandFailure.badData(problem.isEmpty ? path : problem)) }
    let interruption = Interruption()
    var bar = Bar(batch: batch)
    defer {
      bar.finish()
      batch = bar.batch
    }
    do {
      try gathering.run(until: interruption.request, telling: &bar)
    } catch let stop as AuditGathering.Stopped {
      bar.finish()
      try interruption.check(
        stop.done, of: stop.count, advice: "predict and measure with --output and --resume can be gone on with; audit takes their files")
    }
    return gathering
  }

  /// Shows how the gathering goes, and notes down what could not be read.
  private struct Bar: AuditListener {
    var batch: RecordBatch
    private var progress: ProgressBar?
    private var done = 0

    init(batch: RecordBatch) { self.batch = batch }

    func note(_ words: String) { Console.complain(words) }

    mutating func begin(_ count: Int) { progress = ProgressBar("audit", total: count) }

    mutating func step(_ failure: (any Error)?) {
      if let failure {
        progress?.finish()
        batch.report(failure)
      }
      done += 1
      progress?.advance(to: done)
    }

    mutating func finish() { progress?.finish() }
  }

  // MARK: Study

  /// The study of --study where it is there already, and may be looked at.
  private func existingStudy() throws -> (study: Study, store: ReviewStore)? {
    guard let name = review.study else { return nil }
    let place = review.store ?? Places.store.path
    guard FileManager.default.fileExists(atPath: place) else { return nil }
    let store = try ReviewStore(path: place, programVersion: Einthoven.version)
    guard let study = try store.study(named: name) else { return nil }
    guard study.diagnosisCode == diagnoses.diagnoses[0].code, study.settings.sampling?.strata != nil else {
      throw CommandFailure.usage(
        "study \(name) is there already and no audit of \(diagnoses.diagnoses[0].abbreviation) drew it; expected another name")
    }
    try blinding.check(study, in: store, what: "audit", reviewer: nil)
    return (study, store)
  }

  private func makeStudy(of report: AuditReport, _ gathering: AuditGathering) throws {
    guard let name = review.study else { return }
    var drawing = AuditStudy(name: name, top: review.review, random: review.random)
    drawing.seed = seed
    let draft = try drawing.draw(report.candidates, diagnosis: diagnoses.diagnoses[0], modelDigest: gathering.modelDigest)
    let store = try ReviewStore(path: review.store ?? Places.store.path, programVersion: Einthoven.version)
    let study = try store.createStudy(draft)
    if let sampling = study.settings.sampling { Console.note("study \(study.name): \(sampling.sentence)") }
    Console.note("Judge it with: einthoven review --study \(study.name) --reviewer NAME; then give the same audit again")
  }
}
