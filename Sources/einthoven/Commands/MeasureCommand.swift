import ArgumentParser
import ECG
import ECGFiles
import ECGSignal
import Foundation
import Workbench

struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract:
      "Measure what the ECG itself says: beats, waves, intervals, axes, amplitudes, the quality of the leads, exchanged electrodes.",
    discussion: """
      P, PR, QRS and QT are the median over the beats of the usual shape of the median over the leads in which the wave is seen; the widest span over leads, which \
      some programs give, is about 28 ms longer. The rate is 60 over the mean RR. QTc goes by Bazett, Fridericia and Framingham. An axis is the direction of the \
      wave's net area in the frontal plane, fitted to all limb leads; its low and high hold the axis of 95 of 100 single beats. Amplitudes are of the median beat, \
      against the level just before QRS; ST is 60 ms after its end.
      Samples count from 0 at the record's own rate. Kinds of beats: N normal, V ventricular, S supraventricular premature, P paced, Q unknown. What cannot be \
      measured is null, and reasons says why. Annotation files beside the record are never read.
      --annotator NAME also writes beats and waves as WFDB annotations into RECORD.NAME: ( p ) ( N ) ( t ), with num 0 for the boundaries of P, 1 of QRS and 2 of T, \
      and / for a paced beat.
      Records come out in the order in which they are found, whatever the jobs. A record that fails is reported, the others are done, and the exit code is 65. \
      A file given with --output grows as FILE.partial and gets its name when every record has had its turn; after Ctrl-C the same command with --resume goes on.
      Examples:
        einthoven measure SampleData
        einthoven measure SampleData/heart01 --format json --detail
        einthoven measure SampleData --format csv --output measurements.csv
        einthoven measure SampleData/heart01 --annotator waves --output heart01.txt
      """
  )

  @Argument(help: "Records, folders, or files that list records.") var paths: [String]
  @OptionGroup var links: LinkOptions
  @Option(help: "table, csv (a row a record) or json (one object a record).") var format: MeasurementFormat = .table
  @Flag(help: "In JSON, each lead's own boundaries of every beat.") var detail = false
  @Option(help: ArgumentHelp("Also write annotation files RECORD.NAME, beside --output, else in the record's folder.", valueName: "name"))
  var annotator: String?
  @Flag(help: "Replace annotation files that are there; each is kept as RECORD.NAME~.") var force = false
  @Option(help: "The file to write. Default: standard output.") var output: String?
  @Option(help: "Records measured at the same time. Default: one a processor, at most 8.") var jobs: Int?
  @Flag(help: "Keep what an earlier run of the same command has finished, and measure the other records.") var resume = false
  @Option(help: ArgumentHelp("Measure only part I of N, for several machines; the parts' outputs concatenate.", valueName: "I/N"))
  var shard: Shard?

  mutating func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs takes a whole number from 1 to 256") }
    if detail, format != .json { throw ValidationError("--detail takes --format json: it has more values than a row") }
    if resume, output == nil || format == .table { throw ValidationError("--resume takes --output and --format csv or json") }
    if force, annotator == nil { throw ValidationError("--force is about annotation files: give --annotator NAME") }
    if let annotator {
      do { try AnnotationFile.checkName(annotator) } catch { throw ValidationError("--annotator \(error)") }
    }
  }

  func run() throws {
    var records = RecordBatch(paths, links)
    var references = try records.nonEmpty()
    if let shard { references = Array(shard.part(of: references)) }
    var sink = try MeasurementOutput(
      format: format, output: output, resumes: resume, shard: shard, annotator: annotator, replacing: force,
      on: references, print: Console.write)
    references = sink.unfinished
    Console.noteChanged(sink.changedCount, "measured")
    do {
      try measure(references, into: &sink, reporting: &records)
    } catch {
      sink.abandon()
      throw error
    }
    try sink.finish()
    try records.finish()
  }

  /// Measures records, writes each as soon as its turn has come, and reports those that fail.
  private func measure(_ references: [RecordReference], into sink: inout MeasurementOutput, reporting records: inout RecordBatch) throws {
    let batch = OrderedBatch<RecordReference, MeasurementOutput.Entry>(
      references, jobs: jobs ?? Processors.sensibleCount)
    let interruption = Interruption()
    var progress = ProgressBar("measure", total: references.count)
    defer { progress.finish() }
    var done = 0
    var seen = SeenTwice()
    let handled = try batch.run(until: interruption.request) { [format, detail, isAnnotated = annotator != nil] in
      let measurer = ECGMeasurer()
      return { reference in
        let record = try MeasuredRecord(reading: reference, by: measurer)
        return MeasurementOutput.entry(record, format: format, isDetailed: detail, isAnnotated: isAnnotated)
      }
    } _: { reference, result in
      do {
        let entry = try result.get()
        if let kept = try sink.annotate(entry, of: reference) { Console.complain("the file that was there is kept as \(kept)") }
        done += 1
        try sink.write(entry)
        seen.add(entry.digest, path: reference.path)
      } catch let failure where Self.endsTheRun(failure) {
        throw failure
      } catch {
        progress.finish()
        records.report(error)
        done += 1
      }
      progress.advance(to: done)
    }
    progress.finish()
    if let note = seen.note { Console.complain(note) }
    try interruption.check(
      handled, of: batch.count, advice: sink.isResumable ? "the same command with --resume goes on behind them" : nil)
  }

  /// Whether a failure concerns the output, not a single record.
  private static func endsTheRun(_ failure: any Error) -> Bool {
    switch failure {
    case let failure as CommandFailure: failure.code == ExitStatus.outputFailed || failure.code == ExitStatus.cannotCreate
    case JobError.cannotCreate, JobError.cannotWrite: true
    default: false
    }
  }
}
