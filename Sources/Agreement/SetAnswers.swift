/// Readers' answers about many statements at once, arranged by case.
public struct SetAnswers: Sendable {
  /// One reader's answer to one case: every statement, in order.
  public struct Answer: Sendable, Hashable {
    /// The case's number.
    public let caseNumber: Int
    /// The reader's number.
    public let reader: Int
    /// What is said of each statement.
    public let statements: [StatementAnswer]

    /// An answer.
    public init(caseNumber: Int, reader: Int, statements: [StatementAnswer]) {
      self.caseNumber = caseNumber
      self.reader = reader
      self.statements = statements
    }
  }

  /// The readers' names by their numbers.
  public let readers: [String]
  /// The statements' names in order.
  public let statements: [String]
  /// Number of cases.
  public let caseCount: Int
  /// Where each case's rows begin, and the end of the last.
  let starts: [Int]
  /// The reader of each row; within a case in order.
  let readerOfRow: [Int]
  /// Rows of one cell a statement.
  private let cells: [StatementAnswer]

  /// An arrangement of answers in any order.
  ///
  /// Of several answers of one reader to one case the first counts.
  ///
  /// - Returns: nil where an answer names a case or a reader that there is not, or does not have one cell a statement.
  public init?(readers: [String], statements: [String], caseCount: Int, answers: some Sequence<Answer>) {
    var order: [Answer] = []
    for answer in answers {
      guard
        (0..<caseCount).contains(answer.caseNumber), readers.indices.contains(answer.reader), answer.statements.count == statements.count
      else { return nil }
      order.append(answer)
    }
    let sorted = order.indices.sorted {
      (order[$0].caseNumber, order[$0].reader, $0) < (order[$1].caseNumber, order[$1].reader, $1)
    }
    var starts = [0]
    starts.reserveCapacity(caseCount + 1)
    var readerOfRow: [Int] = []
    var cells: [StatementAnswer] = []
    readerOfRow.reserveCapacity(order.count)
    cells.reserveCapacity(order.count * statements.count)
    for index in sorted {
      let answer = order[index]
      while starts.count <= answer.caseNumber { starts.append(readerOfRow.count) }
      if let before = readerOfRow.last, readerOfRow.count > starts[answer.caseNumber], before == answer.reader { continue }
      readerOfRow.append(answer.reader)
      cells += answer.statements
    }
    while starts.count <= caseCount { starts.append(readerOfRow.count) }
    self.readers = readers
    self.statements = statements
    self.caseCount = caseCount
    self.starts = starts
    self.readerOfRow = readerOfRow
    self.cells = cells
  }

  /// One reader's answers, in order of the cases, each case once.
  package struct Column: Sendable {
    /// The cases' numbers.
    package var cases: [Int32] = []
    /// Of each case one cell a statement.
    package var cells: [StatementAnswer] = []

    /// No answer yet.
    package init() {}
  }

  /// An arrangement of columns, one a reader.
  package init(readers: [String], statements: [String], caseCount: Int, columns: [Column]) {
    var starts = [Int](repeating: 0, count: caseCount + 1)
    for column in columns { for number in column.cases { starts[Int(number) + 1] += 1 } }
    for place in starts.indices.dropFirst() { starts[place] += starts[place - 1] }
    let (width, total) = (statements.count, starts[caseCount])
    var next = starts
    var readerOfRow = [Int](repeating: 0, count: total)
    cells = [StatementAnswer](unsafeUninitializedCapacity: total * width) { cells, count in
      for (reader, column) in columns.enumerated() {
        column.cells.withUnsafeBufferPointer { said in
          for (place, number) in column.cases.enumerated() {
            let row = next[Int(number)]
            next[Int(number)] += 1
            readerOfRow[row] = reader
            for statement in 0..<width { cells.initializeElement(at: row * width + statement, to: said[place * width + statement]) }
          }
        }
      }
      count = total * width
    }
    self.readers = readers
    self.statements = statements
    self.caseCount = caseCount
    self.starts = starts
    self.readerOfRow = readerOfRow
  }

  /// Number of answers.
  public var count: Int { readerOfRow.count }

  /// The rows of a case.
  func rows(of caseNumber: Int) -> Range<Int> { starts[caseNumber]..<starts[caseNumber + 1] }

  /// The cells of a row.
  subscript(row row: Int) -> ArraySlice<StatementAnswer> { cells[(row * statements.count)..<((row + 1) * statements.count)] }

  /// The verdicts on one statement, for all that is said of a single one; cases in which it was not asked about have none.
  public func votes(on statement: Int) -> StatementVotes {
    var starts: [Int32] = [0]
    starts.reserveCapacity(caseCount + 1)
    var ballots: [StatementVotes.Ballot] = []
    ballots.reserveCapacity(count)
    for number in 0..<caseCount {
      for row in rows(of: number) {
        guard let verdict = cells[row * statements.count + statement].verdict else { continue }
        ballots.append(StatementVotes.Ballot(reader: Int32(readerOfRow[row]), verdict: verdict))
      }
      starts.append(Int32(ballots.count))
    }
    return StatementVotes(readers: readers, starts: starts, ballots: ballots)
  }

  /// For every two readers who share a case, in order of the readers, the rows of their answers to the cases of which both say something: where one knows no
  /// statement that the other does, as a label in words of another vocabulary, there is nothing to be compared.
  func sharedRows() -> [(first: Int, second: Int, rows: [(Int, Int)])] {
    var places: [Int: Int] = [:]
    var found: [(first: Int, second: Int, rows: [(Int, Int)])] = []
    for number in 0..<caseCount {
      let rows = rows(of: number)
      for first in rows {
        for second in rows.dropFirst(first + 1 - rows.lowerBound) {
          let share = zip(self[row: first], self[row: second]).contains { $0 != .notAsked && $1 != .notAsked }
          guard share || statements.isEmpty else { continue }
          let pair = readerOfRow[first] * readers.count + readerOfRow[second]
          if let place = places[pair] {
            found[place].rows.append((first, second))
          } else {
            places[pair] = found.count
            found.append((readerOfRow[first], readerOfRow[second], [(first, second)]))
          }
        }
      }
    }
    return found.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }
}
