import Agreement
import Foundation
import GRDB

extension ReviewStore {
  /// Records verdicts that were given elsewhere.
  public func importVerdicts(_ verdicts: [ImportedVerdict], into draft: StudyDraft, origin: String) throws -> ImportReport {
    try write { database in
      var report = ImportReport()
      let existing = try self.study(named: draft.name, in: database)
      report.madeStudy = existing == nil
      if let existing, existing.annotating != nil { throw ImportFault.annotations(study: existing.name) }
      if (existing?.relabelling ?? draft.settings.relabelling) != nil, existing?.relabelling != nil || existing == nil {
        let study = try existing ?? self.makeStudy(try draft.completedSets(by: verdicts), in: database)
        guard let relabelling = study.relabelling else { throw ReviewStoreError.unknownStudy(study.name) }
        var report = try self.importAnswers(verdicts, into: study, relabelling, origin: origin, in: database)
        report.madeStudy = existing == nil
        if report.madeStudy { report.skipped = 0 }
        return report
      }
      if let existing, existing.diagnosisCode != draft.diagnosisCode {
        throw ReviewStoreError.otherDiagnosis(study: existing.name, stored: existing.diagnosisCode, wanted: draft.diagnosisCode)
      }
      try ImportFault.check(verdicts, areAbout: draft.diagnosisCode)
      let study = try existing ?? self.makeStudy(try draft.completed(by: verdicts), in: database)
      let cases = try self.cases(of: study, in: database)
      let finder = CaseFinder(cases)
      var standing = try self.standingWords(of: study, in: database)
      for verdict in verdicts {
        if ReservedRater.contains(verdict.rater) {
          report.skipped += report.madeStudy ? 0 : 1
          continue
        }
        let studyCase = try finder.judged(by: verdict, of: study)
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
      kind: VerdictEvent.Kind.verdict.rawValue, study: study.id.uuidString, studyCase: studyCase.id.uuidString, reviewer: reviewer,
      verdict: word)
    let ownIdentifier = UUID(contentOf: ["import", study.id.uuidString, studyCase.id.uuidString, reviewer, word])
    var identifier = verdict.event ?? ownIdentifier
    var held = try heldEvent(identifier, in: database)
    if let event = held, event.study != study.id.uuidString {
      // A store holds an event once; in a second study of it the verdict is an event of its own.
      identifier = ownIdentifier
      held = try heldEvent(identifier, in: database)
    }
    let key = "\(studyCase.id.uuidString) \(reviewer)"
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
    row.measured = MeasuredFigures.text(verdict.measured)
    row.origin = "\(origin.storable) line \(verdict.line)"
    try row.append(to: database)
    standing[key] = row.verdict
    report.added += 1
  }

  /// What an event of the store says, as far as a file can contradict it.
  private struct HeldEvent: Equatable {
    let kind: String
    let study: String
    let studyCase: String
    let reviewer: String
    let verdict: String
  }

  private func heldEvent(_ identifier: UUID, in database: Database) throws -> HeldEvent? {
    let find = try database.cachedStatement(
      sql: """
        SELECT event.kind, study.identifier, study_case.identifier, event.reviewer, event.verdict
        FROM event JOIN study ON study.id = event.study_id JOIN study_case ON study_case.id = event.case_id WHERE event.identifier = ?
        """)
    return try Row.fetchOne(find, arguments: [identifier.uuidString]).map { row in
      HeldEvent(
        kind: try row.decode(atIndex: 0), study: try row.decode(atIndex: 1), studyCase: try row.decode(atIndex: 2),
        reviewer: try row.decode(atIndex: 3), verdict: try row.decode(atIndex: 4))
    }
  }

  /// Readers' standing verdicts by the case and the reader.
  private func standingWords(of study: Study, in database: Database) throws -> [String: String] {
    let rows = try standingRows(.verdict, of: study, in: database)
    return Dictionary(rows.map { ("\($0.studyCase.identifier) \($0.reviewer)", $0.verdict) }, uniquingKeysWith: { $1 })
  }
}
