import Agreement
import Foundation

/// What became of an import.
public struct ImportReport: Sendable, Hashable {
  /// Verdicts recorded.
  public internal(set) var added = 0
  /// Verdicts that the study had already.
  public internal(set) var known = 0
  /// Lines about labels and models, which belong to the study's cases and are not taken into a study that exists.
  public internal(set) var skipped = 0
  /// Verdicts that contradict one in the study, one line each; they were not recorded.
  public internal(set) var conflicts: [String] = []
  /// Whether the study was made from the file.
  public internal(set) var madeStudy = false
}

/// Why nothing of a file was recorded, by line.
public enum ImportFault: Error, Equatable, CustomStringConvertible {
  /// A case that the study lacks.
  case unknownCase(String, line: Int, study: String)
  /// Another label of a case, or another decision of the model, than the study's cases or an earlier line have.
  case contradiction(rater: String, caseName: String, line: Int)

  /// One line for a person.
  public var description: String {
    switch self {
    case .unknownCase(let name, let line, let study): "line \(line): case '\(name)' is not in study '\(study)'; nothing was imported"
    case .contradiction(let rater, let caseName, let line):
      "line \(line): another verdict of '\(rater)' on case '\(caseName)' than an earlier line or the study's cases have; expected one"
    }
  }
}

extension StudyDraft {
  /// The draft with the labels and decisions of a file, and with the file's cases where it has none.
  ///
  /// - Throws: ``ImportFault/contradiction(rater:caseName:line:)``.
  func completed(by verdicts: [ImportedVerdict]) throws -> StudyDraft {
    var draft = self
    var places = Dictionary(
      cases.enumerated().map { ("\($1.repetition) \($1.record)", $0) }, uniquingKeysWith: { first, _ in first })
    let takesCases = cases.isEmpty
    let namesOfPath = Dictionary(verdicts.map { ($0.path ?? $0.caseName, [$0.caseName] as Set) }) { $0.union($1) }
    // A path that stands beside several cases, or is the name of another, is not theirs.
    let hasPaths = namesOfPath.values.allSatisfy { $0.count == 1 }
    for verdict in verdicts {
      let key = "\(verdict.repetition) \(verdict.caseName)"
      if takesCases, places[key] == nil {
        places[key] = draft.cases.count
        let path = hasPaths ? verdict.path : nil
        draft.cases.append(
          CaseDraft(
            record: verdict.caseName, path: path ?? verdict.caseName, repetition: verdict.repetition, source: verdict.source))
      }
      guard let place = places[key] else { continue }
      let (label, decision) = (draft.cases[place].label, draft.cases[place].decision?.verdict)
      if let earlier = verdict.rater == ReservedRater.label ? label : verdict.rater == ReservedRater.model ? decision : nil,
        earlier != verdict.verdict
      {
        throw ImportFault.contradiction(rater: verdict.rater, caseName: verdict.caseName, line: verdict.line)
      }
      if verdict.rater == ReservedRater.label { draft.cases[place].label = verdict.verdict }
      if verdict.rater == ReservedRater.model {
        draft.cases[place].decision = ModelDecision(
          verdict: verdict.verdict, probability: verdict.probability, modelDigest: verdict.modelDigest)
      }
    }
    for index in draft.cases.indices where draft.cases[index].repetition > 1 && draft.cases[index].label == nil {
      // A file says of a recording what its label is, not of each of its showings.
      draft.cases[index].label = places["1 \(draft.cases[index].record)"].flatMap { draft.cases[$0].label }
    }
    return draft
  }
}
