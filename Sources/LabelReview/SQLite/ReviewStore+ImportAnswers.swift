import Agreement
import ECG
import Foundation
import GRDB

extension ReviewStore {
  /// Records answers of a study that relabels which were given elsewhere: rows of one reader on one case are one answer.
  ///
  /// What no row says of a statement was not asked. Labels and a model's decisions belong to the study's cases and are not taken.
  func importAnswers(
    _ verdicts: [ImportedVerdict], into study: Study, _ relabelling: Relabelling, isNew: Bool, origin: String, in database: Database
  ) throws -> ImportReport {
    var report = ImportReport()
    let part = try studyPart(study, in: database)
    let finder = try CaseFinder(
      study, row: part.rowID, withDigests: verdicts.contains { $0.recordingDigest != nil }, in: database)
    var answers = ImportedAnswers(asked: relabelling.statements, rows: verdicts.count)
    for (row, verdict) in verdicts.enumerated() {
      if ReservedRater.contains(verdict.rater) {
        report.skipped += 1
        continue
      }
      let rater = try answers.raters.number(of: verdict.rater)
      try answers.add(verdict, row: row, at: RaterOnCase(caseRow: try finder.judged(by: verdict), rater: rater))
    }
    try answers.compare(withStudy: part.rowID, in: database)
    let held = try RepeatedStatement("SELECT study_id, case_id, reviewer, answer FROM event WHERE identifier = ?", in: database)
    let stored = try RepeatedStatement("SELECT answer FROM event WHERE sequence = ?", in: database)
    try ChainWriter.write(in: database) { chain in
      for (number, group) in answers.all.enumerated() {
        let verdict = verdicts[Int(group.firstRow)]
        switch group.standing {
        case .same: report.known += 1
        case .other(let sequence):
          stored.bind(1, sequence)
          let form = try stored.first { $0.string(0) }
          let other = form.flatMap { CaseAnswer(form: $0) } ?? CaseAnswer()
          report.add(
            conflict:
              "line \(verdict.line): \(verdict.rater) on case '\(verdict.caseName)': '\(relabelling.words(other))' in the study and '\(relabelling.words(answers.gathered.answer(number)))' in the file"
          )
        case .nothing:
          let studyCase = try finder.part(group.place.caseRow)
          let reviewer = answers.raters.names[Int(group.place.rater)]
          let form = answers.gathered.form(of: number)
          var row = self.row(verdict, by: reviewer, on: studyCase, of: part, origin: origin)
          let own = UUID(
            contentOf: ["import", part.identifier, studyCase.identifier, reviewer, form], beside: UUID(stored: studyCase.identifier))
          // The store holds no event of a study that was just made.
          let free =
            try isNew && verdict.event == nil
            ? own : free(verdict.event, else: own, for: row, held) { answers.gathered.says(number, theSameAs: $0) }
          guard let free else {
            report.known += 1
            continue
          }
          row.identifier = free.stored
          row.verdict = answers.gathered.summary(of: number).rawValue
          row.answer = form
          try chain.append(&row)
          report.added += 1
        }
      }
    }
    return report
  }

  /// The identifier that a file gives an event, or its own where the store has that for something else; nil where the study has the event, which was taken
  /// back.
  private func free(
    _ given: UUID?, else own: UUID, for row: EventRow, _ held: RepeatedStatement, isSaid: (CaseAnswer) -> Bool
  ) throws -> UUID? {
    for identifier in [given, own].compactMap({ $0 }) {
      held.bind(1, identifier.stored)
      let isSame = try held.first { found in
        found.integer(0) == row.study.rowID && found.integer(1) == row.studyCase.rowID && found.string(2).isExactly(row.reviewer)
          && found.stringOrNull(3).flatMap { CaseAnswer(form: $0) }.map(isSaid) == true
      }
      guard let isSame else { return identifier }
      if isSame { return nil }
    }
    return nil
  }
}

/// Rows of a file put together to answers.
private struct ImportedAnswers {
  /// What the study holds of a rater on a case.
  enum Standing {
    case nothing, same
    /// Something else, in the event of this number.
    case other(Int64)
  }

  struct Group {
    let place: RaterOnCase
    let firstRow: Int32
    var standing = Standing.nothing
  }

  private let rows: Int
  private(set) var all: [Group] = []
  /// What is said, by the groups' numbers.
  var gathered: GatheredAnswers
  var raters = RaterNumbers()
  private var numbers: [RaterOnCase: Int32] = [:]

  init(asked: [Statement], rows: Int) {
    self.rows = rows
    gathered = GatheredAnswers(asked: asked)
  }

  mutating func add(_ verdict: ImportedVerdict, row: Int, at place: RaterOnCase) throws {
    guard let word = verdict.diagnosis, let statement = gathered.place(of: word) else {
      throw ImportFault.unknownDiagnosis(verdict.diagnosis ?? "", line: verdict.line)
    }
    let number = Int(numbers[place] ?? Int32(all.count))
    if number == all.count {
      if let sparse = SparseAnswers(answers: all.count + 1, statements: gathered.asked.count, rows: rows) {
        throw ImportFault.tooSparse(sparse)
      }
      numbers[place] = Int32(number)
      all.append(Group(place: place, firstRow: Int32(row)))
      gathered.begin()
    }
    let said = StatementAnswer(verdict.verdict, likelihood: verdict.likelihood)
    guard [.notAsked, said].contains(gathered[number, statement]) else {
      throw ImportFault.contradiction(rater: verdict.rater, caseName: verdict.caseName, line: verdict.line)
    }
    gathered[number, statement] = said
  }

  /// Notes what the study holds of the same raters on the same cases, one event after the other: a study may have a hundred thousand.
  mutating func compare(withStudy study: Int64, in database: Database) throws {
    let takenBack = try EventRow.takenBack(in: study, of: database)
    var walk = StudyRules.Walk<RaterOnCase, (number: Int, standing: Standing)>()
    var reviewer = ""
    var rater: Int32 = 0
    func keep(_ standing: (place: RaterOnCase, value: (number: Int, standing: Standing))?) {
      if let value = standing?.value { all[value.number].standing = value.standing }
    }
    try database.scan(
      """
      SELECT reviewer, case_id, sequence, answer FROM event WHERE study_id = ? AND kind = ? ORDER BY reviewer, case_id, sequence
      """, arguments: [study, VerdictEvent.Kind.verdict.rawValue]
    ) { row in
      let name = row.string(0)
      if !name.isExactly(reviewer) { (reviewer, rater) = (name, raters.number(ofStored: name)) }
      let place = RaterOnCase(caseRow: row.integer(1), rater: rater)
      guard let number = numbers[place].map({ Int($0) }) else { return }
      let isTakenBack = takenBack.contains(row.integer(2))
      let standing = isTakenBack ? .nothing : self.standing(of: number, row.stringOrNull(3), sequence: row.integer(2))
      keep(walk.add((number, standing), at: place, isTakenBack: isTakenBack))
    }
    keep(walk.take())
  }

  /// What an event says of a group: nothing where it holds no answer that can be read.
  private func standing(of number: Int, _ form: String?, sequence: Int64) -> Standing {
    guard let form else { return .nothing }
    // Nearly all are the same to the letter.
    if form.isExactly(gathered.form(of: number)) { return .same }
    guard let answer = CaseAnswer(form: form) else { return .nothing }
    return gathered.says(number, theSameAs: answer) ? .same : .other(sequence)
  }
}
