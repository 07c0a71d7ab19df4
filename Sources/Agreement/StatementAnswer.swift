/// How likely a statement is that a reader says is present, in the words of PTB-XL and SCP-ECG reports.
public enum Likelihood: String, Sendable, Hashable, CaseIterable {
  case possible
  case probable
  case definite
}

/// What a reader says about one statement of a case.
public enum StatementAnswer: UInt8, Sendable, Hashable, CaseIterable {
  /// The statement was not asked about.
  case notAsked
  /// It does not hold.
  case absent
  /// It cannot be told.
  case unsure
  /// It holds; how likely was not said.
  case present
  /// It possibly holds.
  case possible
  /// It probably holds.
  case probable
  /// It definitely holds.
  case definite

  /// The answer of a verdict with a likelihood, which only present can have.
  public init(_ verdict: Verdict, likelihood: Likelihood? = nil) {
    switch (verdict, likelihood) {
    case (.absent, _): self = .absent
    case (.unsure, _): self = .unsure
    case (.present, nil): self = .present
    case (.present, .possible?): self = .possible
    case (.present, .probable?): self = .probable
    case (.present, .definite?): self = .definite
    }
  }

  /// The verdict; nil where the statement was not asked about.
  public var verdict: Verdict? {
    switch self {
    case .notAsked: nil
    case .absent: .absent
    case .unsure: .unsure
    case .present, .possible, .probable, .definite: .present
    }
  }

  /// Place on the scale absent, possible, probable, definite; nil where it has none.
  var grade: Int? {
    switch self {
    case .absent: 0
    case .possible: 1
    case .probable: 2
    case .definite: 3
    case .notAsked, .unsure, .present: nil
    }
  }
}
