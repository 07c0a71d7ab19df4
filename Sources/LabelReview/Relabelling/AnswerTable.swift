import Agreement

/// One rater's answers in order of the cases.
public struct RaterAnswers: Sendable {
  /// Who: a reader, `label` or `model`.
  public let rater: String
  /// What is said, by the case's number; each case once.
  public var entries: [(caseNumber: Int, answer: CaseAnswer)]
}

/// What raters say of many statements in many cases, wherever it comes from: a study's log or a CSV.
public struct AnswerTable: Sendable {
  /// The statements asked about.
  public let statements: [Statement]
  /// The cases' names by their numbers.
  public let caseNames: [String]
  /// Their data sources; empty where unknown.
  public let sources: [String]
  /// Readers as they began, then `label`, then `model`.
  public let raters: [String]
  /// What each rater says, one cell a statement, so that no statistic looks a code up again.
  private let cells: [SetAnswers.Column]

  /// A table of raters' cells.
  init(statements: [Statement], caseNames: [String], sources: [String], raters: [String], cells: [SetAnswers.Column]) {
    self.statements = statements
    self.caseNames = caseNames
    self.sources = sources
    self.raters = raters
    self.cells = cells
  }

  /// A table of raters' answers.
  init(statements: [Statement], caseNames: [String], sources: [String], answers: [RaterAnswers]) {
    let places = Dictionary(statements.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
    let cells = answers.map { column in
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
      }
      return found
    }
    self.init(statements: statements, caseNames: caseNames, sources: sources, raters: answers.map(\.rater), cells: cells)
  }

  /// The columns of the readers as the statistics on sets want them; with others by name where asked.
  public func sets(with others: [String] = []) -> SetAnswers {
    let chosen = raters.indices.filter { !ReservedRater.contains(raters[$0]) || others.contains(raters[$0]) }
    return SetAnswers(
      readers: chosen.map { raters[$0] }, statements: statements.map(\.abbreviation), caseCount: caseNames.count,
      columns: chosen.map { cells[$0] })
  }

  /// What raters say of one statement, as the statistics on a single question want it.
  ///
  /// What is not asked of a reader, or unknown of a label, is no verdict.
  public func verdicts(on statement: Statement) -> RaterVerdicts {
    let place = statements.firstIndex(of: statement)
    let found = zip(raters, cells).compactMap { rater, cells -> RaterVerdicts.Column? in
      guard let place else { return nil }
      var entries: [RaterVerdicts.Entry] = []
      entries.reserveCapacity(cells.cases.count)
      for (row, number) in cells.cases.enumerated() {
        guard let verdict = cells.cells[row * statements.count + place].verdict else { continue }
        entries.append(RaterVerdicts.Entry(caseNumber: Int(number), verdict: verdict))
      }
      return entries.isEmpty ? nil : RaterVerdicts.Column(rater: rater, entries: entries)
    }
    return RaterVerdicts(columns: found, sources: sources, names: caseNames)
  }
}
