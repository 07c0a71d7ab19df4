import SEResNet

/// The paper's network while it learns: weights, Adam's memory of them, and everything that one step needs.
///
/// Not safe to use from two threads at once; a step itself works on all its threads. The same seed, batches, learning rates and number of
/// threads give the same bits, also when a run is saved and goes on from its ``state``.
public final class TrainingNetwork {
  /// Channels of the first convolution: 64 in the paper.
  public var baseWidth: Int { shape.baseWidth }
  /// What stays the same from step to step.
  public let options: TrainingOptions
  /// Threads that work on a step.
  public let threadCount: Int
  /// Steps taken.
  public private(set) var stepCount: Int
  /// What the weights were drawn from, and what dropout is drawn from.
  public let seed: UInt64

  let shape: NetworkShape
  private let parameters: ParameterStore
  private let sources: SourceHead?
  private let kernels: TrainingKernels
  private let team: ThreadTeam
  private var currentPass: TrainingPass?

  /// A network with weights drawn from a seed.
  ///
  /// - Throws: ``TrainingError``, or ``PredictorError/unknownKernel(name:available:)``.
  public convenience init(
    baseWidth: Int, leadGate: LeadFilters? = nil, measurementCount: Int = 0, seed: UInt64, threadCount: Int,
    options: TrainingOptions = TrainingOptions()
  ) throws {
    try self.init(
      baseWidth: baseWidth, leadGate: leadGate, measurementCount: measurementCount, seed: seed, threadCount: threadCount, options: options,
      kernel: try Kernel.chosen())
  }

  /// A network that goes on from a saved state; moments that are missing altogether start at zero, averages at the tensors.
  ///
  /// - Throws: ``TrainingError``, or ``PredictorError/unknownKernel(name:available:)``.
  public convenience init(state: TrainingState, threadCount: Int, options: TrainingOptions = TrainingOptions()) throws {
    try self.init(state: state, threadCount: threadCount, options: options, kernel: try Kernel.chosen())
  }

  /// A network with weights drawn from a seed, for given kernels.
  package convenience init(
    baseWidth: Int, leadGate: LeadFilters? = nil, measurementCount: Int = 0, seed: UInt64, threadCount: Int, options: TrainingOptions,
    kernel: Kernel
  ) throws {
    guard (1...NetworkShape.maximumBaseWidth).contains(baseWidth) else { throw TrainingError.badWidth(baseWidth) }
    let shape = NetworkShape(
      baseWidth: baseWidth, leadGate: leadGate.map { LeadGate(filters: $0, baseWidth: baseWidth) }, measurementCount: measurementCount)
    try self.init(shape: shape, seed: seed, step: 0, threadCount: threadCount, options: options, kernel: kernel)
    parameters.initialise(seed: seed)
  }

