import Classification
import ECG
import ECGFiles
import Evaluation
import Files
import Foundation
import Reports
import SEResNet
import Training

/// Whoever watches a training session: a console, a test.
public protocol TrainingObserver: AnyObject {
  /// A line of results.
  func result(_ line: String) throws
  /// A line about how it goes.
  func note(_ line: String)
  /// A line about something suspicious.
  func complain(_ line: String)
  /// A model's training begins, or goes on; its title, such as `fold 1/5  `, comes before every line.
  func begin(title: String, epochs: Int)
  /// A step or an epoch is done.
  func show(_ event: TrainingRun.Event)
  /// The model's training is over, or interrupted.
  func end()
}

/// A training ended early, because somebody asked for it; the same command goes on with `--resume`.
public struct TrainingInterruption: Error, CustomStringConvertible {
  /// How far it has come, in one line.
  public let description: String
}

/// One call of `train`: trains a model, or one for each fold, and writes what came of it.
public struct TrainingSession {
  /// The recipe.
  public let settings: TrainingSettings
  /// Which epoch's weights become the model.
  public var keeps = KeptEpoch.last
  /// Where the best epoch is kept: so many epochs without a better one end the training; nil for no such end.
  public var patience: Int?
  /// Whether thresholds are tuned on the recordings kept for validation.
  public var isTuned = false
  /// How weights are stored.
  public var storage = TrainedWeights.Storage.single
  /// The licence of the weights.
  public var licence = ""
  /// The data in words.
  public var trainedOn = ""
  /// What trains: a program with its version, and how it was called.
  public var program = (name: "", command: "")
  /// Threads that compute.
  public let threads: Int
  /// What the recordings measure, where the recipe asks for measurements.
  public var measurementNames: [String] = []
  /// Whether an interrupted training is gone on with.
  public var resumes = false
  /// Who asks for an early end.
  public var request = StopRequest()
  private let observer: any TrainingObserver

  /// A session that tells an observer what happens.
  public init(_ settings: TrainingSettings, threads: Int, observer: any TrainingObserver) {
    self.settings = settings
    self.threads = threads
    self.observer = observer
  }

  /// Trains one model.
  public func train(_ examples: [TrainingExample], validation: [TrainingExample], files: TrainingFiles) throws {
    let run = try TrainingRun(
      settings, examples: examples, measurementNames: measurementNames, validation: .scored(validation, threads: threads),
      keeping: keeps, files: files, threads: threads, resumes: resumes)
    let outcome = try supervise(run, title: "")
    let model = trained(outcome, of: run, examples: examples, validation: validation, isTuned: isTuned)
    let lines = try model.write(to: files.model, run.fingerprint)
    run.finish()
    for line in lines { try observer.result(line) }
  }

  /// Trains a model for each fold, or for one of them, and reports on what each says about its fold.
  public func crossValidate(_ data: TrainingData, _ split: CrossValidation, only: Int?, files: TrainingFiles) throws {
    let records = data.records.filter(\.isDealt)
    let examples = records.compactMap(\.example)
    let always = data.examples(.train).filter { !$0.unknown.isEmpty }
    let folds = split.count
    var outputs = [RecordOutput](repeating: RecordOutput(), count: examples.count)
    for fold in only.map({ [$0 - 1] }) ?? Array(0..<folds) {
      let members = split.members(of: fold)
      let model = try train(
        split.others(than: fold).map { examples[$0] } + always, leavingOut: members.map { examples[$0] }, fold: fold + 1, of: folds,
        files: files)
      for (place, output) in zip(members, try ExamplePredictor(model, threads: threads).outputs(members.map { examples[$0] })) {
        outputs[place] = output
      }
    }
    guard only == nil else { return }
    let report = CrossValidationReport(labels: examples.map { DiagnosisSet($0.diagnoses) }, outputs: outputs, split: split)
    try write(report, outputs, records, files: files)
    for fold in 1...folds {
      let file = TrainingFiles(model: files.model, fold: fold).model
      let model = try Model(contentsOf: file)
      var metadata = model.metadata
      metadata.thresholds = report.thresholds
      metadata.provenance = metadata.provenance.replacing("thresholds 0.5", with: "thresholds tuned on the outputs of all folds")
      try model.write(to: file, metadata)
    }
  }

