import ECG
import Files
import Foundation
import SEResNet

/// Which epoch's weights become the model.
public enum KeptEpoch: String, Sendable, CaseIterable {
  /// The last one's: nothing is chosen by the recordings kept for validation.
  case last
  /// Those of the epoch with the highest macro AUROC on the recordings kept for validation, the first of several.
  case best
}

/// The files of one training, all named after its model: `model.safetensors`, `model.checkpoint`, `model.log.csv`, `model.loss.svg`.
public struct TrainingFiles: Sendable {
  /// The model.
  public let model: URL
  /// What an interrupted training goes on from; gone when the training is done.
  public var checkpoint: URL { named("checkpoint") }
  /// A line an epoch.
  public var log: URL { named("log.csv") }
  /// The losses over the epochs.
  public var curve: URL { named("loss.svg") }

  /// The files beside a model; one of a fold is `model.fold1.safetensors`.
  public init(model: URL, fold: Int? = nil) {
    let stem = model.pathExtension == "safetensors" ? model.deletingPathExtension() : model
    self.model = fold.map { stem.appendingPathExtension("fold\($0).safetensors") } ?? model
  }

  /// Another file beside the model, `model.NAME`.
  public func named(_ name: String) -> URL {
    (model.pathExtension == "safetensors" ? model.deletingPathExtension() : model).appendingPathExtension(name)
  }
}

/// One training from its first step to the model's file, which may be interrupted and resumed at any step.
public final class TrainingRun {
  /// What a run tells while it goes on.
  public enum Event {
    /// A step is done; the epoch's position, and how many steps it has.
    case step(TrainingPosition, stepsInEpoch: Int)
    /// An epoch is done and its checkpoint written.
    case epoch(EpochRecord)
  }

  /// What came of a run.
  public struct Outcome {
    /// The weights that were kept.
    public let weights: TrainedWeights
    /// The epoch that they are from.
    public let epoch: Int
    /// All epochs.
    public let history: [EpochRecord]
    /// What the network takes beside the signal, age and sex.
    public let measuredInputs: MeasuredInputs?
  }

  /// Where it writes.
  public let files: TrainingFiles
  /// The threads and kernels that the training was begun with.
  public let begunOn: String
  /// Those that it goes on with; where they differ, so do the weights in their last bits.
  public var machine: String { trainer.machine }
  /// Finished epochs.
  public private(set) var history: [EpochRecord]
  /// How far it has come.
  public var position: TrainingPosition { trainer.position }

  /// A digest of settings and recordings: two runs with the same one, both to the last epoch, give the same model.
  public var fingerprint: String { trainer.settings.fingerprint(of: dataDigest) }

  private let trainer: Trainer
  private let validation: Validation
  private let keeps: KeptEpoch
  private let dataDigest: String
  private var best: TrainedWeights?

  /// Begins a training, or goes on from its checkpoint where `resumes` says so and there is one.
  ///
  /// - Throws: ``TrainerError``, ``SEResNet/ModelError``.
  public init(
    _ settings: TrainingSettings, examples: [TrainingExample], measurementNames: [String] = [], validation: Validation,
    keeping keeps: KeptEpoch, files: TrainingFiles, threads: Int, resumes: Bool
  ) throws {
    self.validation = validation
    self.keeps = keeps
    self.files = files
    dataDigest = Self.digest(examples, validation.examples, keeps)
    if resumes, FileManager.default.fileExists(atPath: files.checkpoint.path) {
      let checkpoint = try TrainingCheckpoint(
        contentsOf: files.checkpoint, settings: settings,
        measurementCount: settings.measurements == nil ? 0 : measurementNames.count, dataDigest: dataDigest)
      do {
        trainer = try Trainer(resuming: checkpoint, examples: examples, measurementNames: measurementNames, threads: threads)
      } catch let error as TrainingError {
        throw TrainerError.badCheckpoint(file: files.checkpoint.relativePath, reason: "\(error)")
      }
      guard trainer.isFinished || trainer.position.step < trainer.stepsInEpoch else {
        throw TrainerError.badCheckpoint(
          file: files.checkpoint.relativePath, reason: "step \(trainer.position.step) of an epoch of \(trainer.stepsInEpoch)")
      }
      history = checkpoint.history
      best = checkpoint.best
      begunOn = checkpoint.machine
    } else {
      trainer = try Trainer(settings: settings, examples: examples, measurementNames: measurementNames, threads: threads)
      history = []
      begunOn = trainer.machine
    }
  }

