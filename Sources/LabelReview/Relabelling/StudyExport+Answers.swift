import Agreement
import ECG

/// What a study that relabels holds, as rows: one a case, rater and statement.
extension StudyExport {
  /// What a row says of one statement.
  struct Said: Sendable {
    /// The statement's abbreviation.
    let diagnosis: String
    /// What is said of it.
    let answer: StatementAnswer
    /// What the reader found filled in; nil where nothing was.
    let prefilled: StatementAnswer?
    /// The model's probability of it, by a model.
    let probability: Double?

    /// Columns behind `verdict`, and at the end.
    static let (columns, furtherColumns) = (["diagnosis", "likelihood"], ["prefilled"])
    var fields: [String] { [diagnosis, answer.likelihood?.rawValue ?? ""] }
    var furtherFields: [String] { [prefilled?.verdict?.rawValue ?? ""] }

    init(_ statement: Statement, of answer: CaseAnswer) {
      diagnosis = statement.abbreviation
      self.answer = answer[statement.code]
      prefilled = answer.prefill.flatMap { $0 == .none ? nil : answer.prefilled[statement.code] ?? .absent }
      probability = answer.probabilities[statement.code]
    }
  }

  /// The answers that count, a row a statement; of a label those that are known.
  static func standingAnswers(_ study: Study, in store: any ReviewStoring, raters: Raters) throws -> StudyExport {
    let statements = study.relabelling?.statements ?? []
    let cases = try store.cases(of: study)
    let names = uniqueNames(of: cases)
    if raters == .consensus { return try consensusAnswers(study, in: store, names: names) }
    var rows = try store.standingVerdicts(of: study).flatMap { expanded($0, names: names, statements) }
    if raters == .all {
      for studyCase in cases where studyCase.repetition == 1 {
        guard let labels = studyCase.labels else { continue }
        rows += statements.compactMap { statement in
          labels[statement.code].verdict.map {
            Row(studyCase, name: names[studyCase.id], rater: ReservedRater.label, verdict: $0, event: nil).about(statement, labels)
          }
        }
      }
      rows += try store.modelDecisions(of: study).flatMap { expanded($0, names: names, statements) }
    }
    return StudyExport(rows: rows, isLog: false, isOfSets: true)
  }

  private static func expanded(_ standing: StandingVerdict, names: [StudyCase.ID: String], _ statements: [Statement]) -> [Row] {
    guard let answer = standing.event.answer else { return [] }
    return statements.compactMap { statement in
      answer[statement.code].verdict.map { verdict in
        Row(standing.studyCase, name: names[standing.studyCase.id], rater: standing.rater, verdict: verdict, event: standing.event)
          .about(statement, answer)
      }
    }
  }

  /// What most readers say, or an adjudicator said; open statements are left out.
  private static func consensusAnswers(
    _ study: Study, in store: any ReviewStoring, names: [StudyCase.ID: String]
  ) throws -> StudyExport {
    let answers = try StudyAnswers(of: study, in: store)
    let consensus = StudyConsensus(answers, by: .majority)
    let rows = consensus.sets().enumerated().flatMap { number, set -> [Row] in
      guard let set else { return [] }
      let studyCase = answers.cases[number]
      return answers.table.statements.compactMap { statement in
        guard let verdict = set[statement.code].verdict, verdict != .unsure else { return nil }
        return Row(studyCase, name: names[studyCase.id], rater: ReservedRater.consensus, verdict: verdict, event: nil).about(statement, set)
      }
    }
    return StudyExport(rows: rows, isLog: false, isOfSets: true)
  }

  /// Every event of the log, a row a statement; what says nothing of statements, as an uncovering, has one row.
  static func answerEvents(_ study: Study, in store: any ReviewStoring) throws -> StudyExport {
    let statements = study.relabelling?.statements ?? []
    let cases = try store.cases(of: study)
    let names = uniqueNames(of: cases)
    let byID = Dictionary(cases.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = try store.events(of: study).flatMap { event -> [Row] in
      guard let studyCase = byID[event.caseID] else { return [] }
      let row = Row(studyCase, name: names[event.caseID], rater: event.reviewer, verdict: event.verdict, event: event)
      guard let answer = event.answer, row.givesVerdict else { return [row] }
      return statements.compactMap { statement in
        answer[statement.code].verdict.map {
          Row(studyCase, name: names[event.caseID], rater: event.reviewer, verdict: $0, event: event).about(statement, answer)
        }
      }
    }
    return StudyExport(rows: rows + (try store.unblindings(of: study).map { Row($0) }), isLog: true, isOfSets: true)
  }
}

extension StudyExport.Row {
  /// The row as one about a statement.
  fileprivate func about(_ statement: Statement, _ answer: CaseAnswer) -> Self {
    var row = self
    row.said = StudyExport.Said(statement, of: answer)
    return row
  }
}
