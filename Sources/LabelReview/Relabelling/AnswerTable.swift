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
  public let columns: [Column]
  /// What each column says, one cell a statement, so that no statistic looks a code up again.
  private let cells: [SetAnswers.Column]

  /// A table of columns.
  init(statements: [Statement], caseNames: [String], sources: [String], columns: [Column]) {
    self.statements = statements
    self.caseNames = caseNames
    self.sources = sources
    self.columns = columns
    let places = Dictionary(statements.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
    let repeated = statements.indices.filter { places[statements[$0].code] != $0 }
    cells = columns.map { column in
      var found = SetAnswers.Column()
      found.cases.reserveCapacity(column.entries.count)
      found.cells.reserveCapacity(column.entries.count * statements.count)
      for entry in column.entries {
        let start = found.cells.count
        found.cases.append(Int32(entry.caseNumber))
        found.cells.append(contentsOf: repeatElement(.absent, count: statements.count))
        for (code, said) in entry.answer.statements {
          if let place = places[code] { found.cells[start + place] = said }
        }
        for place in repeated { found.cells[start + place] = entry.answer[statements[place].code] }
      }
      return found
    }
  }

  /// The readers without label, model and consensus.
  public var readers: [Column] { columns.filter { !ReservedRater.contains($0.rater) } }

  /// The columns of the readers as the statistics on sets want them; with others by name where asked.
  public func sets(with others: [String] = []) -> SetAnswers {
    let chosen = columns.indices.filter { !ReservedRater.contains(columns[$0].rater) || others.contains(columns[$0].rater) }
    return SetAnswers(
      readers: chosen.map { columns[$0].rater }, statements: statements.map(\.abbreviation), caseCount: caseNames.count,
      columns: chosen.map { cells[$0] })
  }

  /// What raters say of one statement, as the statistics on a single question want it.
  ///
  /// What is not asked of a reader, or unknown of a label, is no verdict.
  public func verdicts(on statement: Statement) -> RaterVerdicts {
    let place = statements.firstIndex(of: statement)
    let found = zip(columns, cells).compactMap { column, cells -> RaterVerdicts.Column? in
      guard let place else { return nil }
      var entries: [RaterVerdicts.Entry] = []
      entries.reserveCapacity(cells.cases.count)
      for (row, number) in cells.cases.enumerated() {
        guard let verdict = cells.cells[row * statements.count + place].verdict else { continue }
        entries.append(RaterVerdicts.Entry(caseNumber: Int(number), verdict: verdict))
      }
      return entries.isEmpty ? nil : RaterVerdicts.Column(rater: column.rater, entries: entries)
    }
    return RaterVerdicts(columns: found, sources: sources, names: caseNames)
  }
}
