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
      for (number, group) in groups.all.enumerated() {
        let first = group.first
        let (answer, form) = groups.answer(of: number)
        guard let other = standing[group.place] else {
          let studyCase = try finder.part(group.place.caseRow)
          let reviewer = groups.raters.names[Int(group.place.rater)]
          let own = UUID(contentOf: ["import", part.identifier, studyCase.identifier, reviewer, form])
          isTaken.bind(1, first.event?.uuidString)
          let isFree = try first.event != nil && isTaken.first { _ in true } == nil
          var row = self.row(first, by: reviewer, on: studyCase, of: part, origin: origin)
          row.identifier = (isFree ? first.event ?? own : own).uuidString
          row.verdict = answer.summary.rawValue
          row.answer = form
          try chain.append(&row)
          report.added += 1
          continue
        }
        guard other.statements != answer.statements else {
          report.known += 1
          continue
        }
        report.add(
          conflict:
            "line \(first.line): \(first.rater) on case '\(first.caseName)': '\(relabelling.words(other))' in the study and '\(relabelling.words(answer))' in the file"
        )
      }
    }
    return report
  }
}

/// Rows of a file put together to answers: a byte for each statement of each, for there may be a million.
private struct ImportedAnswers {
  struct Group {
    let place: RaterOnCase
    let first: ImportedVerdict
  }

  private let asked: [Statement]
  private let rows: Int
  private(set) var all: [Group] = []
  var raters = RaterNumbers()
  private var placeOfStatement: [String: Int] = [:]
  private var places: [RaterOnCase: Int] = [:]
  /// What is said of each statement of each group, by its place among ``words``.
  private var said: [UInt8] = []
  private var words: [StatementAnswer] = [.notAsked]
  /// The answers of most groups are a few.
  private var known: [ArraySlice<UInt8>: (answer: CaseAnswer, form: String)] = [:]
  private static let mostKnown = 1000

  init(asked: [Statement], rows: Int) {
    self.asked = asked
    self.rows = rows
  }

  mutating func add(_ verdict: ImportedVerdict, at key: RaterOnCase) throws {
    let statement = try place(of: verdict)
    let group = places[key] ?? all.count
    if group == all.count {
      if let sparse = SparseAnswers(answers: all.count + 1, statements: asked.count, rows: rows) { throw ImportFault.tooSparse(sparse) }
      places[key] = group
      all.append(Group(place: key, first: verdict))
      said.append(contentsOf: repeatElement(0, count: asked.count))
    }
    let word = place(of: StatementAnswer(verdict.verdict, likelihood: verdict.likelihood))
    let before = said[group * asked.count + statement]
    guard before == 0 || before == word else {
      throw ImportFault.contradiction(rater: verdict.rater, caseName: verdict.caseName, line: verdict.line)
    }
    said[group * asked.count + statement] = word
  }

  private mutating func place(of verdict: ImportedVerdict) throws -> Int {
    if let name = verdict.diagnosis, let known = placeOfStatement[name] { return known }
    guard let name = verdict.diagnosis, let statement = asked.named(name), let place = asked.firstIndex(of: statement) else {
      throw ImportFault.unknownDiagnosis(verdict.diagnosis ?? "", line: verdict.line)
    }
    placeOfStatement[name] = place
    return place
  }

  private mutating func place(of word: StatementAnswer) -> UInt8 {
    if let place = words.firstIndex(of: word) { return UInt8(place) }
    words.append(word)
    return UInt8(words.count - 1)
  }

  /// What a group says of all statements, and the form in which it is stored.
  mutating func answer(of group: Int) -> (answer: CaseAnswer, form: String) {
    let key = said[group * asked.count..<(group + 1) * asked.count]
    if let found = known[key] { return found }
    let answer = CaseAnswer(Dictionary(zip(asked.map(\.code), key.map { words[Int($0)] }), uniquingKeysWith: { first, _ in first }))
    let made = (answer: answer, form: answer.form)
    if known.count < Self.mostKnown { known[ArraySlice(Array(key))] = made }
    return made
  }
}
