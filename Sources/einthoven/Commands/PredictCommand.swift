import ArgumentParser
import Classification
import ECG
import ECGFiles
import Foundation

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict 24 diagnoses with the SE-ResNet.",
    discussion: """
      Several --model options make an ensemble: mean probability for the score, majority of the models for the decision.
      Examples:
        einthoven predict SampleData
        einthoven predict SampleData --format json --output predictions.jsonl
        einthoven predict SampleData --format challenge --output outputs/
      """
  )

  @Argument(help: "Records, folders, or files that list records.") var paths: [String]
  @Option(help: "table, csv, json (one object a record) or challenge (one file a record).") var format: PredictionFormat = .table
  @Option(help: "The file to write (challenge: the folder). Default: standard output.") var output: String?
  @Option(help: "Records predicted at the same time. Default: one a processor for several records.") var jobs: Int?
  @OptionGroup var model: ModelOptions

  mutating func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs takes a whole number from 1 to 256") }
    if format == .challenge, output == nil { throw ValidationError("--format challenge writes one file a record: give a folder with --output") }
  }

  func run() throws {
    var batch = RecordBatch(paths)
    let references = try batch.nonEmpty()
    let jobs = min(references.count, jobs ?? (references.count > 1 ? model.threadCount : 1))
    let ensembles = try (0..<jobs).map { _ in try model.ensemble(threads: max(1, model.threadCount / jobs)) }
    var sink = try PredictionSink(format: format, output: output)
    var progress = ProgressBar("predict", total: references.count)
    var done = 0
    try BatchPredictor(references: references, ensembles: ensembles).run { reference, result in
      switch result {
      case .success(let prediction): try sink.write(prediction, of: reference)
      case .failure(let error):
        progress.finish()
        batch.report(error)
      }
      done += 1
      progress.advance(to: done)
    }
    progress.finish()
    try sink.finish()
    try batch.finish()
  }
}
