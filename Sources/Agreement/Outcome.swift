/// How a model's decision on a diagnosis stands to the recording's label.
public enum Outcome: String, Codable, CodingKeyRepresentable, Sendable, CaseIterable {
  case falsePositive = "fp"
  case falseNegative = "fn"
  case truePositive = "tp"
  case trueNegative = "tn"

  /// The outcome of a label and a decision; nil where either is unsure.
  public init?(label: Verdict, decision: Verdict) {
    switch (label, decision) {
    case (.present, .present): self = .truePositive
    case (.present, .absent): self = .falseNegative
    case (.absent, .present): self = .falsePositive
    case (.absent, .absent): self = .trueNegative
    default: return nil
    }
  }

  /// The outcome in words.
  public var name: String {
    switch self {
    case .falsePositive: "false positives"
    case .falseNegative: "false negatives"
    case .truePositive: "true positives"
    case .trueNegative: "true negatives"
    }
  }
}
