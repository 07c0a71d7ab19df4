import Classification
import ECG
import Evaluation
import Foundation
import SEResNet
import Training
import Workbench

/// One call of `train`: trains a model, or one for each fold, and writes what came of it.
struct TrainingSession {
  let settings: TrainingSettings
  let keeps: KeptEpoch
  let patience: Int?
  let isTuned: Bool
  let storage: TrainedWeights.Storage
  let licence: String
  let trainedOn: String
  let threads: Int
  let resumes: Bool

  /// Trains one model.
  func train(_ examples: [TrainingExample], validation: [TrainingExample], files: TrainingFiles) throws {
    let run = try TrainingRun(
      settings, examples: examples, validation: .scored(validation, threads: threads), keeping: keeps, files: files, threads: threads,
      resumes: resumes)
    let outcome = try supervise(run, title: "")
    let model = trained(outcome, of: run, examples: examples, validation: validation, isTuned: isTuned)
    let lines = try model.write(to: files.model, run.fingerprint)
    run.finish()
    for line in lines { try Console.print(line) }
  }

  /// Trains a model for each fold, or for one of them, and reports on what each says about its fold.
  func crossValidate(_ data: TrainingData, _ split: CrossValidation, only: Int?, files: TrainingFiles) throws {
    let records = data.records.filter { $0.use == .train }
    let examples = records.compactMap(\.example)
    let folds = split.count
    var outputs = [RecordOutput](repeating: RecordOutput(), count: examples.count)
    for fold in only.map({ [$0 - 1] }) ?? Array(0..<folds) {
      let members = split.members(of: fold)
      let model = try train(
        split.others(than: fold).map { examples[$0] }, leavingOut: members.map { examples[$0] }, fold: fold + 1, of: folds, files: files)
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
      settings, examples: examples, validation: .scored(validation, threads: threads), keeping: .last, files: files, threads: threads,
      resumes: resumes)
    if resumes, let model = try? Model(contentsOf: files.model), model.trainingFingerprint == run.fingerprint {
      Console.note("fold \(fold): finished before")
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
    let text = report.markdown(recipe: recipe)
    try FileOutput.write(text, to: files.named("folds.md").path)
    var sink = try PredictionSink(format: .csv, run: .folds(settings.preprocessing), output: files.named("folds.csv").path)
    for (record, output) in zip(records, outputs) {
      guard let example = record.example else { continue }
      let decisions = DecisionRule(thresholds: report.thresholds).decide(output.scores)
      let classes = Diagnosis.all.map { diagnosis in
        ClassPrediction(
          diagnosis: diagnosis, probability: output.scores[diagnosis.index], threshold: report.thresholds[diagnosis.index],
          isPositive: decisions[diagnosis.index])
      }
      let prediction = RecordPrediction(
        windowCount: example.recording.windowCount, classes: classes, missingLeads: example.recording.missingLeads)
      try sink.write(prediction, of: record.reference)
    }
    try sink.finish()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) { try Console.print(String(line)) }
  }

  private func trained(
    _ outcome: TrainingRun.Outcome, of run: TrainingRun, examples: [TrainingExample], validation: [TrainingExample], isTuned: Bool
  ) -> TrainedModel {
    var model = TrainedModel(outcome, examples: examples, validation: validation, settings: settings, threads: threads)
    model.storage = storage
    model.isTuned = isTuned
    model.licence = licence
    model.trainedOn = trainedOn
    let command = CommandLine.arguments.dropFirst().map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
    let selection = keeps == .best ? "the best of \(outcome.history.count) by validation macro AUROC" : "the last"
    model.provenance =
      "einthoven \(Einthoven.version) train; \(examples.count) recordings trained on, \(validation.count) validated on; "
      + "seed \(settings.seed), \(run.machine); weights of epoch \(outcome.epoch), model selection: \(selection); "
      + "thresholds \(isTuned ? "tuned on the validation recordings" : "0.5"); command: einthoven \(command)"
    return model
  }

  /// Runs a training with a bar and lines, until it is done or a signal comes.
  private func supervise(_ run: TrainingRun, title: String) throws -> TrainingRun.Outcome {
    if !run.position.isStart {
      Console.note("\(title)going on after epoch \(run.position.epoch), step \(run.position.step)")
      if run.begunOn != run.machine {
        Console.complain("begun with \(run.begunOn), going on with \(run.machine): the weights will differ in their last bits")
      }
    }
    var console = TrainingConsole(epochs: settings.epochs, title: title)
    let interruption = Interruption {}
    defer { console.end() }
    if let outcome = try run.run(patience: patience, isStopped: { interruption.signal != 0 }, report: { console.show($0) }) {
      return outcome
    }
    console.end()
    throw CommandFailure(
      code: 128 + interruption.signal,
      message: "\(title)interrupted in epoch \(min(settings.epochs, run.position.epoch + 1)) of \(settings.epochs), after step "
        + "\(run.position.step): go on with the same command and --resume")
  }
}
