import Agreement

/// What raters say of many statements in many cases, wherever it comes from: a study's log or a CSV.
public struct AnswerTable: Sendable {
  /// One rater's answers in order of the cases.
  public struct Column: Sendable {
    /// Who: a reader, `label` or `model`.
    public let rater: String
    /// What is said, by the case's number; each case once.
    public var entries: [(caseNumber: Int, answer: CaseAnswer)]
  }

  /// The statements asked about.
  public let statements: [Statement]
  /// The cases' names by their numbers.
  public let caseNames: [String]
  /// Their data sources; empty where unknown.
  public let sources: [String]
  /// Readers as they began, then `label`, then `model`.
  public internal(set) var columns: [Column]

  /// The readers without label, model and consensus.
  public var readers: [Column] { columns.filter { !ReservedRater.contains($0.rater) } }

  /// The columns of the readers as the statistics on sets want them; with others by name where asked.
  public func sets(with others: [String] = []) -> SetAnswers? {
    let chosen = columns.filter { !ReservedRater.contains($0.rater) || others.contains($0.rater) }
    // Of an answer's many statements few are named.
    let places = Dictionary(statements.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
    let nothing = [StatementAnswer](repeating: .absent, count: statements.count)
    let answers = chosen.enumerated().flatMap { number, column in
      column.entries.map { entry in
        var row = nothing
        for (code, said) in entry.answer.statements { if let place = places[code] { row[place] = said } }
        return SetAnswers.Answer(caseNumber: entry.caseNumber, reader: number, statements: row)
      }
    }
    return SetAnswers(
      readers: chosen.map(\.rater), statements: statements.map(\.abbreviation), caseCount: caseNames.count, answers: answers)
  }

  /// What raters say of one statement, as the statistics on a single question want it.
  ///
  /// What is not asked of a reader, or unknown of a label, is no verdict.
  public func verdicts(on statement: Statement) -> RaterVerdicts {
    let columns = columns.compactMap { column -> RaterVerdicts.Column? in
      let entries = column.entries.compactMap { entry in
        entry.answer[statement.code].verdict.map { RaterVerdicts.Entry(caseNumber: entry.caseNumber, verdict: $0) }
      }
      return entries.isEmpty ? nil : RaterVerdicts.Column(rater: column.rater, entries: entries)
    }
    return RaterVerdicts(columns: columns, sources: sources, names: caseNames)
  }
}
