import SEResNet

/// Recordings that a training keeps apart, and how a network is measured on them.
///
/// Figures are no business of this room: who begins a training says how they are made.
public struct Validation: Sendable {
  /// How well a network does.
  public struct Figures: Sendable, Equatable {
    /// Mean binary cross-entropy over recordings and classes.
    public var loss: Double
    /// Macro AUROC; nil where it is undefined.
    public var auroc: Double?
    /// AUROC of left axis deviation; nil where it is undefined.
    public var axisAUROC: Double?

    /// Some figures.
    public init(loss: Double, auroc: Double?, axisAUROC: Double?) {
      self.loss = loss
      self.auroc = auroc
      self.axisAUROC = axisAUROC
    }
  }

  /// The recordings, which are never learnt from.
  public let examples: [TrainingExample]
  let measure: @Sendable (Model, [TrainingExample]) throws -> Figures

  /// Recordings and their measure.
  public init(_ examples: [TrainingExample], measure: @escaping @Sendable (Model, [TrainingExample]) throws -> Figures) {
    self.examples = examples
    self.measure = measure
  }
}
