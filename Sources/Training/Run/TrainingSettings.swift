import Files
import Foundation
import SEResNet

/// How the learning rate falls over the epochs.
public enum LearningRateSchedule: Sendable, Equatable, Codable {
  /// Divided by ten after each of these numbers of epochs: the paper's way, after 20 and 40.
  case steps([Int])
  /// Along half a cosine from the given rate to 0, step by step.
  case cosine
}

/// Everything that, with the recordings, determines a training: two with the same settings and recordings give the same weights, bit for bit
/// with the same number of threads on the same kind of processor.
///
/// The defaults are the paper's (section 2.4).
public struct TrainingSettings: Sendable, Equatable, Codable {
  /// Channels of the first convolution.
  public var baseWidth = 64
  /// Which filters a lead gate has for the leads; nil: the published form, without lead weights.
  public var leadGate: LeadFilters?
  /// What the mean lead weight, times this, adds to what is minimised; nil for nothing.
  public var leadSparsity: Double?
  /// The list of measurements that the network takes beside the signal; nil for none.
  public var measurements: String?
  /// Twice what each squared weight of a regression of the measurements beside the network costs; nil: there is none.
  public var regressionPenalty: Double?
  /// Share of each target that is drawn to one half; nil for none.
  ///
  /// Source: Szegedy and others 2016.
  public var labelSmoothing: Double?
  /// Both parameters of the beta distribution by which windows are mixed in pairs, targets too; nil: none are.
  ///
  /// Source: Zhang and others 2018, mixup.
  public var mixup: Double?
  /// Factor on what makes the network forget where a recording comes from; nil for nothing.
  public var unlearning: Double?
  /// How often every recording is seen.
  public var epochs = 50
  /// Windows in a step.
  public var batchSize = 64
  /// Adam's learning rate at the start.
  public var learningRate = 0.003
  /// How it falls.
  public var schedule = LearningRateSchedule.steps([20, 40])
  /// Share of a block's hidden values that are set to 0.
  public var dropout = 0.2
  /// Share of a weight, times the learning rate, that it loses with every step (decoupled, Loshchilov and Hutter 2019).
  public var weightDecay = 0.0
  /// Decay of the moving average of all parameters that becomes the model; nil: the last parameters become the model.
  public var averagingDecay: Double?
  /// What is changed at random in the windows.
  public var augmentation = Augmentation()
  /// What is done to a recording first.
  public var preprocessing = Preprocessing.paper
  /// Determines the first weights, the order of the recordings, windows, augmentation and dropout.
  public var seed: UInt64 = 1

  /// The paper's settings.
  public init() {}

  /// The learning rate of a step of an epoch, both counted from 0.
  func learningRate(epoch: Int, step: Int, stepsInEpoch: Int) -> Double {
    switch schedule {
    case .steps(let epochs): return epochs.reduce(learningRate) { $1 <= epoch ? $0 / 10 : $0 }
    case .cosine:
      let share = (Double(epoch) + Double(step) / Double(max(1, stepsInEpoch))) / Double(max(1, epochs))
      return learningRate * (1 + cos(Double.pi * share)) / 2
    }
  }

  /// Names and values as the command line has them, for provenance and for messages.
  public var arguments: [(name: String, value: String)] {
    var arguments: [(name: String, value: String)] = [
      ("--width", "\(baseWidth)"), ("--epochs", "\(epochs)"), ("--batch", "\(batchSize)"), ("--lr", "\(learningRate)"),
    ]
    switch schedule {
    case .steps(let epochs): arguments.append(("--steps", epochs.isEmpty ? "none" : epochs.map(String.init).joined(separator: ",")))
    case .cosine: arguments.append(("--schedule", "cosine"))
    }
    arguments += [
      ("--dropout", "\(dropout)"), ("--weight-decay", "\(weightDecay)"), ("--average", averagingDecay.map { "\($0)" } ?? "off"),
      ("--augment", augmentation.description), ("--preprocessing", preprocessing.rawValue), ("--seed", "\(seed)"),
    ]
    // What is off is not told, so that settings of before are what they were.
    if let leadGate { arguments.append(("--lead-gate", leadGate.rawValue)) }
    if let leadSparsity { arguments.append(("--lead-sparsity", "\(leadSparsity)")) }
    if let measurements { arguments.append(("--features", measurements)) }
    if let regressionPenalty { arguments.append(("--regression", "\(regressionPenalty)")) }
    if let labelSmoothing { arguments.append(("--label-smoothing", "\(labelSmoothing)")) }
    if let mixup { arguments.append(("--mixup", "\(mixup)")) }
    if let unlearning { arguments.append(("--unlearn-weight", "\(unlearning)")) }
    return arguments
  }

  /// A digest of these settings and of what they are applied to, as 64 hexadecimal digits.
  public func fingerprint(of dataDigest: String) -> String {
    let text = arguments.map { "\($0.name) \($0.value)\n" }.joined() + dataDigest
    return SHA256.hash(text.utf8).hexadecimal
  }

  /// The first setting in which two trainings differ; nil where they are the same.
  func difference(from other: TrainingSettings) -> (name: String, value: String, other: String)? {
    // Steps and a cosine are two ways to say one thing.
    func values(_ settings: TrainingSettings) -> [(name: String, value: String)] {
      settings.arguments.map { $0.name == "--steps" ? ("--schedule", "steps \($0.value)") : $0 }
    }
    let (mine, theirs) = (values(self), values(other))
    for name in mine.map(\.name) + theirs.map(\.name) {
      let (first, second) = (mine.first { $0.name == name }?.value ?? "off", theirs.first { $0.name == name }?.value ?? "off")
      if first != second { return (name, first, second) }
    }
    return nil
  }
}
