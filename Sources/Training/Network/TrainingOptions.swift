import SEResNet

/// The settings of training that are the same for every step; the paper's unless changed.
public struct TrainingOptions: Sendable, Equatable {
  /// Share of the features that dropout leaves out between the two convolutions of a block.
  public var dropoutRate: Float = 0.2
  /// Decay of Adam's first moment.
  public var firstMomentDecay: Double = 0.9
  /// Decay of Adam's second moment.
  public var secondMomentDecay: Double = 0.999
  /// Added to the root of Adam's second moment.
  public var epsilon: Double = 1e-8
  /// Share of a weight, times the learning rate, that each step takes off.
  ///
  /// AdamW: Loshchilov and Hutter 2019. Normalisations and biases are left alone.
  public var weightDecay: Double = 0
  /// The factor on each class's loss of positive windows, nil for 1.
  public var positiveWeights: [Float]?
  /// Weight of a batch's mean and variance in the running ones.
  public var normalisationMomentum: Double = 0.1
  /// What a window's mean lead weight, times this, adds to what is minimised (not to the loss that is told); 0 for nothing.
  ///
  /// Only with a lead gate. It draws the weights of leads that nothing is lost without towards 0.
  public var leadSparsity: Double = 0
  /// Decay of the exponential moving average of all tensors, nil for no average.
  ///
  /// At step t it is at most (1 + t) / (10 + t), so that the average soon forgets where it started.
  public var averageDecay: Double?

  /// What makes the network forget where a recording comes from; nil for nothing.
  public var unlearning: Unlearning?

  /// Joint learning and unlearning: Alvi, Zisserman and Nellåker 2018; for ECGs Shang and others 2021.
  ///
  /// A linear head learns to tell the sources from the deep features and the targets, by cross-entropy, and moves nothing else. The network
  /// learns, by the factor `weight`, to leave it no more than the targets tell: the head's gradient comes back with its sign turned.
  public struct Unlearning: Sendable, Equatable {
    /// How many sources there are; at least two.
    public var sources: Int
    /// Factor on the head's loss, beside the mean loss of the 24 classes.
    public var weight: Double

    /// An unlearning.
    public init(sources: Int, weight: Double) { (self.sources, self.weight) = (sources, weight) }
  }

  /// The paper's settings.
  public init() {}

  /// - Throws: ``TrainingError/badOption(reason:)``.
  func validate() throws(TrainingError) {
    func check(_ isGood: Bool, _ reason: String) throws(TrainingError) {
      if !isGood { throw .badOption(reason: reason) }
    }
    try check((0..<1).contains(dropoutRate), "dropout \(dropoutRate); expected 0 to less than 1")
    try check((0..<1).contains(firstMomentDecay), "first moment's decay \(firstMomentDecay); expected 0 to less than 1")
    try check((0..<1).contains(secondMomentDecay), "second moment's decay \(secondMomentDecay); expected 0 to less than 1")
    try check(epsilon > 0 && epsilon.isFinite, "epsilon \(epsilon); expected a number above 0")
    try check((0..<1).contains(weightDecay), "weight decay \(weightDecay); expected 0 to less than 1")
    try check((0...1).contains(normalisationMomentum), "normalisation momentum \(normalisationMomentum); expected 0 to 1")
    try check(leadSparsity >= 0 && leadSparsity.isFinite, "lead sparsity \(leadSparsity); expected a number from 0 up")
    if let unlearning {
      try check((2...1024).contains(unlearning.sources), "\(unlearning.sources) sources to unlearn; expected 2 to 1024")
      try check(unlearning.weight >= 0 && unlearning.weight.isFinite, "unlearning by \(unlearning.weight); expected a number from 0 up")
    }
    if let averageDecay { try check((0..<1).contains(averageDecay), "average decay \(averageDecay); expected 0 to less than 1") }
    if let positiveWeights {
      try check(
        positiveWeights.count == NetworkShape.classCount && positiveWeights.allSatisfy { $0 > 0 && $0.isFinite },
        "positive weights; expected \(NetworkShape.classCount) numbers above 0")
    }
  }
}