  /// What the training depends on beside its settings: a checkpoint of another is refused.
  private static func digest(_ examples: [TrainingExample], _ validation: [TrainingExample], _ keeps: KeptEpoch) -> String {
    "\(examples.digest)+\(validation.isEmpty ? "none" : validation.digest)+\(keeps.rawValue)"
  }

  /// Trains to the end; nil where `isStopped` said so, with a checkpoint of the last step written.
  ///
  /// - Parameter patience: Where the best epoch is kept: so many epochs without a better one end the training.
  /// - Throws: ``TrainerError/diverged(epoch:step:records:isInput:)``, with the checkpoint of the last epoch left as it is;
  ///   ``SEResNet/ModelError`` where a file cannot be written.
  public func run(patience: Int? = nil, isStopped: () -> Bool, report: (Event) -> Void) throws -> Outcome? {
    while !trainer.isFinished, !isExhausted(patience) {
      if isStopped() {
        try save()
        return nil
      }
      let steps = trainer.stepsInEpoch
      var last = trainer.position
      let rate = trainer.learningRate(ofStep: steps - 1)
      let loss = try trainer.finishEpoch(isStopped: isStopped) { position in
        last = position
        report(.step(position, stepsInEpoch: steps))
      }
      guard let loss else {
        try save()
        return nil
      }
      let record = try validated(
        EpochRecord(epoch: trainer.position.epoch, learningRate: rate, trainingLoss: loss, seconds: last.seconds))
      history.append(record)
      try save()
      try writeLog()
      report(.epoch(record))
    }
    return Outcome(
      weights: best ?? trainer.weights(), epoch: bestEpoch ?? history.count, history: history, measuredInputs: trainer.measuredInputs)
  }

  /// Removes the checkpoint; the training is over.
  public func finish() { try? FileManager.default.removeItem(at: files.checkpoint) }

  /// Whether as many epochs as patience lasts brought nothing better.
  private func isExhausted(_ patience: Int?) -> Bool {
    guard let patience, let bestEpoch, trainer.position.step == 0 else { return false }
    return history.count - bestEpoch >= patience
  }

  /// The epoch with the highest macro AUROC, the first of several; nil where the last one is kept.
  private var bestEpoch: Int? {
    guard keeps == .best, let highest = history.compactMap(\.validationAUROC).max() else { return nil }
    return history.first { $0.validationAUROC == highest }?.epoch
  }

  /// Adds what the network as it is says about the recordings kept for validation, and keeps its weights if it is the best.
  private func validated(_ record: EpochRecord) throws -> EpochRecord {
    guard !validation.examples.isEmpty else { return record }
    let started = ContinuousClock.now
    let weights = trainer.weights()
    var metadata = ModelMetadata(preprocessing: trainer.settings.preprocessing, ageKnownSlot: .flag)
    metadata.measurements = trainer.measuredInputs
    let model = try weights.model(metadata)
    let figures = try validation.measure(model, validation.examples)
    var record = record
    record.validationLoss = figures.loss
    record.validationAUROC = figures.auroc
    record.axisAUROC = figures.axisAUROC
    record.seconds += (ContinuousClock.now - started) / .seconds(1)
    if keeps == .best, let auroc = figures.auroc, auroc > (history.compactMap(\.validationAUROC).max() ?? -1) { best = weights }
    return record
  }

  private func save() throws {
    try TrainingCheckpoint.write(trainer, dataDigest: dataDigest, history: history, best: best, to: files.checkpoint)
  }

  private func writeLog() throws {
    let log = TrainingLog(history)
    for (text, file) in [(log.csv, files.log), (log.svg, files.curve)] {
      do { try OutputFile.write(Array(text.utf8), to: file.path, isDurable: false) } catch {
        throw ModelError.unwritable(file: file.relativePath)
      }
    }
  }
}