  /// Trains the model of one fold, or takes the one that an earlier call has finished.
  private func train(
    _ examples: [TrainingExample], leavingOut validation: [TrainingExample], fold: Int, of folds: Int, files: TrainingFiles
  ) throws -> Model {
    let files = TrainingFiles(model: files.model, fold: fold)
    let run = try TrainingRun(
      settings, examples: examples, measurementNames: measurementNames, validation: .scored(validation, threads: threads),
      keeping: .last, files: files, threads: threads, resumes: resumes)
    if resumes, let model = try? Model(contentsOf: files.model), model.trainingFingerprint == run.fingerprint {
      observer.note("fold \(fold): finished before")
      return model
    }
    let outcome = try supervise(run, title: "fold \(fold)/\(folds)  ")
    var model = trained(outcome, of: run, examples: examples, validation: validation, isTuned: false)
    model.provenance = "fold \(fold) of \(folds), left out and validated on; " + model.provenance
    _ = try model.write(to: files.model, run.fingerprint)
    run.finish()
    return try Model(contentsOf: files.model)
  }

  /// Writes the report, prints it, and writes the outputs of all recordings, which `evaluate` and `tune` read.
  private func write(
    _ report: CrossValidationReport, _ outputs: [RecordOutput], _ records: [TrainingRecord], files: TrainingFiles
  ) throws {
    let recipe = settings.arguments.map { "\($0.name) \($0.value)" }.joined(separator: " ")
    let lines = CrossValidationDocument(report, recipe: recipe).document.markdownLines
    try Self.write(lines.joined(separator: "\n") + "\n", to: files.named("folds.md"))
    let outputSettings = PredictionOutput.Settings(format: .csv, path: files.named("folds.csv").path)
    var sink = try PredictionOutput(outputSettings, run: .folds(settings.preprocessing)) { _ in }
    for (record, output) in zip(records, outputs) {
      guard let example = record.example else { continue }
      let decisions = DecisionRule(thresholds: report.thresholds).decide(output.scores)
      let classes = Diagnosis.all.map { diagnosis in
        ClassPrediction(
          diagnosis: diagnosis, probability: output.scores[diagnosis.index], threshold: report.thresholds[diagnosis.index],
          isPositive: decisions[diagnosis.index])
      }
      var prediction = RecordPrediction(
        windowCount: example.recording.windowCount, classes: classes, missingLeads: example.recording.missingLeads)
      prediction.recordingDigest = example.recordingDigest
      try sink.write(prediction, of: record.reference)
    }
    try sink.finish(footer: "")
    for line in lines + [""] { try observer.result(line) }
  }

  private func trained(
    _ outcome: TrainingRun.Outcome, of run: TrainingRun, examples: [TrainingExample], validation: [TrainingExample], isTuned: Bool
  ) -> TrainedModel {
    var model = TrainedModel(outcome, examples: examples, validation: validation, settings: settings, threads: threads)
    model.storage = storage
    model.isTuned = isTuned
    model.licence = licence
    model.trainedOn = trainedOn
    let selection = keeps == .best ? "the best of \(outcome.history.count) by validation macro AUROC" : "the last"
    model.provenance =
      "\(program.name) train; \(examples.count) recordings trained on, \(validation.count) validated on; "
      + "seed \(settings.seed), \(run.machine); weights of epoch \(outcome.epoch), model selection: \(selection); "
      + "thresholds \(isTuned ? "tuned on the validation recordings" : "0.5"); command: \(program.command)"
    return model
  }

  /// Runs a training until it is done or somebody asks for its end.
  private func supervise(_ run: TrainingRun, title: String) throws -> TrainingRun.Outcome {
    if !run.position.isStart {
      observer.note("\(title)going on after epoch \(run.position.epoch), step \(run.position.step)")
      if run.begunOn != run.machine {
        observer.complain("begun with \(run.begunOn), going on with \(run.machine): the weights will differ in their last bits")
      }
    }
    observer.begin(title: title, epochs: settings.epochs)
    defer { observer.end() }
    if let outcome = try run.run(patience: patience, isStopped: { request.isStopped }, report: { observer.show($0) }) { return outcome }
    throw TrainingInterruption(
      description: "\(title)interrupted in epoch \(min(settings.epochs, run.position.epoch + 1)) of \(settings.epochs), after step "
        + "\(run.position.step): go on with the same command and --resume")
  }

  private static func write(_ text: String, to file: URL) throws {
    do {
      try OutputFile.write(Array(text.utf8), to: file.path)
    } catch {
      throw JobError.cannotCreate("\(file.path): cannot be written (\(error.fileCause))")
    }
  }
}
