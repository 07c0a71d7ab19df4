import Agreement
import ECG
import PlainText

/// Reads verdicts about many statements: a CSV of `case,rater,verdict,diagnosis`, one row a case, rater and statement, in any order.
public enum AnswerFile {
  /// What is wrong with a file beyond ``VerdictCSV/Fault``.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    case unknownLikelihood(String, line: Int)
    case twoVerdicts(rater: String, caseName: String, diagnosis: String, lines: [Int])
    case tooManyStatements(line: Int)
    case tooManyRaters(line: Int)
    case tooSparse(SparseAnswers)

    /// One line for a person.
    public var description: String {
      switch self {
      case .unknownLikelihood(let word, let line):
        "line \(line): likelihood '\(word)'; expected \(Likelihood.allCases.map(\.rawValue).joined(separator: ", ")), or nothing"
      case .twoVerdicts(let rater, let caseName, let diagnosis, let lines):
        "lines \(lines.map(String.init).joined(separator: " and ")): two different verdicts of '\(rater)' on \(diagnosis) in case '\(caseName)'; expected one"
      case .tooManyRaters(let line):
        "line \(line): more than \(RaterVerdicts.mostRaters) raters; expected a few (is the column 'rater' the right one?)"
      case .tooSparse(let sparse): "\(sparse)"
      case .tooManyStatements(let line):
        "line \(line): more than \(StatementFile.mostStatements) diagnoses; expected some (is the column 'diagnosis' the right one?)"
      }
    }
  }

  /// Whether a file is about more than one statement, so that it has to be read here.
  public static func isAboutMany(_ bytes: some Collection<UInt8>) -> Bool {
    guard let table = try? CSVTable(parsing: bytes), let column = table.column("diagnosis") else { return false }
    var first: String?
    for row in table.rows {
      let name = row[column].withoutOuterBlanks
      if first.map({ $0 != name }) ?? false { return true }
      first = name
    }
    return false
  }

  /// Reads a file; what no row says of a rater's case is not asked.
  ///
  /// Second showings (column `repeat`) are left out.
  ///
  /// - Throws: `CSVError`, ``VerdictCSV/Fault``, ``Fault``.
  public static func parse(_ bytes: some Collection<UInt8>) throws -> AnswerTable {
    let table = try CSVTable(parsing: bytes)
    let places = try ["case", "rater", "verdict", "diagnosis"].map { try VerdictCSV.column($0, in: table) }
    let further = ["likelihood", "repeat", "source"].map { table.column($0) }
    var builder = AnswerTableBuilder()
    for row in table.rows {
      let fields = places.map { row[$0].withoutOuterBlanks.withControlCharactersRead }
      for (name, field) in zip(["case", "rater", "verdict", "diagnosis"], fields) where field.isEmpty {
        throw VerdictCSV.Fault.emptyField(column: name, line: row.line)
      }
      guard let verdict = Verdict(rawValue: fields[2].lowercased()) else {
        throw VerdictCSV.Fault.unknownVerdict(fields[2], line: row.line)
      }
      func field(_ index: Int) -> String { further[index].map { row[$0].withoutOuterBlanks.withControlCharactersRead } ?? "" }
      if !["", "1"].contains(field(1)) { continue }
      let word = field(0).lowercased()
      guard word.isEmpty || Likelihood(rawValue: word) != nil else { throw Fault.unknownLikelihood(field(0), line: row.line) }
      try builder.add(
        StatementAnswer(verdict, likelihood: Likelihood(rawValue: word)), of: fields[1], on: fields[0], about: fields[3], source: field(2),
        line: row.line)
    }
    return try builder.table()
  }
}

/// A file whose answers would be a great table with hardly anything in it: what is not asked takes memory too.
public struct SparseAnswers: Sendable, Equatable, CustomStringConvertible {
  private let answers: Int
  private let statements: Int
  private let rows: Int

  /// As many statements as a vocabulary of ECGs has; of names without end an answer costs more.
  private static let manyStatements = 100

  /// What is wrong with so many answers about so many statements in a file of so many rows; nil where that is nothing.
  init?(answers: Int, statements: Int, rows: Int) {
    guard answers * statements > (statements > Self.manyStatements ? 500_000 : 2_000_000) + 8 * rows else { return nil }
    self.answers = answers
    self.statements = statements
    self.rows = rows
  }

  /// One line for a person.
  public var description: String {
    "\(rows) rows are \(answers) answers or more about \(statements) diagnoses each; expected a file that says something of at least one in eight (is the column 'diagnosis' the right one?)"
  }
}

