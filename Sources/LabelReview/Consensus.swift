import Agreement

/// What the readers of a case, and the adjudicator where they differ, make of it.
public struct Consensus: Sendable {
  /// The case, in its first showing.
  public let studyCase: StudyCase
  /// The readers' standing verdicts, in the order in which the readers began.
  public let readers: [StandingVerdict]
  /// The latest adjudication, where there is one.
  public let adjudication: VerdictEvent?

  /// Whether readers gave different verdicts, unsure being one.
  public var isDisputed: Bool { Set(readers.map(\.verdict)).count > 1 }

  /// Whether the verdict is an adjudicator's.
  public var isAdjudicated: Bool { adjudication != nil }

  /// The adjudicator's verdict, else what at least two readers all say; nil while it is open.
  public var verdict: Verdict? {
    if let adjudication { return adjudication.verdict }
    return readers.count >= 2 && !isDisputed ? readers.first?.verdict : nil
  }

  /// How the verdict came about: `adjudicated`, `unanimous`, or `open`.
  public var basis: String { isAdjudicated ? "adjudicated" : verdict == nil ? "open" : "unanimous" }
}
