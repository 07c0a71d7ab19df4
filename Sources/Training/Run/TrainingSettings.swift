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
    return arguments
  }

  /// A digest of these settings and of what they are applied to, as 64 hexadecimal digits.
  public func fingerprint(of dataDigest: String) -> String {
    let text = arguments.map { "\($0.name) \($0.value)\n" }.joined() + dataDigest
    return SHA256.hash(text.utf8).hexadecimal
  }

  /// The first setting in which two trainings differ; nil where they are the same.
  func difference(from other: TrainingSettings) -> (name: String, value: String, other: String)? {
    for (mine, theirs) in zip(arguments, other.arguments) where mine != theirs {
      return (mine.name == theirs.name ? mine.name : "--schedule", mine.value, theirs.value)
    }
    return nil
  }
}