/// Sorts rows into cases, raters and statements.
private struct AnswerTableBuilder {
  private var statements: [Statement] = []
  private var statementOfName: [String: Int] = [:]
  private var caseNames: [String] = []
  private var sources: [String] = []
  private var numberOfCase: [ExactText: Int] = [:]
  private var raters: [String] = []
  private var placeOfRater: [ExactText: Int] = [:]
  private var rows: [Row] = []

  /// A row of the file; there may be millions, of a few bytes each.
  private struct Row {
    /// Rater, case and statement, so that rows of one answer come together.
    let place: UInt64
    let line: UInt32
    let answer: StatementAnswer

    init(rater: Int, caseNumber: Int, statement: Int, line: Int, answer: StatementAnswer) {
      place = UInt64(rater) << 44 | UInt64(caseNumber) << 12 | UInt64(statement)
      self.line = UInt32(clamping: line)
      self.answer = answer
    }

    var rater: Int { Int(place >> 44) }
    var caseNumber: Int { Int(place >> 12 & 0xFFFF_FFFF) }
    var statement: Int { Int(place & 0xFFF) }
  }

  mutating func add(
    _ answer: StatementAnswer, of rater: String, on caseName: String, about diagnosis: String, source: String, line: Int
  ) throws {
    let statement = try place(of: diagnosis, line: line)
    let number = numberOfCase[ExactText(caseName)] ?? caseNames.count
    if number == caseNames.count {
      numberOfCase[ExactText(caseName)] = number
      caseNames.append(caseName)
      sources.append("")
    }
    if !source.isEmpty { sources[number] = source }
    let column = placeOfRater[ExactText(rater)] ?? raters.count
    if column == raters.count {
      guard column < RaterVerdicts.mostRaters else { throw AnswerFile.Fault.tooManyRaters(line: line) }
      placeOfRater[ExactText(rater)] = column
      raters.append(rater)
    }
    rows.append(Row(rater: column, caseNumber: number, statement: statement, line: line, answer: answer))
  }

  private mutating func place(of name: String, line: Int) throws -> Int {
    if let known = statementOfName[name] { return known }
    let statement = Diagnosis.named(name).map { Statement($0) } ?? Statement(code: name, abbreviation: name, name: name)
    let place = statements.firstIndex(of: statement) ?? statements.count
    if place == statements.count {
      guard place < StatementFile.mostStatements else { throw AnswerFile.Fault.tooManyStatements(line: line) }
      statements.append(statement)
    }
    statementOfName[name] = place
    return place
  }

  mutating func table() throws -> AnswerTable {
    rows.sort { ($0.place, $0.line) < ($1.place, $1.line) }
    try checkConflicts()
    var answers = 0
    for place in rows.indices where place == 0 || rows[place].place >> 12 != rows[place - 1].place >> 12 { answers += 1 }
    if let sparse = SparseAnswers(answers: answers, statements: statements.count, rows: rows.count) {
      throw AnswerFile.Fault.tooSparse(sparse)
    }
    var cells = [SetAnswers.Column](repeating: SetAnswers.Column(), count: raters.count)
    for row in rows {
      let rater = row.rater
      if cells[rater].cases.last != Int32(row.caseNumber) {
        cells[rater].cases.append(Int32(row.caseNumber))
        cells[rater].cells.append(contentsOf: repeatElement(.notAsked, count: statements.count))
      }
      cells[rater].cells[cells[rater].cells.count - statements.count + row.statement] = row.answer
    }
    let order =
      raters.indices.filter { !ReservedRater.contains(raters[$0]) }
      + [ReservedRater.label, ReservedRater.model].compactMap { raters.firstIndex(of: $0) }
    return AnswerTable(
      statements: statements, caseNames: caseNames, sources: sources, raters: order.map { raters[$0] }, cells: order.map { cells[$0] })
  }

  /// Refuses two different verdicts of a rater on one statement of a case; of several such pairs the first by its second line.
  private func checkConflicts() throws {
    var first: (one: Row, other: Row)?
    for (one, other) in zip(rows, rows.dropFirst()) where one.place == other.place && one.answer != other.answer {
      if first.map({ other.line < $0.other.line }) ?? true { first = (one, other) }
    }
    guard let (one, other) = first else { return }
    throw AnswerFile.Fault.twoVerdicts(
      rater: raters[one.rater], caseName: caseNames[one.caseNumber], diagnosis: statements[one.statement].abbreviation,
      lines: [Int(one.line), Int(other.line)])
  }
}
