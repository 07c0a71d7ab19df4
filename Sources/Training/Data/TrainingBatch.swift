import SEResNet

/// Some windows that a network learns from in one step.
public struct TrainingBatch: Sendable {
  /// Windows.
  public let count: Int
  /// Samples of a lead in a window; 4096 in the paper.
  public let sampleCount: Int
  /// [window][lead][sample], preprocessed as the model will declare.
  public let signals: [Float]
  /// [window][5]: age and sex as the network takes them.
  public let patients: [Float]
  /// [window][measurement, then whether it is known]: measurements as the network takes them; empty for a network that takes none.
  public let measured: [Float]
  /// [window]: which of the sources to unlearn it comes from, nil where that is not known; empty where none is unlearnt.
  public let sources: [Int?]
  /// [window][class]: 0 or 1, or a probability between them; −1 for what is unknown, which nothing is learnt from.
  public let targets: [Float]

  /// The fewest samples of a window.
  public static let fewestSamples = 16
  /// The most samples of a window.
  public static let mostSamples = 1 << 20

  /// A batch of windows.
  ///
  /// - Throws: ``TrainingError/badBatch(reason:)`` where an array's length does not fit the others or a target is neither from 0 to 1 nor −1. Signals
  ///   are not looked at: where one is not finite the step's loss is not either.
  public init(
    count: Int, sampleCount: Int = 4096, signals: [Float], patients: [Float], measured: [Float] = [], sources: [Int?] = [],
    targets: [Float]
  ) throws(TrainingError) {
    guard count > 0 else { throw .badBatch(reason: "\(count) windows; expected at least one") }
    guard (Self.fewestSamples...Self.mostSamples).contains(sampleCount) else {
      throw .badBatch(reason: "windows of \(sampleCount) samples; expected \(Self.fewestSamples) to \(Self.mostSamples)")
    }
    let leads = NetworkShape(baseWidth: 1).stem.inputChannels
    try Self.check("signals", signals.count, count: count, size: leads * sampleCount)
    try Self.check("patients", patients.count, count: count, size: NetworkShape.demographicCount)
    try Self.check("targets", targets.count, count: count, size: NetworkShape.classCount)
    guard targets.allSatisfy({ (0...1).contains($0) || $0 == -1 }) else { throw .badBatch(reason: "a target that is not from 0 to 1") }
    guard measured.count.isMultiple(of: count), sources.isEmpty || sources.count == count else {
      throw .badBatch(reason: "\(measured.count) measurements and \(sources.count) sources of \(count) windows; expected as many of each")
    }
    self.count = count
    self.sampleCount = sampleCount
    self.signals = signals
    self.patients = patients
    self.measured = measured
    self.sources = sources
    self.targets = targets
  }

  private static func check(_ name: String, _ found: Int, count: Int, size: Int) throws(TrainingError) {
    let (expected, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, found == expected else {
      throw .badBatch(reason: "\(found) numbers of \(name); expected \(size) for each of \(count) windows")
    }
  }
}

/// What one step of training measured, before its update.
public struct TrainingStepResult: Sendable, Equatable {
  /// Mean binary cross-entropy over windows and classes.
  ///
  /// Where it is not finite the step changed nothing.
  public let loss: Float
  /// The mean over the classes of each window.
  public let windowLosses: [Float]

  /// The result of a step.
  public init(loss: Float, windowLosses: [Float]) {
    self.loss = loss
    self.windowLosses = windowLosses
  }
}

/// Why a network cannot be trained.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// A batch whose parts do not fit each other.
  case badBatch(reason: String)
  /// A base width that no network has.
  case badWidth(Int)
  /// A saved state that is not one of this network.
  case badState(reason: String)
  /// An option out of its range.
  case badOption(reason: String)

  /// One line for a person: what was found, what was expected.
  public var description: String {
    switch self {
    case .badBatch(let reason): "a batch for training: \(reason)"
    case .badWidth(let width): "base width \(width); expected 1 to \(NetworkShape.maximumBaseWidth)"
    case .badState(let reason): "a saved training state: \(reason)"
    case .badOption(let reason): "an option of training: \(reason)"
    }
  }
}
