import ArgumentParser
import ECGFiles
import Foundation
import PlainText
import Synchronization
import Training
import Workbench

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train the SE-ResNet on labelled recordings.",
    discussion: """
      Labels are the SNOMED CT codes of #Dx, 24 classes, merged as in the challenge. The defaults are the paper's recipe.
      Ventricular ectopics (164884008), which the challenge did not score, count as PVC. \
      Records without labels, with text instead of codes, and unreadable ones are skipped; records with unscored codes only are negative for \
      all classes (--unscored skip leaves them out); absent and flat leads are taken as prediction takes them. MODEL.report.csv lists every \
      record; unreadable ones make the exit code 65, the model is made all the same. All signals stay in memory: 12.3 kB a second of recording, 5.3 GB for 43,000 of 10 s.

      --augment (off by default; wander and noise in mV, after a z-score in standard deviations of the lead):
        gain=0.2             all leads times one factor from 1/1.2 to 1.2
        lead-gain=0.2        each lead times such a factor of its own
        shift=2              up to 2 s of a short recording outside the window
        wander=0.1           slow sines on each lead, together at most 0.1
        noise=0.05           white noise of standard deviation 0 to 0.05
        lead-dropout=0.1     each lead is 0 with this probability
        patient-dropout=0.1  age is unknown so often, and so is sex
        measured-dropout=0.1 all measurements of --features are unknown so often

      Beside MODEL.safetensors stand MODEL.log.csv, MODEL.loss.svg and, until the training is done, MODEL.checkpoint, written after each \
      epoch. Ctrl-C stops after the step at hand; the same command with --resume goes on to the same weights as if it had not stopped.
      Examples:
        einthoven train /data --output model.safetensors
        einthoven train /data --output model.safetensors --validate fold=9 --tune
        einthoven train /data --output small.safetensors --width 16 --augment gain=0.2
        einthoven train /data --output model.safetensors --folds 5
        einthoven train /data --output model.safetensors --consensus corrected.csv --weight-by-confidence
      """
  )

  /// What becomes of records with codes, none of which is scored.
  enum Unscored: String, ExpressibleByArgument, CaseIterable {
    case keep, skip
  }

  @Argument(help: "Records, folders, or files that list records.") var paths: [String]
  @OptionGroup var links: LinkOptions
  @Option(help: ArgumentHelp("The model file to make (.safetensors).", valueName: "model")) var output: String
  @OptionGroup(title: "Recipe") var recipe: TrainingArguments
  @Option(
    name: .customLong("validate"),
    help: ArgumentHelp(
      "Records to measure on after each epoch, never trained on: a path, or those whose header says #Fold: N.", valueName: "path|fold=N"))
  var validationSet: RecordSet?
  @Option(parsing: .singleValue, help: ArgumentHelp("Leave out the records whose header says #Fold: N.", valueName: "fold=N")) var exclude:
    [RecordSet] = []
  @Option(help: "Records with codes, none of which is scored: keep (negative for all) or skip.") var unscored: Unscored = .keep
  @Option(
    help: ArgumentHelp(
      "Labels instead of those of the headers: rows of a record's name and its SNOMED CT codes (CSV); others keep their own.",
      valueName: "csv"))
  var labels: String?
  @Flag(help: "Learn from labels in words too: what they say and what they deny; what they do not speak of teaches nothing.") var words =
    false
  @Option(
    help: ArgumentHelp(
      "What readers agreed on, before all labels: the CSV or folder of study export --corrected, or the CSV of study consensus.",
      valueName: "file|folder"))
  var consensus: String?
  @Flag(help: "With --consensus, learn as far as it is sure: one of 0.8 counts 0.8 as present and 0.2 as absent.") var weightByConfidence =
    false
  @Option(help: "Whose weights become the model: the last epoch's, or those of the best macro AUROC on --validate.") var keep: KeptEpoch =
    .last
  @Option(help: "With --keep best: end the training after so many epochs without a better one.") var patience: Int?
  @Option(help: "Cross-validate: train as many models, each on all folds but one (MODEL.fold1.safetensors ...), and report.") var folds:
    Int?
  @Option(help: "With --folds: train only this one of them, from 1; without it --resume collects what is trained.") var fold: Int?
  @Flag(help: "Tune thresholds on --validate by the paper's search; else they are 0.5.") var tune = false
  @Flag(help: "Store matrices in half precision.") var half = false
  @Option(help: "The licence of the weights.") var licence = ""
  @Option(help: "The data in words, with their citation. Default: how many records of which paths.") var trainedOn: String?
  @Option(help: "Where to list what became of each record. Default: MODEL.report.csv.") var report: String?
  @Option(help: "Threads. Default: $EINTHOVEN_THREADS, else one a processor, at most 8.") var threads: Int?
  @Flag(help: "Go on with an interrupted training of the same records and options.") var resume = false

  mutating func validate() throws {
    if let threads, !(1...256).contains(threads) { throw ValidationError("--threads takes a whole number from 1 to 256") }
    if weightByConfidence, consensus == nil { throw ValidationError("--weight-by-confidence goes with --consensus") }
    if keep == .best, validationSet == nil { throw ValidationError("--keep best chooses by --validate: give it") }
    if let patience, patience < 1 || keep != .best { throw ValidationError("--patience takes a whole number from 1 and --keep best") }
    if tune, validationSet == nil { throw ValidationError("--tune takes the records of --validate: give it") }
    if let folds {
      guard (2...100).contains(folds) else { throw ValidationError("--folds takes a whole number from 2 to 100") }
      guard validationSet == nil else { throw ValidationError("--folds validates on the fold left out: leave --validate away") }
      if let fold, !(1...folds).contains(fold) { throw ValidationError("--fold takes a whole number from 1 to \(folds)") }
    } else if fold != nil {
      throw ValidationError("--fold takes --folds: how many there are")
    }
    for set in exclude {
      if case .path = set { throw ValidationError("--exclude takes fold=N") }
    }
  }

  func run() throws {
    let files = TrainingFiles(model: URL(fileURLWithPath: output))
    for number in folds.map({ 1...$0 }).map({ $0.map(Optional.some) }) ?? [nil] {
      let files = TrainingFiles(model: files.model, fold: number)
      try FileOutput.requireReplaceable(files.model.path)
      try refuseToForget(files)
    }
    var batch = RecordBatch(paths, links)
    let data = try read(&batch)
    let report = report ?? files.named("report.csv").path
    try FileOutput.write(data.report(), to: report)
    Console.note(data.summary)
    if let scarce = data.scarceClasses { Console.note(scarce) }
    if !data.sharedPatients.isEmpty {
      Console.complain("patients both in training and validation: \(data.sharedPatients.count); the validation flatters")
    }
    var seen = SeenTwice()
    for record in data.records { seen.add(record.example?.recordingDigest, path: record.reference.path) }
    if let note = seen.note { Console.complain(note) }
    let interruption = Interruption()
    let session = session(on: data, until: interruption.request)
    do {
      if let folds {
        let split = data.split(into: folds, seed: recipe.seed)
        try FileOutput.write(data.report(split: split), to: report)
        try session.crossValidate(data, split, only: fold, files: files)
      } else {
        try session.train(data.examples(.train), validation: data.examples(.validate), files: files)
      }
    } catch let stopped as TrainingInterruption {
      throw CommandFailure(code: 128 + interruption.signal, message: stopped.description)
    }
    try batch.finish()
  }

  private func session(on data: TrainingData, until request: StopRequest) -> TrainingSession {
    var session = TrainingSession(recipe.settings, threads: threads ?? Processors.threadCount, observer: TrainingConsole())
    session.keeps = keep
    session.patience = patience
    session.isTuned = tune
    session.storage = half ? .half : .single
    session.licence = licence
    session.trainedOn = trainedOn ?? "\(data.count(.train)) recordings of \(paths.joined(separator: ", "))"
    let command = CommandLine.arguments.dropFirst().map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
    session.program = ("einthoven \(Einthoven.version)", "einthoven \(command)")
    session.resumes = resume
    session.measurementNames = recipe.features ? MeasuredFeatures().names : []
    session.request = request
    return session
  }

  /// Without --resume an interrupted training's checkpoint is not overwritten.
  private func refuseToForget(_ files: TrainingFiles) throws {
    guard !resume, FileManager.default.fileExists(atPath: files.checkpoint.path) else { return }
    throw CommandFailure.cannotCreate(
      "\(files.checkpoint.relativePath): an interrupted training is there; go on with --resume, or remove the file")
  }

  private func read(_ batch: inout RecordBatch) throws -> TrainingData {
    var references = try batch.nonEmpty().map { (reference: $0, use: TrainingRecord.Use.train) }
    var validationFold: Int?
    switch validationSet {
    case .fold(let number): validationFold = number
    case .path(let path):
      let kept = try RecordLocator.references(at: path, followingLinks: links.followLinks)
      let keptFiles = Set(kept.map { $0.url.resolvingSymlinksInPath().path })
      references.removeAll { keptFiles.contains($0.reference.url.resolvingSymlinksInPath().path) }
      references += kept.map { ($0, .validate) }
    case nil: break
    }
    let folds = exclude.compactMap { set -> Int? in if case .fold(let number) = set { number } else { nil } }
    var selection = TrainingData.Selection(preprocessing: recipe.preprocessing)
    selection.skipsUnscored = unscored == .skip
    selection.excludedFolds = Set(folds)
    selection.validationFold = validationFold
    selection.labels = try labels.map { try TrainingLabels(contentsOf: $0) }
    selection.readsWords = words
    selection.measuring = recipe.features ? MeasuredFeatures() : nil
    selection.namesSources = recipe.unlearn != nil
    selection.consensus = try consensus.map(readConsensus)
    selection.weighsByConfidence = weightByConfidence
    let progress = Mutex(ProgressBar("read", total: references.count))
    let data = TrainingData(references, selection) { done in progress.withLock { $0.advance(to: done) } }
    progress.withLock { $0.finish() }
    for record in data.records { if let failure = record.failure { batch.report(failure) } }
    if let consensus, !data.records.contains(where: \.isCorrected) {
      throw CommandFailure.badData(
        "--consensus: \(consensus) says nothing of any of these \(data.records.count) records; expected some of their names or digests")
    }
    if validationSet != nil, data.count(.validate) == 0 { throw CommandFailure.badData("--validate: no record with labels is in that set") }
    return data
  }

  private func readConsensus(_ path: String) throws -> ConsensusLabels {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      return try ConsensusLabels.read(folder: path)
    }
    let bytes = try FileInput.data(
      path, limit: ConsensusLabels.longestFile, expected: "corrected labels as CSV, or a folder of corrected headers")
    return try ConsensusLabels.read(bytes, path: path)
  }
}
