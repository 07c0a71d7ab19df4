import Agreement
import Foundation
import GRDB
import PlainText

extension ReviewStore {
  private static let importCacheKilobytes = 16_000

  /// Records verdicts that were given elsewhere.
  public func importVerdicts(_ verdicts: [ImportedVerdict], into draft: StudyDraft, origin: String) throws -> ImportReport {
    try write { database in
      // So many rows at once come back to pages that were written before: with 2 MB, which is enough for all else, they are written several times.
      try database.execute(sql: "PRAGMA cache_size = -\(Self.importCacheKilobytes)")
      defer { try? database.execute(sql: "PRAGMA cache_size = -2000") }
      let origin = origin.storable
      var report = ImportReport()
      let existing = try self.study(named: draft.name, in: database)
      report.madeStudy = existing == nil
      if let existing, existing.annotating != nil { throw ImportFault.annotations(study: existing.name) }
      if (existing?.relabelling ?? draft.settings.relabelling) != nil, existing?.relabelling != nil || existing == nil {
        let study = try existing ?? self.makeStudy(try draft.completedSets(by: verdicts), in: database)
        guard let relabelling = study.relabelling else { throw ReviewStoreError.unknownStudy(study.name) }
        var report = try self.importAnswers(verdicts, into: study, relabelling, isNew: existing == nil, origin: origin, in: database)
        report.madeStudy = existing == nil
        if report.madeStudy { report.skipped = 0 }
        return report
      }
      if let existing, existing.diagnosisCode != draft.diagnosisCode {
        throw ReviewStoreError.otherDiagnosis(study: existing.name, stored: existing.diagnosisCode, wanted: draft.diagnosisCode)
      }
      try ImportFault.check(verdicts, areAbout: draft.diagnosisCode)
      let study = try existing ?? self.makeStudy(try draft.completed(by: verdicts), in: database)
      var intake = try VerdictIntake(verdicts, into: study, isNew: report.madeStudy, in: self, database)
      try ChainWriter.write(in: database) { chain in
        for verdict in verdicts {
          if ReservedRater.contains(verdict.rater) {
            report.skipped += report.madeStudy ? 0 : 1
          } else {
            try intake.take(verdict, origin: origin, report: &report, chain: &chain)
          }
        }
      }
      return report
    }
  }

  /// What an event's digest covers of a study.
  func studyPart(_ study: Study, in database: Database) throws -> EventRow.StudyPart {
    EventRow.StudyPart(
      rowID: try row(of: study, in: database), identifier: study.id.uuidString, diagnosis: study.diagnosisCode, question: study.question,
      blinding: study.blinding.text, settings: study.settingsJSON)
  }

  /// A row about a verdict of a file; its identifier, and its place in the chain, are still open.
  ///
  /// - Parameter origin: the file, in a text that can be stored.
  func row(
    _ verdict: ImportedVerdict, by reviewer: String, on studyCase: EventRow.CasePart, of study: EventRow.StudyPart, origin: String
  ) -> EventRow {
    EventRow(
      sequence: 0, identifier: "", kind: VerdictEvent.Kind.verdict.rawValue, study: study, studyCase: studyCase, reviewer: reviewer,
      verdict: verdict.verdict.rawValue, timeMilliseconds: (verdict.time ?? Date()).milliseconds,
      spentMilliseconds: verdict.seconds.flatMap(Self.milliseconds), visible: verdict.visible.text, note: verdict.note.storable,
      recordingDigest: verdict.recordingDigest?.description.storable, modelDigest: verdict.modelDigest?.storable,
      probability: verdict.probability.flatMap(Self.probability), programVersion: programVersion,
      origin: "\(origin) line \(verdict.line)", measured: MeasuredFigures.text(verdict.measured),
      previousDigest: EventRow.chainStart, digest: EventRow.chainStart)
  }
}

/// Takes a file's verdicts into a study, one by one: of each it keeps who and where in numbers, for a file may have a million.
private struct VerdictIntake {
  private let study: Study
  private let isNew: Bool
  private let store: ReviewStore
  private let part: EventRow.StudyPart
  private let finder: CaseFinder
  private let held: RepeatedStatement
  private var raters = RaterNumbers()
  /// The verdicts that stand, as places in ``words``: there are three.
  private var standing: [RaterOnCase: UInt8] = [:]
  private var words: [String] = Verdict.allCases.map(\.rawValue)

  /// What an event of the store says, as far as a file can contradict it.
  private struct HeldEvent: Equatable {
    let kind: String
    let study: Int64
    let studyCase: Int64
    let reviewer: String
    let verdict: String
  }

