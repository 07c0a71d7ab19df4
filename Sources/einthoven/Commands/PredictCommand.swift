import ArgumentParser
import Classification
import ECGFiles
import Foundation
import Workbench

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict 24 diagnoses with the SE-ResNet.",
    discussion: """
      Several --model options make an ensemble: mean probability for the score, majority of the models for the decision.
      Records come out in the order in which they are found, whatever the jobs. A record that fails is reported, the others are done, and \
      the exit code is 65. Where electrodes seem exchanged, a warning says which. Each job reads, filters and predicts a record of its own with its share of --threads, at least one: more jobs \
      than threads run as one thread each.
      A file given with --output grows as FILE.partial and gets its name when every record has had its turn. Ctrl-C (exit code 130) lets \
      the jobs finish the records at hand and leaves whole records only; the same command with --resume goes on behind them. The outputs \
      of --shard 1/N to N/N, one after the other, are what one run would give.
      Examples:
        einthoven predict SampleData
        einthoven predict SampleData --format json --output predictions.jsonl
        einthoven predict SampleData --format challenge --output outputs/
        einthoven predict /data --format csv --output part2.csv --shard 2/4 --jobs 8
      """
  )

  @Argument(help: "Records, folders, or files that list records.") var paths: [String]
  @OptionGroup var links: LinkOptions
  @Option(help: "table, csv, json (one object a record) or challenge (one file a record).") var format: PredictionFormat = .table
  @Option(help: "The file to write (challenge: the folder). Default: standard output.") var output: String?
  @Option(help: "Records predicted at the same time; threads are shared out. Default: one a thread for several records.") var jobs: Int?
  @Flag(help: "Take back the calibration of the model's outputs, where it has one; thresholds go along.") var raw = false
  @Flag(help: "Keep what an earlier run of the same command has finished, and predict the other records.") var resume = false
  @Option(help: ArgumentHelp("Predict only part I of N, for several machines; the parts' outputs concatenate.", valueName: "I/N"))
  var shard: Shard?
  @Flag(help: "Do not measure the recordings to warn where electrodes seem exchanged: takes a third of the time.") var noSwaps = false
  @OptionGroup var model: ModelOptions

  mutating func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs takes a whole number from 1 to 256") }
    if format == .challenge, output == nil {
      throw ValidationError("--format challenge writes one file a record: give a folder with --output")
    }
    if resume, output == nil || format == .table { throw ValidationError("--resume takes --output and --format csv, json or challenge") }
  }

  func run() throws {
    var records = RecordBatch(paths, links)
    var references = try records.nonEmpty()
    let all = references
    if let shard { references = Array(shard.part(of: references)) }
    let jobs = max(1, min(references.count, jobs ?? (references.count > 1 ? model.threadCount : 1)))
    let ensemble = try model.ensemble(threads: BatchPredictor.threads(model.threadCount, sharedBy: jobs)[0], isRaw: raw)
    let settings = PredictionOutput.Settings(format: format, path: output, resumes: resume, shard: shard)
    try PredictionOutput.checkNames(of: all, settings)
    var predictions = try PredictionOutput(settings, run: PredictionRun(ensemble), on: references, print: Console.write)
    references = predictions.unfinished
    Console.noteChanged(predictions.changedCount, "predicted")
    var batch = BatchPredictor(references, ensemble, jobs: jobs, threads: model.threadCount)
    batch.warnsOfSwaps = !noSwaps
    var seen = SeenTwice()
    let interruption = Interruption()
    var progress = ProgressBar("predict", total: batch.count)
    do {
      var done = 0
      let finished = try batch.run(until: interruption.request) { reference, result in
        switch result {
        case .success(let prediction):
          try predictions.write(prediction, of: reference)
          seen.add(prediction.recordingDigest, path: reference.path)
          // Whoever reads no column of warnings has to know that the answer may be of other leads.
          for warning in prediction.warnings where warning.kind == .leadSwap {
            progress.finish()
            Console.complain("\(reference.name): \(warning)")
          }
        case .failure(let error):
          progress.finish()
          records.report(error)
        }
        done += 1
        progress.advance(to: done)
      }
      try interruption.check(
        finished, of: batch.count, advice: predictions.isResumable ? "the same command with --resume goes on behind them" : nil)
    } catch {
      progress.finish()
      predictions.abandon()
      throw error
    }
    progress.finish()
    if let note = seen.note { Console.complain(note) }
    try predictions.finish(footer: "precision: \(ensemble.precision.inWords)")
    // The lines of the challenge's files are all spoken for.
    if format == .challenge, ensemble.precision != .exact { Console.complain("precision: \(ensemble.precision.inWords)") }
    try records.finish()
  }
}
