import Agreement
import Foundation
import GRDB

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

extension ReviewStore {
  /// Records verdicts that were given elsewhere.
  ///
  /// Where there is no study of the draft's name it is made: of the draft's cases, or where it has none of the file's, with the labels and decisions that the
  /// file gives. All or nothing but for conflicts, which are listed. Importing again changes nothing.
  ///
  /// - Parameter origin: names the file in each event.
  /// - Throws: ``ReviewStoreError``, ``ImportFault``.
  public func importVerdicts(_ verdicts: [ImportedVerdict], into draft: StudyDraft, origin: String) throws -> ImportReport {
    try write { database in
      var report = ImportReport()
      let existing = try self.study(named: draft.name, in: database)
      report.madeStudy = existing == nil
      let study = try existing ?? self.makeStudy(try draft.completed(by: verdicts), in: database)
      let cases = try self.cases(of: study, in: database)
      let names = StudyExport.uniqueNames(of: cases)
      let byName = Dictionary(cases.map { ("\($0.repetition) \(names[$0.id] ?? "")", $0) }, uniquingKeysWith: { first, _ in first })
      var standing = try self.standingWords(of: study, in: database)
      for verdict in verdicts {
        if ReservedRater.contains(verdict.rater) {
          report.skipped += report.madeStudy ? 0 : 1
          continue
        }
        try Self.checkReviewer(verdict.rater)
        guard let studyCase = byName["\(verdict.repetition) \(verdict.caseName)"] else {
          throw ImportFault.unknownCase(verdict.caseName, line: verdict.line, study: study.name)
        }
        try self.take(verdict, on: studyCase, of: study, origin: origin, standing: &standing, report: &report, in: database)
      }
      return report
    }
  }

  private func take(
    _ verdict: ImportedVerdict, on studyCase: StudyCase, of study: Study, origin: String, standing: inout [String: String],
    report: inout ImportReport, in database: Database
  ) throws {
    let reviewer = verdict.rater.storableName
    let word = verdict.verdict.rawValue
    let said = HeldEvent(
      kind: VerdictEvent.Kind.verdict.rawValue, study: study.rowID, studyCase: studyCase.rowID, reviewer: reviewer, verdict: word)
    let ownIdentifier = UUID(contentOf: ["import", study.id.uuidString, studyCase.id.uuidString, reviewer, word])
    var identifier = verdict.event ?? ownIdentifier
    var held = try heldEvent(identifier, in: database)
    if let event = held, event.study != study.rowID {
      // A store holds an event once; in a second study of it the verdict is an event of its own.
      identifier = ownIdentifier
      held = try heldEvent(identifier, in: database)
    }
    let key = "\(studyCase.rowID) \(reviewer)"
    if held == said || (held == nil && standing[key] == word) {
      report.known += 1
      return
    }
    let place = "line \(verdict.line): \(reviewer) on case '\(verdict.caseName)'"
    if held != nil {
      report.conflicts.append("\(place): '\(word)' in the file, whose event \(identifier.uuidString) says something else in the study")
      return
    }
    if let other = standing[key] {
      report.conflicts.append("\(place): '\(other)' in the study and '\(word)' in the file")
      return
    }
    var row = try newRow(.verdict, study: study, caseID: studyCase.id, time: verdict.time ?? Date(), in: database)
    row.identifier = identifier.uuidString
    row.reviewer = reviewer
    row.verdict = word
    row.spentMilliseconds = verdict.seconds.flatMap(Self.milliseconds)
    row.visible = verdict.visible.text
    row.note = verdict.note.storable
    row.recordingDigest = verdict.recordingDigest?.description.storable
    row.modelDigest = verdict.modelDigest?.storable
    row.probability = verdict.probability.flatMap(Self.probability)
    row.origin = "\(origin.storable) line \(verdict.line)"
    try row.append(to: database)
    standing[key] = row.verdict
    report.added += 1
  }

  /// What an event of the store says, as far as a file can contradict it.
  private struct HeldEvent: Equatable {
    let kind: String
    let study: Int64
    let studyCase: Int64
    let reviewer: String
    let verdict: String
  }

  private func heldEvent(_ identifier: UUID, in database: Database) throws -> HeldEvent? {
    let find = try database.cachedStatement(sql: "SELECT kind, study_id, case_id, reviewer, verdict FROM event WHERE identifier = ?")
    return try Row.fetchOne(find, arguments: [identifier.uuidString]).map { row in
      HeldEvent(
        kind: try row.decode(atIndex: 0), study: try row.decode(atIndex: 1), studyCase: try row.decode(atIndex: 2),
        reviewer: try row.decode(atIndex: 3), verdict: try row.decode(atIndex: 4))
    }
  }

  /// Readers' standing verdicts by the row of the case and the reader.
  private func standingWords(of study: Study, in database: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT case_id, reviewer, verdict, MAX(sequence) \(EventRow.notUndone) GROUP BY reviewer, case_id",
      arguments: ["study": study.rowID, "kind": VerdictEvent.Kind.verdict.rawValue])
    return Dictionary(
      try rows.map { row in
        let (caseID, reviewer, verdict): (Int64, String, String) =
          (try row.decode(atIndex: 0), try row.decode(atIndex: 1), try row.decode(atIndex: 2))
        return ("\(caseID) \(reviewer)", verdict)
      }, uniquingKeysWith: { $1 })
  }
}

extension StudyDraft {
  /// The draft with the labels and decisions of a file, and with the file's cases where it has none.
  ///
  /// - Throws: ``ImportFault/contradiction(rater:caseName:line:)``.
  fileprivate func completed(by verdicts: [ImportedVerdict]) throws -> StudyDraft {
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
