import Agreement

/// What the readers of a case, and the adjudicator where they differ, make of it.
public struct Consensus: Sendable {
  /// The case, in its first showing.
  public let studyCase: StudyCase
  /// The readers' standing verdicts, in the order in which the readers began.
  public let readers: [StandingVerdict]
  /// The latest adjudication, where there is one.
  public let adjudication: VerdictEvent?
  /// Whether readers marked different things, in a study of annotation; nil in others.
  public var marksDiffer: Bool?

  /// Whether readers gave different verdicts, unsure being one; or different sets, in a study that relabels, and marks, in one of annotation.
  public var isDisputed: Bool {
    if let marksDiffer { return marksDiffer }
    guard let first = readers.first?.event.answer else { return Set(readers.map(\.verdict)).count > 1 }
    return readers.contains { $0.event.answer.map { !$0.agrees(with: first) } ?? true }
  }

  /// Whether an adjudicator is needed: readers differ, and no two of those that a study sends a case to until they agree gave the same set.
  public func isDisputed(under relabelling: Relabelling?) -> Bool {
    guard let rule = relabelling?.secondReading, rule.limit > 2 else { return isDisputed }
    return isDisputed && !StudyRules.haveTwoAgreed(readers.compactMap(\.event.answer))
  }

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
