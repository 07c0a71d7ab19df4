import Agreement
import ECG
import Foundation
import PlainText

/// What became of an import.
public struct ImportReport: Sendable, Hashable {
  /// Verdicts recorded.
  public internal(set) var added = 0
  /// Verdicts that the study had already.
  public internal(set) var known = 0
  /// Lines about labels and models, which belong to the study's cases and are not taken into a study that exists.
  public internal(set) var skipped = 0
  /// How many verdicts contradict one in the study; they were not recorded.
  public internal(set) var conflictCount = 0
  /// The first ``mostConflicts`` of them, one line each.
  public internal(set) var conflicts: [String] = []

  /// Of more conflicts than this only their number is kept: a file of the wrong study may have a million.
  public static let mostConflicts = 1000

  /// Whether the study was made from the file.
  public internal(set) var madeStudy = false

  /// Notes a conflict, which is put into words only where it is kept.
  mutating func add(conflict: @autoclosure () -> String) {
    conflictCount += 1
    if conflicts.count < Self.mostConflicts { conflicts.append(conflict()) }
  }
}

/// Why nothing of a file was recorded, by line.
public enum ImportFault: Error, Equatable, CustomStringConvertible {
  /// A case that the study lacks.
  case unknownCase(String, line: Int, study: String)
  /// Verdicts on a recording of the case's name whose samples are others.
  case otherRecording(String, line: Int, study: String)
  /// A diagnosis that this program does not know.
  case unknownDiagnosis(String, line: Int)
  /// Verdicts about another diagnosis than the study's.
  case otherDiagnosis(String, line: Int, asked: String)
  /// Another label of a case, or another decision of the model, than the study's cases or an earlier line have.
  case contradiction(rater: String, caseName: String, line: Int)
  /// The study is one of annotation: a file of verdicts does not say what was marked.
  case annotations(study: String)
  /// Hardly anything said of very many statements.
  case tooSparse(SparseAnswers)

  /// One line for a person.
  public var description: String {
    switch self {
    case .unknownCase(let name, let line, let study): "line \(line): case '\(name)' is not in study '\(study)'; nothing was imported"
    case .otherRecording(let name, let line, let study):
      "line \(line): case '\(name)' of study '\(study)' is another recording of that name (its digest differs); nothing was imported"
    case .unknownDiagnosis(let name, let line) where Diagnosis.named(name) != nil:
      "line \(line): '\(name)' is none of the statements that the study asks about; nothing was imported"
    case .unknownDiagnosis(let name, let line):
      "line \(line): '\(name)' is no diagnosis that this program knows; expected an abbreviation such as LAD, or a SNOMED CT code"
    case .otherDiagnosis(let name, let line, let asked):
      "line \(line): a verdict about \(name), and the study asks about \(asked); nothing was imported"
    case .contradiction(let rater, let caseName, let line):
      "line \(line): another verdict of '\(rater)' on case '\(caseName)' than an earlier line or the study's cases have; expected one"
    case .annotations(let study):
      "study '\(study)' is one of annotation, and a file of verdicts does not say what was marked; `einthoven study merge` brings annotations"
    case .tooSparse(let sparse): "\(sparse); nothing was imported"
    }
  }
}

extension ImportFault {
  /// Refuses verdicts that a file says are about something else than the study asks.
  ///
  /// - Throws: ``unknownDiagnosis(_:line:)``, ``otherDiagnosis(_:line:asked:)``.
  static func check(_ verdicts: [ImportedVerdict], areAbout code: String) throws {
    for verdict in verdicts {
      guard let name = verdict.diagnosis else { continue }
      guard let diagnosis = Diagnosis.named(name) else { throw unknownDiagnosis(name, line: verdict.line) }
      guard diagnosis.code != code else { continue }
      let asked = Diagnosis.with(code: code)?.abbreviation ?? code
      throw otherDiagnosis(diagnosis.abbreviation, line: verdict.line, asked: asked)
    }
  }
}

extension StudyDraft {
  /// Whether the paths of a file are those of its cases: one that stands beside several cases, or is the name of another, is not theirs.
  static func havePaths(_ verdicts: [ImportedVerdict]) -> Bool {
    guard verdicts.contains(where: { $0.path != nil }) else { return false }
    var caseOfPath: [ExactText: String] = [:]
    for verdict in verdicts {
      let path = ExactText(verdict.path ?? verdict.caseName)
      guard let known = caseOfPath[path] else {
        caseOfPath[path] = verdict.caseName
        continue
      }
      guard known.isExactly(verdict.caseName) else { return false }
    }
    return true
  }

  /// The draft with the labels and decisions of a file, and with the file's cases where it has none.
  ///
  /// - Throws: ``ImportFault/contradiction(rater:caseName:line:)``.
  func completed(by verdicts: [ImportedVerdict]) throws -> StudyDraft {
    var draft = self
    var places = Dictionary(
      cases.enumerated().map { (Showing(path: $1.record, repetition: $1.repetition), $0) }, uniquingKeysWith: { first, _ in first })
    let takesCases = cases.isEmpty
    if takesCases {
      draft.cases.reserveCapacity(verdicts.count)
      places.reserveCapacity(verdicts.count)
    }
    let hasPaths = Self.havePaths(verdicts)
    for verdict in verdicts {
      let key = Showing(path: verdict.caseName, repetition: verdict.repetition)
      if takesCases, places[key] == nil {
        places[key] = draft.cases.count
        let path = hasPaths ? verdict.path : nil
        draft.cases.append(
          CaseDraft(
            record: verdict.caseName, path: path ?? verdict.caseName, recordingDigest: verdict.recordingDigest,
            repetition: verdict.repetition, source: verdict.source))
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
      draft.cases[index].label = places[Showing(path: draft.cases[index].record, repetition: 1)].flatMap { draft.cases[$0].label }
    }
    return draft
  }
}
