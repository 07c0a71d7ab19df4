import SEResNet

/// Everything that a training run needs to go on bit for bit.
public struct TrainingState: Sendable, Equatable {
  /// All tensors of the network in the order of a state dict, running means and variances among them.
  public var tensors: [NamedTensor]
  /// Adam's first moments, by the names of what they belong to; running statistics have none.
  public var firstMoments: [NamedTensor]
  /// Adam's second moments.
  public var secondMoments: [NamedTensor]
  /// The moving averages of `tensors`; empty where none are kept.
  public var averages: [NamedTensor]
  /// The head that tells sources apart, with the windows that it learns from; empty where nothing is unlearnt.
  public var unlearning: [NamedTensor]
  /// Steps taken.
  public var step: Int
  /// What the network was initialised with and dropout is drawn with.
  public var seed: UInt64

  /// A state put together from its parts.
  public init(
    tensors: [NamedTensor], firstMoments: [NamedTensor] = [], secondMoments: [NamedTensor] = [], averages: [NamedTensor] = [],
    unlearning: [NamedTensor] = [], step: Int = 0, seed: UInt64
  ) {
    self.tensors = tensors
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
    self.averages = averages
    self.unlearning = unlearning
    self.step = step
    self.seed = seed
  }
}
