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
    let finder = try CaseFinder(
      study, row: row(of: study, in: database), withDigests: verdicts.contains { $0.recordingDigest != nil }, in: database)
    var groups = ImportedAnswers(asked: relabelling.statements, rows: verdicts.count)
    for verdict in verdicts {
      if ReservedRater.contains(verdict.rater) {
        report.skipped += 1
        continue
      }
      let rater = try groups.raters.number(of: verdict.rater)
      try groups.add(verdict, at: RaterOnCase(caseRow: try finder.judged(by: verdict), rater: rater))
    }
    var standing: [RaterOnCase: CaseAnswer] = [:]
    for row in try standingRows(.verdict, of: study, in: database) {
      let place = RaterOnCase(caseRow: row.studyCase.rowID, rater: groups.raters.number(ofStored: row.reviewer))
      standing[place] = row.answer.flatMap(CaseAnswer.init(form:))
    }
    let part = try studyPart(study, in: database)
    let isTaken = try RepeatedStatement("SELECT 1 FROM event WHERE identifier = ?", in: database)
    try ChainWriter.write(in: database) { chain in
      for group in groups.all {
        let first = group.first
        guard let other = standing[group.place] else {
          let own = UUID(contentOf: [
            "import", study.id.uuidString, try finder.part(group.place.caseRow).identifier, first.rater.storableName, group.answer.form,
          ])
          isTaken.bind(1, first.event?.uuidString)
          let isFree = try first.event != nil && isTaken.first { _ in true } == nil
          var row = self.row(
            first, by: groups.raters.names[Int(group.place.rater)], on: try finder.part(group.place.caseRow), of: part, origin: origin)
          row.identifier = (isFree ? first.event ?? own : own).uuidString
          row.verdict = group.answer.summary.rawValue
          row.answer = group.answer.form
          try chain.append(&row)
          standing[group.place] = group.answer
          report.added += 1
          continue
        }
        guard other.statements != group.answer.statements else {
          report.known += 1
          continue
        }
        report.add(
          conflict:
            "line \(first.line): \(first.rater) on case '\(first.caseName)': '\(relabelling.words(other))' in the study and '\(relabelling.words(group.answer))' in the file"
        )
      }
    }
    return report
  }
}

/// Rows of a file put together to answers.
private struct ImportedAnswers {
  struct Group {
    let place: RaterOnCase
    let first: ImportedVerdict
    var answer: CaseAnswer
  }

  private let asked: [Statement]
  private let rows: Int
  private let unasked: CaseAnswer
  private var statementOfName: [String: Statement] = [:]
  private(set) var all: [Group] = []
  var raters = RaterNumbers()
  private var places: [RaterOnCase: Int] = [:]

  init(asked: [Statement], rows: Int) {
    self.asked = asked
    self.rows = rows
    unasked = CaseAnswer(Dictionary(asked.map { ($0.code, StatementAnswer.notAsked) }, uniquingKeysWith: { first, _ in first }))
  }

  mutating func add(_ verdict: ImportedVerdict, at key: RaterOnCase) throws {
    guard let name = verdict.diagnosis, let statement = statementOfName[name] ?? asked.named(name) else {
      throw ImportFault.unknownDiagnosis(verdict.diagnosis ?? "", line: verdict.line)
    }
    statementOfName[name] = statement
    let place = places[key] ?? all.count
    if place == all.count {
      if let sparse = SparseAnswers(answers: all.count + 1, statements: asked.count, rows: rows) { throw ImportFault.tooSparse(sparse) }
      places[key] = place
      all.append(Group(place: key, first: verdict, answer: unasked))
    }
    let said = StatementAnswer(verdict.verdict, likelihood: verdict.likelihood)
    let before = all[place].answer[statement.code]
    guard before == .notAsked || before == said else {
      throw ImportFault.contradiction(rater: verdict.rater, caseName: verdict.caseName, line: verdict.line)
    }
    all[place].answer[statement.code] = said
  }
}
