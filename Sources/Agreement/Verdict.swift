/// What a reader says about one case: the finding is there, it is not, or it cannot be told.
///
/// Also what a label or a model says, which are never unsure.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  case present
  case absent
  case unsure
}

/// Names of raters that are not people, which no reviewer may take.
public enum ReservedRater {
  /// The training label.
  public static let label = "label"
  /// The model's decision.
  public static let model = "model"

  /// What readers and adjudication make of a case together.
  public static let consensus = "consensus"

  /// Whether a rater of this name is the label, the model or the consensus and not a reader.
  public static func contains(_ name: String) -> Bool { [label, model, consensus].contains(name) }
}