  init(_ verdicts: [ImportedVerdict], into study: Study, isNew: Bool, in store: ReviewStore, _ database: Database) throws {
    self.study = study
    self.isNew = isNew
    self.store = store
    part = try store.studyPart(study, in: database)
    finder = try CaseFinder(
      study, row: part.rowID, withDigests: verdicts.contains { $0.recordingDigest != nil }, in: database)
    held = try RepeatedStatement("SELECT kind, study_id, case_id, reviewer, verdict FROM event WHERE identifier = ?", in: database)
    guard !isNew else {
      standing.reserveCapacity(verdicts.count)
      return
    }
    try takeStanding(database)
  }

  /// Notes the verdicts that stand, found in the index alone.
  private mutating func takeStanding(_ database: Database) throws {
    let takenBack = try EventRow.takenBack(in: part.rowID, of: database)
    var walk = StudyRules.Walk<RaterOnCase, UInt8>()
    var reviewer = ""
    var rater: Int32 = 0
    func keep(_ standing: (place: RaterOnCase, value: UInt8)?) {
      if let standing { self.standing[standing.place] = standing.value }
    }
    try database.scan(
      """
      SELECT reviewer, case_id, sequence, verdict FROM event WHERE study_id = ? AND kind = ? ORDER BY reviewer, case_id, sequence
      """, arguments: [part.rowID, VerdictEvent.Kind.verdict.rawValue]
    ) { row in
      let name = row.string(0)
      if !name.isExactly(reviewer) { (reviewer, rater) = (name, raters.number(ofStored: name)) }
      keep(
        walk.add(
          number(of: row.string(3)), at: RaterOnCase(caseRow: row.integer(1), rater: rater), isTakenBack: takenBack.contains(row.integer(2))
        ))
    }
    keep(walk.take())
  }

  /// The place of a word; unknown words, which an event of a newer program may hold, are added.
  private mutating func number(of word: String) -> UInt8 {
    if let place = words.firstIndex(of: word) { return UInt8(clamping: place) }
    if words.count < Int(UInt8.max) { words.append(word) }
    return UInt8(clamping: words.count - 1)
  }

  mutating func take(_ verdict: ImportedVerdict, origin: String, report: inout ImportReport, chain: inout ChainWriter) throws {
    let rater = try raters.number(of: verdict.rater)
    let place = RaterOnCase(caseRow: try finder.judged(by: verdict), rater: rater)
    let reviewer = raters.names[Int(rater)]
    let word = verdict.verdict.rawValue
    let stands = standing[place].map { words[Int($0)] }
    if isNew, verdict.event == nil, stands == word {
      report.known += 1
      return
    }
    let studyCase = try finder.part(place.caseRow)
    let own = UUID(
      contentOf: ["import", part.identifier, studyCase.identifier, reviewer, word], beside: UUID(stored: studyCase.identifier))
    var identifier = verdict.event ?? own
    var held = try heldEvent(identifier, mayBeOwn: verdict.event == nil)
    if let event = held, event.study != part.rowID {
      // A store holds an event once; in a second study of it the verdict is an event of its own.
      identifier = own
      held = try heldEvent(identifier, mayBeOwn: false)
    }
    let said = HeldEvent(
      kind: VerdictEvent.Kind.verdict.rawValue, study: part.rowID, studyCase: place.caseRow, reviewer: reviewer, verdict: word)
    if held == said || (held == nil && stands == word) {
      report.known += 1
      return
    }
    if held != nil || stands != nil {
      let line = "line \(verdict.line): \(reviewer) on case '\(verdict.caseName)'"
      guard held == nil, let stands else {
        return report.add(conflict: "\(line): '\(word)' in the file, whose event \(identifier.uuidString) says something else in the study")
      }
      return report.add(conflict: "\(line): '\(stands)' in the study and '\(word)' in the file")
    }
    var row = store.row(verdict, by: reviewer, on: studyCase, of: part, origin: origin)
    row.identifier = identifier.stored
    try chain.append(&row)
    standing[place] = number(of: word)
    report.added += 1
  }

  /// The event of an identifier; what this import gave an identifier of its own, in a study that it made, is among what stands.
  private func heldEvent(_ identifier: UUID, mayBeOwn: Bool) throws -> HeldEvent? {
    if isNew, mayBeOwn { return nil }
    held.bind(1, identifier.stored)
    return try held.first { row in
      HeldEvent(
        kind: row.string(0), study: row.integer(1), studyCase: row.integer(2), reviewer: row.string(3), verdict: row.string(4))
    }
  }
}
