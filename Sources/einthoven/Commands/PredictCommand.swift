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
        einthoven predict /data --format csv --output part2.csv --shard 2/4 --jobs 8
      A file given with --output grows as FILE.partial and gets its name when every record has had its turn. Ctrl-C leaves the finished
      records there, and the same command with --resume goes on behind them.
      """
  )

  @Argument(help: "Records, folders, or files that list records.") var paths: [String]
  @Option(help: "table, csv, json (one object a record) or challenge (one file a record).") var format: PredictionFormat = .table
  @Option(help: "The file to write (challenge: the folder). Default: standard output.") var output: String?
  @Option(help: "Records predicted at the same time; threads are shared out. Default: one a thread for several records.") var jobs: Int?
  @Flag(help: "Keep what an earlier run of the same command has finished, and predict the other records.") var resume = false
  @Option(help: ArgumentHelp("Predict only part I of N, for several machines; the parts' outputs concatenate.", valueName: "I/N"))
  var shard: Shard?
  @OptionGroup var model: ModelOptions

  mutating func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs takes a whole number from 1 to 256") }
    if format == .challenge, output == nil {
      throw ValidationError("--format challenge writes one file a record: give a folder with --output")
    }
    if resume, output == nil || format == .table { throw ValidationError("--resume takes --output and --format csv, json or challenge") }
  }

  func run() throws {
    var batch = RecordBatch(paths)
    var references = try batch.nonEmpty()
    if let shard { references = Array(shard.part(of: references)) }
    let jobs = max(1, min(references.count, jobs ?? (references.count > 1 ? model.threadCount : 1)))
    let threads = max(1, model.threadCount / jobs)
    let ensemble = try model.ensemble(threads: threads)
    var sink = try PredictionSink(
      format: format, precision: ensemble.precision, output: output, resumes: resume, hasHeader: shard.map { $0.index == 1 } ?? true)
    references.removeAll { sink.holds($0) }
    let helpers = (0..<jobs - 1).map { _ in Ensemble(sharing: ensemble, threads: threads) }
    var progress = ProgressBar("predict", total: references.count)
    var done = 0
    do {
      try BatchPredictor(references: references, ensembles: [ensemble] + helpers).run { reference, result in
        switch result {
        case .success(let prediction): try sink.write(prediction, of: reference)
        case .failure(let error):
          progress.finish()
          batch.report(error)
        }
        done += 1
        progress.advance(to: done)
      }
    } catch {
      progress.finish()
      sink.abandon()
      throw error
    }
    progress.finish()
    try sink.finish()
    try batch.finish()
  }
}
