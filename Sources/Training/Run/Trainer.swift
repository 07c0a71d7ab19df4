import ECG
import Foundation
import SEResNet

/// How far a training has come: enough, with the network's state, to go on as if it had never stopped.
public struct TrainingPosition: Sendable, Equatable, Codable {
  /// Finished epochs.
  public internal(set) var epoch = 0
  /// Finished steps of the epoch at hand.
  public internal(set) var step = 0
  /// Sum of the losses of the windows of the epoch so far.
  var lossSum = 0.0
  /// Windows of the epoch so far.
  var windowCount = 0
  /// Time spent on the epoch so far.
  public internal(set) var seconds = 0.0

  /// Whether nothing has been done yet.
  public var isStart: Bool { epoch == 0 && step == 0 }

  /// Mean loss of the epoch so far.
  public var loss: Double { lossSum / Double(max(1, windowCount)) }
}

/// Trains one network: batches in, steps of Adam, until every recording was seen as often as the settings say.
public final class Trainer {
  /// What determines the training beside the recordings.
  public let settings: TrainingSettings
  /// How far it has come.
  public private(set) var position: TrainingPosition
  /// Recordings that are learnt from.
  public let examples: [TrainingExample]

  /// The measurements that the network takes, standardised on the recordings that are learnt from.
  public let measuredInputs: MeasuredInputs?
  /// The sources that are unlearnt, in alphabetical order; empty where none are.
  let sources: [String]

  private let regression: MeasuredRegression?
  private let network: TrainingNetwork
  private let builder: BatchBuilder
  private var batches: [[Int]]

  /// The threads and kernels that compute; with others the same training differs in its last bits.
  public var machine: String { "\(network.threadCount) threads, \(Predictor.kernelName)" }
  /// Steps in an epoch.
  public var stepsInEpoch: Int { batches.count }
  /// Whether all epochs are done.
  public var isFinished: Bool { position.epoch >= settings.epochs }
  /// The learning rate of a step of the epoch at hand, counted from 0.
  public func learningRate(ofStep step: Int) -> Double {
    settings.learningRate(epoch: position.epoch, step: step, stepsInEpoch: stepsInEpoch)
  }

  /// Begins a training, or goes on from a state.
  ///
  /// - Throws: ``TrainerError``, and what the network throws.
  init(
    settings: TrainingSettings, examples: [TrainingExample], measurementNames: [String], threads: Int,
    from saved: (state: TrainingState, position: TrainingPosition)?
  ) throws {
    guard examples.count >= 2 else { throw TrainerError.tooFewRecordings(count: examples.count) }
    self.settings = settings
    self.examples = examples
    var options = TrainingOptions()
    options.dropoutRate = Float(settings.dropout)
    options.weightDecay = settings.weightDecay
    options.averageDecay = settings.averagingDecay
    options.leadSparsity = settings.leadSparsity ?? 0
    sources = settings.unlearning == nil ? [] : Set(examples.compactMap(\.source)).sorted()
    if let weight = settings.unlearning {
      guard sources.count >= 2 else { throw TrainerError.tooFewSources(count: sources.count) }
      options.unlearning = TrainingOptions.Unlearning(sources: sources.count, weight: weight)
    }
    let inputs = settings.measurements.map {
      MeasuredInputs(version: $0, names: measurementNames, standardisedOn: examples.map(\.measured))
    }
    measuredInputs = inputs
    regression = settings.regressionPenalty.flatMap { penalty in
      inputs.map { MeasuredRegression($0, of: examples, penalty: penalty) }
    }
    network =
      try saved.map { try TrainingNetwork(state: $0.state, threadCount: threads, options: options) }
      ?? TrainingNetwork(
        baseWidth: settings.baseWidth, leadGate: settings.leadGate, measurementCount: inputs?.names.count ?? 0,
        seed: settings.seed, threadCount: threads, options: options)
    position = saved?.position ?? TrainingPosition()
    builder = BatchBuilder(examples, settings, measuredInputs: inputs, sources: sources)
    batches = builder.batches(epoch: position.epoch)
  }

  /// Begins a training.
  ///
  /// - Throws: ``TrainerError``, and what the network throws.
  ///
  /// - Parameter measurementNames: What the examples measure, where the settings ask for measurements.
  public convenience init(
    settings: TrainingSettings, examples: [TrainingExample], measurementNames: [String] = [], threads: Int
  ) throws {
    try self.init(settings: settings, examples: examples, measurementNames: measurementNames, threads: threads, from: nil)
  }

  /// Trains to the end of the epoch at hand, and returns its mean loss; nil where `isStopped` said so after a step.
  ///
  /// - Parameter report: Called after every step.
  /// - Throws: ``TrainerError/diverged(epoch:step:records:isInput:)``; the network is of no more use then.
  public func finishEpoch(isStopped: () -> Bool, report: (TrainingPosition) -> Void) throws -> Double? {
    let feed = BatchFeed(builder, epoch: position.epoch, batches: batches, from: position.step)
    while let (numbers, batch) = try feed.take() {
      let started = ContinuousClock.now
      let result = try network.step(batch, learningRate: Float(learningRate(ofStep: position.step)))
      guard result.loss.isFinite, result.windowLosses.allSatisfy(\.isFinite) else {
        throw diverged(numbers, batch, losses: result.windowLosses)
      }
      position.step += 1
      position.lossSum += result.windowLosses.reduce(0) { $0 + Double($1) }
      position.windowCount += numbers.count
      position.seconds += (ContinuousClock.now - started) / .seconds(1)
      report(position)
      if isStopped(), position.step < stepsInEpoch { return nil }
    }
    let loss = position.loss
    let epoch = position.epoch + 1
    position = TrainingPosition()
    position.epoch = epoch
    batches = builder.batches(epoch: epoch)
    return loss
  }

  /// The weights as they are: the moving average where the settings ask for one; with the regression of the measurements, where they ask for it.
  public func weights() -> TrainedWeights {
    TrainedWeights(tensors: network.networkTensors()).adding(regression?.tensors ?? [])
  }

  /// The network's state, with which a training goes on.
  var state: TrainingState { network.state }

  /// Names the recordings whose input is not finite, else those of the largest losses.
  private func diverged(_ numbers: [Int], _ batch: TrainingBatch, losses: [Float]) -> TrainerError {
    let broken = Self.unusableWindows(batch)
    let largest = losses.indices.sorted { Self.severity(losses[$0]) > Self.severity(losses[$1]) }.prefix(3)
    let places = broken.isEmpty ? Array(largest) : broken
    return .diverged(
      epoch: position.epoch + 1, step: position.step + 1, records: places.prefix(3).map { examples[numbers[$0]].name },
      isInput: !broken.isEmpty)
  }

  /// Windows of a batch with a value that is not finite.
  package static func unusableWindows(_ batch: TrainingBatch) -> [Int] {
    let size = batch.signals.count / max(1, batch.count)
    return (0..<batch.count).filter { window in !batch.signals[window * size..<(window + 1) * size].allSatisfy(\.isFinite) }
  }

  /// A loss that is no number is worse than any.
  private static func severity(_ loss: Float) -> Float { loss.isNaN ? .infinity : loss }
}
