/// What is known about one finished epoch.
public struct EpochRecord: Sendable, Equatable, Codable {
  /// Number of the epoch, counted from 1.
  public var epoch: Int
  /// Learning rate of its last step.
  public var learningRate: Double
  /// Mean loss over its windows while it learnt.
  public var trainingLoss: Double
  /// Mean loss over the recordings kept for validation.
  public var validationLoss: Double?
  /// Their macro AUROC.
  public var validationAUROC: Double?
  /// Their AUROC of left axis deviation.
  public var axisAUROC: Double?
  /// Time it took, validation included.
  public var seconds: Double

  /// A record of an epoch.
  public init(
    epoch: Int, learningRate: Double, trainingLoss: Double, validationLoss: Double? = nil, validationAUROC: Double? = nil,
    axisAUROC: Double? = nil, seconds: Double
  ) {
    self.epoch = epoch
    self.learningRate = learningRate
    self.trainingLoss = trainingLoss
    self.validationLoss = validationLoss
    self.validationAUROC = validationAUROC
    self.axisAUROC = axisAUROC
    self.seconds = seconds
  }
}