  /// A network that goes on from a saved state, for given kernels.
  package convenience init(state: TrainingState, threadCount: Int, options: TrainingOptions, kernel: Kernel) throws {
    let shapes = Dictionary(state.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    guard let shape = NetworkShape(tensorShapes: { shapes[$0] }) else {
      throw TrainingError.badState(reason: "conv1.weight is missing or has an impossible shape")
    }
    guard state.step >= 0 else { throw TrainingError.badState(reason: "step \(state.step)") }
    try self.init(shape: shape, seed: state.seed, step: state.step, threadCount: threadCount, options: options, kernel: kernel)
    try parameters.load(state)
    try sources?.load(state.unlearning)
  }

  private init(shape: NetworkShape, seed: UInt64, step: Int, threadCount: Int, options: TrainingOptions, kernel: Kernel) throws {
    try options.validate()
    self.shape = shape
    self.seed = seed
    self.options = options
    self.threadCount = max(1, min(threadCount, Predictor.maximumThreads))
    stepCount = step
    kernels = try TrainingKernels(kernel)
    parameters = ParameterStore(shape: shape, keepsAverages: options.averageDecay != nil)
    sources = options.unlearning.map { SourceHead($0, features: shape.featureCount, options: options) }
    team = ThreadTeam(count: self.threadCount)
  }

  /// Everything that is needed to go on bit for bit.
  public var state: TrainingState {
    TrainingState(
      tensors: tensors(), firstMoments: parameters.tensors(in: parameters.firstMoments, withStatistics: false),
      secondMoments: parameters.tensors(in: parameters.secondMoments, withStatistics: false), averages: averagedTensors() ?? [],
      unlearning: sources?.tensors ?? [], step: stepCount, seed: seed
    )
  }

  /// All tensors in the order of a state dict, running statistics among them: what a model file holds.
  public func tensors() -> [NamedTensor] { parameters.tensors(in: parameters.values, withStatistics: true) }

  /// All tensors, averaged where averages are kept.
  public func networkTensors() -> [NamedTensor] { averagedTensors() ?? tensors() }

  /// The moving averages of all tensors; nil where ``TrainingOptions/averageDecay`` is.
  public func averagedTensors() -> [NamedTensor]? {
    parameters.averages.map { parameters.tensors(in: $0, withStatistics: true) }
  }

  /// Learns from one batch: forward with the batch's own statistics and dropout, mean binary cross-entropy, backward, Adam.
  ///
  /// Where the loss is not finite nothing changes, and the step does not count.
  ///
  /// - Throws: ``TrainingError/badOption(reason:)`` where the learning rate is not a number from 0 up.
  public func step(_ batch: TrainingBatch, learningRate: Float) throws -> TrainingStepResult {
    guard learningRate >= 0, learningRate.isFinite else { throw TrainingError.badOption(reason: "learning rate \(learningRate)") }
    guard batch.measured.count == 2 * shape.measurementCount * batch.count else {
      throw TrainingError.badBatch(
        reason: "\(batch.measured.count) numbers of measurements; expected \(2 * shape.measurementCount) for each of \(batch.count) windows"
      )
    }
    let sourceCount = options.unlearning?.sources ?? 0
    guard batch.sources.allSatisfy({ $0.map { (0..<sourceCount).contains($0) } ?? true }) else {
      throw TrainingError.badBatch(reason: "a source that is none of \(sourceCount)")
    }
    let pass = pass(for: batch)
    let update = AdamUpdate(options, step: stepCount + 1, learningRate: Double(learningRate))
    team.run { share in
      guard let result = gradientPass(pass, batch, share: share), result.loss.isFinite else { return }
      update.apply(to: parameters, kernels: kernels, share: share)
      for (index, layer) in pass.normalisations.enumerated() where index % share.count == share.index {
        layer.normalisation.updateRunningStatistics(
          windows: batch.count, rows: layer.rows, momentum: options.normalisationMomentum)
      }
      team.wait()
      update.average(parameters, kernels: kernels, share: share)
    }
    let result = result(of: pass, batch)
    guard result.loss.isFinite else { return result }
    if let sources {
      pass.output.rememberSources(of: batch)
      sources.learn(step: stepCount)
    }
    stepCount += 1
    return result
  }

  /// The loss of a batch and the gradients of all trained tensors, without any change: for tests and for those who want to look.
  package func gradients(of batch: TrainingBatch) -> (result: TrainingStepResult, gradients: [NamedTensor]) {
    let pass = pass(for: batch)
    team.run { share in _ = gradientPass(pass, batch, share: share) }
    return (result(of: pass, batch), parameters.tensors(in: parameters.gradients, withStatistics: false))
  }

  /// The probability of each class with running statistics and no dropout: [window][class].
  public func probabilities(of batch: TrainingBatch) -> [Float] {
    let pass = pass(for: batch)
    let step = TrainingPass.Step(batch: batch, isTraining: false, number: 0, seed: seed)
    team.run { share in pass.forward(step, share: share) { team.wait() } }
    return (0..<batch.count).flatMap { window in
      (0..<NetworkShape.classCount).map { pass.output.probability(of: window, class: $0) }
    }
  }

  /// Forward and, where the loss is finite, backward; every worker gets the same result.
  private func gradientPass(_ pass: TrainingPass, _ batch: TrainingBatch, share: WorkShare) -> TrainingStepResult? {
    let step = TrainingPass.Step(batch: batch, isTraining: true, number: stepCount, seed: seed)
    pass.forward(step, share: share) { team.wait() }
    let result = result(of: pass, batch)
    guard result.loss.isFinite else { return nil }
    pass.backward(step, share: share) { team.wait() }
    return result
  }

  private func result(of pass: TrainingPass, _ batch: TrainingBatch) -> TrainingStepResult {
    let losses = (0..<batch.count).map { pass.output.loss(of: $0) }
    return TrainingStepResult(loss: Float(losses.reduce(0, +) / Double(batch.count)), windowLosses: losses.map(Float.init))
  }

  /// Memory for a batch: that of the batch before where it is large enough.
  private func pass(for batch: TrainingBatch) -> TrainingPass {
    if let currentPass, currentPass.capacity >= batch.count, currentPass.sampleCount == batch.sampleCount { return currentPass }
    // The old memory goes before the new is taken.
    currentPass = nil
    let pass = TrainingPass(
      shape: shape, capacity: batch.count, sampleCount: batch.sampleCount, kernels: kernels, workers: threadCount, options: options,
      parameters: parameters, sources: sources)
    currentPass = pass
    return pass
  }
}
