import Agreement
import Foundation

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

extension ReviewStore {
  /// The consensus on each case of a study, in the study's order; second showings are left out.
  public func consensus(of study: Study) throws -> [Consensus] {
    let readers = Dictionary(grouping: try standingVerdicts(of: study)) { $0.studyCase.id }
    // By time of writing, the later one last and so in force.
    let adjudications = try adjudications(of: study).sorted { $0.event.sequence < $1.event.sequence }
    let latest = Dictionary(adjudications.map { ($0.studyCase.id, $0.event) }, uniquingKeysWith: { $1 })
    return try cases(of: study).filter { $0.repetition == 1 }.map { studyCase in
      Consensus(studyCase: studyCase, readers: readers[studyCase.id] ?? [], adjudication: latest[studyCase.id])
    }
  }

  /// The cases on which readers differ, for an adjudicator.
  ///
  /// - Throws: ``ReviewStoreError/adjudicatorIsReader(_:study:)`` where the adjudicator has judged cases of the study.
  public func disputes(of study: Study, adjudicator: String) throws -> [Consensus] {
    try Self.checkReviewer(adjudicator)
    let all = try consensus(of: study)
    guard !all.contains(where: { $0.readers.contains { $0.rater == adjudicator.storableName } }) else {
      throw ReviewStoreError.adjudicatorIsReader(adjudicator, study: study.name)
    }
    return all.filter(\.isDisputed)
  }
}
