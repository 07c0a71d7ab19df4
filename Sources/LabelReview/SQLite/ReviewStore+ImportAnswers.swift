import Agreement
import ECG
import Foundation
import GRDB

extension ReviewStore {
  /// Records answers of a study that relabels which were given elsewhere: rows of one reader on one case are one answer.
  ///
  /// What no row says of a statement was not asked. Labels and a model's decisions belong to the study's cases and are not taken.
  func importAnswers(
    _ verdicts: [ImportedVerdict], into study: Study, _ relabelling: Relabelling, origin: String, in database: Database
  ) throws -> ImportReport {
    var report = ImportReport()
    let cases = try self.cases(of: study, in: database)
    let finder = CaseFinder(cases)
    var groups = ImportedAnswers(asked: relabelling.statements, rows: verdicts.count)
    for verdict in verdicts {
      if ReservedRater.contains(verdict.rater) {
        report.skipped += 1
        continue
      }
      let studyCase = try finder.judged(by: verdict, of: study)
      try groups.add(verdict, on: studyCase)
    }
    var standing: [String: CaseAnswer] = [:]
    for row in try standingRows(.verdict, of: study, in: database) {
      standing["\(row.studyCase.identifier) \(row.reviewer)"] = row.answer.flatMap(CaseAnswer.init(form:))
    }
    for group in groups.all {
      let key = "\(group.studyCase.id.uuidString) \(group.first.rater.storableName)"
      if let other = standing[key] {
        if other.statements == group.answer.statements {
          report.known += 1
        } else {
          report.conflicts.append(
            "line \(group.first.line): \(group.first.rater) on case '\(group.first.caseName)': '\(relabelling.words(other))' in the study and '\(relabelling.words(group.answer))' in the file"
          )
        }
        continue
      }
      try append(group, of: study, origin: origin, in: database)
      standing[key] = group.answer
      report.added += 1
    }
    return report
  }

  private func append(_ group: ImportedAnswers.Group, of study: Study, origin: String, in database: Database) throws {
    let first = group.first
    var row = try newRow(.verdict, study: study, caseID: group.studyCase.id, time: first.time ?? Date(), in: database)
    let own = UUID(contentOf: ["import", study.id.uuidString, group.studyCase.id.uuidString, first.rater.storableName, group.answer.form])
    let isFree =
      try first.event.map { event in
        try
          !(Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM event WHERE identifier = ?)", arguments: [event.uuidString]) ?? true)
      } ?? false
    row.identifier = (isFree ? first.event ?? own : own).uuidString
    row.reviewer = first.rater.storableName
    row.verdict = group.answer.summary.rawValue
    row.answer = group.answer.form
    row.spentMilliseconds = first.seconds.flatMap(Self.milliseconds)
    row.visible = first.visible.text
    row.note = first.note.storable
    row.recordingDigest = first.recordingDigest?.description.storable
    row.modelDigest = first.modelDigest?.storable
    row.measured = MeasuredFigures.text(first.measured)
    row.origin = "\(origin.storable) line \(first.line)"
    try row.append(to: database)
  }
}

/// Finds the cases that a file's rows are about: by what was judged, else by name.
struct CaseFinder {
  private let byName: [Showing: StudyCase]
  private let byRecord: [Showing: [StudyCase]]
  private let byDigest: [String: StudyCase]

  init(_ cases: [StudyCase]) {
    let names = StudyExport.uniqueNames(of: cases)
    byName = Dictionary(
      cases.map { (Showing(path: names[$0.id] ?? "", repetition: $0.repetition), $0) }, uniquingKeysWith: { first, _ in first })
    // What looks like another name to people may still be the only one of these bytes.
    byRecord = Dictionary(grouping: cases) { Showing(path: $0.record, repetition: $0.repetition) }
    byDigest = Dictionary(
      cases.compactMap { studyCase in studyCase.digest.map { ("\($0) \(studyCase.repetition)", studyCase) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The case that a row's rater may have judged.
  ///
  /// - Throws: ``ImportFault`` where the study has none, or its recording is another; what is wrong with the rater's name.
  func judged(by verdict: ImportedVerdict, of study: Study) throws -> StudyCase {
    try StudyRules.checkReviewer(verdict.rater)
    guard let studyCase = find(verdict) else {
      throw ImportFault.unknownCase(verdict.caseName, line: verdict.line, study: study.name)
    }
    if let judged = verdict.recordingDigest, let known = studyCase.digest, judged != known {
      throw ImportFault.otherRecording(verdict.caseName, line: verdict.line, study: study.name)
    }
    return studyCase
  }

  /// The case of a row; nil where the study has none.
  func find(_ verdict: ImportedVerdict) -> StudyCase? {
    let name = Showing(path: verdict.caseName, repetition: verdict.repetition)
    let sameName = byName[name] ?? (byRecord[name]?.count == 1 ? byRecord[name]?.first : nil)
    return verdict.recordingDigest.flatMap { byDigest["\($0) \(verdict.repetition)"] } ?? sameName
  }
}

/// Rows of a file put together to answers.
private struct ImportedAnswers {
  struct Group {
    let studyCase: StudyCase
    let first: ImportedVerdict
    var answer: CaseAnswer
  }

  private let asked: [Statement]
  private let rows: Int
  private let unasked: CaseAnswer
  private var statementOfName: [String: Statement] = [:]
  private(set) var all: [Group] = []
  private var places: [String: Int] = [:]

  init(asked: [Statement], rows: Int) {
    self.asked = asked
    self.rows = rows
    unasked = CaseAnswer(Dictionary(asked.map { ($0.code, StatementAnswer.notAsked) }, uniquingKeysWith: { first, _ in first }))
  }

  mutating func add(_ verdict: ImportedVerdict, on studyCase: StudyCase) throws {
    guard let name = verdict.diagnosis, let statement = statementOfName[name] ?? asked.named(name) else {
      throw ImportFault.unknownDiagnosis(verdict.diagnosis ?? "", line: verdict.line)
    }
    statementOfName[name] = statement
    let key = "\(studyCase.id.uuidString) \(verdict.rater.storableName)"
    let place = places[key] ?? all.count
    if place == all.count {
      if let sparse = SparseAnswers(answers: all.count + 1, statements: asked.count, rows: rows) { throw ImportFault.tooSparse(sparse) }
      places[key] = place
      all.append(Group(studyCase: studyCase, first: verdict, answer: unasked))
    }
    let said = StatementAnswer(verdict.verdict, likelihood: verdict.likelihood)
    let before = all[place].answer[statement.code]
    guard before == .notAsked || before == said else {
      throw ImportFault.contradiction(rater: verdict.rater, caseName: verdict.caseName, line: verdict.line)
    }
    all[place].answer[statement.code] = said
  }
}
