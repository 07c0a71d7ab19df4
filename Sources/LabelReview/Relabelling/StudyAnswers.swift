import Agreement
import ECG

/// All that was said in a study: readers' answers, labels, the model's decisions, adjudications, and answers given after uncovering.
///
/// A study of one question is taken for one of a single statement. Second showings are left out.
public struct StudyAnswers: Sendable {
  /// The study.
  public let study: Study
  /// Its cases in their first showing.
  public let cases: [StudyCase]
  /// What readers, label and model say, for statistics.
  public let table: AnswerTable
  /// The same as answers: readers as they began, then `label`, then `model`.
  public let columns: [RaterAnswers]
  /// The model's probabilities, by case.
  public let probabilities: [[String: Double]]
  /// What an adjudicator said, by case.
  public let adjudications: [CaseAnswer?]
  /// Readers' answers after uncovering what the study hides; a reader who uncovered and said nothing more keeps the answer before.
  public let afterReveal: [RaterAnswers]
  /// How the readers' answers came about, for what is said of prefilled ones.
  public let given: [StandingAnswer]

  /// The readers without label and model.
  public var readers: [RaterAnswers] { columns.filter { !ReservedRater.contains($0.rater) } }

  /// The names by which the cases are exported.
  public var caseNames: [String] { table.caseNames }

  /// Reads a study.
  ///
  /// - Throws: ``ReviewStoreError``.
  public init(of study: Study, in store: any ReviewStoring) throws {
    self.study = study
    let all = try store.cases(of: study)
    let cases = all.filter { $0.repetition == 1 }
    self.cases = cases
    let names = StudyExport.uniqueNames(of: all)
    let number = Dictionary(cases.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let statements = study.relabelling?.statements ?? [Self.statement(of: study)]
    let hasRepeats = cases.count < all.count
    let answers = { (kind: VerdictEvent.Kind) in
      let found = try Self.answers(kind, of: study, in: store)
      return hasRepeats ? found.filter { number[$0.caseID] != nil } : found
    }
    given = try answers(.verdict)
    let decisions = try answers(.modelDecision)
    func columns(_ answers: [StandingAnswer]) -> [RaterAnswers] {
      var columns: [RaterAnswers] = []
      for answer in answers {
        if columns.last.map({ !$0.rater.utf8.elementsEqual(answer.rater.utf8) }) ?? true {
          columns.append(RaterAnswers(rater: answer.rater, entries: []))
        }
        columns[columns.count - 1].entries.append((number[answer.caseID] ?? 0, answer.answer))
      }
      return columns
    }
    let code = statements[0].code
    let labels = cases.enumerated().compactMap { place, entry -> (caseNumber: Int, answer: CaseAnswer)? in
      (entry.labels ?? entry.label.map { CaseAnswer([code: StatementAnswer($0)]) }).map { (place, $0) }
    }
    let label = labels.isEmpty ? [] : [RaterAnswers(rater: ReservedRater.label, entries: labels)]
    self.columns = columns(given) + label + columns(decisions)
    table = AnswerTable(
      statements: statements, caseNames: cases.map { names[$0.id] ?? $0.record }, sources: cases.map { $0.source ?? "" },
      answers: self.columns)
    var probabilities = [[String: Double]](repeating: [:], count: cases.count)
    for decision in decisions { probabilities[number[decision.caseID] ?? 0] = decision.answer.probabilities }
    self.probabilities = probabilities
    // The later one is in force.
    var settled = [CaseAnswer?](repeating: nil, count: cases.count)
    for answer in try answers(.adjudication).sorted(by: { $0.sequence < $1.sequence }) {
      settled[number[answer.caseID] ?? 0] = answer.answer
    }
    adjudications = settled
    guard study.settings.allowsReveal == true else {
      afterReveal = []
      return
    }
    afterReveal = columns(try Self.revealed(of: study, in: store, before: given, number: number))
  }

  /// The statement that a study of one question is about.
  private static func statement(of study: Study) -> Statement {
    Diagnosis.with(code: study.diagnosisCode).map { Statement($0) }
      ?? Statement(code: study.diagnosisCode, abbreviation: study.diagnosisCode, name: study.question)
  }

  /// Standing answers of a kind; of a study of one question, its verdicts as sets of one statement.
  private static func answers(_ kind: VerdictEvent.Kind, of study: Study, in store: any ReviewStoring) throws -> [StandingAnswer] {
    guard study.relabelling == nil else { return try store.answers(kind, of: study) }
    let code = statement(of: study).code
    return try store.standing(kind, of: study).map { standing in
      let event = standing.event
      let probabilities = event.probability.map { [code: $0] } ?? [:]
      return StandingAnswer(
        caseID: standing.studyCase.id, rater: standing.rater,
        answer: CaseAnswer([code: StatementAnswer(event.verdict)], probabilities: kind == .modelDecision ? probabilities : [:]),
        sequence: event.sequence, visible: event.visible, seconds: event.seconds)
    }
  }

  /// What stands after each uncovering: the answer given then, else the one before.
  private static func revealed(
    of study: Study, in store: any ReviewStoring, before: [StandingAnswer], number: [StudyCase.ID: Int]
  ) throws -> [StandingAnswer] {
    struct Place: Hashable {
      let caseID: StudyCase.ID
      let rater: [UInt8]
    }
    let later = Dictionary(
      try answers(.verdictAfterReveal, of: study, in: store).map { (Place(caseID: $0.caseID, rater: Array($0.rater.utf8)), $0) },
      uniquingKeysWith: { $1 })
    let first = Dictionary(before.map { (Place(caseID: $0.caseID, rater: Array($0.rater.utf8)), $0) }, uniquingKeysWith: { $1 })
    return try store.standing(.reveal, of: study).compactMap { reveal in
      guard number[reveal.studyCase.id] != nil else { return nil }
      let place = Place(caseID: reveal.studyCase.id, rater: Array(reveal.rater.utf8))
      return later[place] ?? first[place]
    }
  }
}
