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

    /// One line for a person.
    public var description: String {
      switch self {
      case .unknownLikelihood(let word, let line):
        "line \(line): likelihood '\(word)'; expected \(Likelihood.allCases.map(\.rawValue).joined(separator: ", ")), or nothing"
      case .twoVerdicts(let rater, let caseName, let diagnosis, let lines):
        "lines \(lines.map(String.init).joined(separator: " and ")): two different verdicts of '\(rater)' on \(diagnosis) in case '\(caseName)'; expected one"
      case .tooManyRaters(let line):
        "line \(line): more than \(RaterVerdicts.mostRaters) raters; expected a few (is the column 'rater' the right one?)"
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
      let fields = places.map { row[$0].withoutOuterBlanks }
      for (name, field) in zip(["case", "rater", "verdict", "diagnosis"], fields) where field.isEmpty {
        throw VerdictCSV.Fault.emptyField(column: name, line: row.line)
      }
      guard let verdict = Verdict(rawValue: fields[2].lowercased()) else {
        throw VerdictCSV.Fault.unknownVerdict(fields[2], line: row.line)
      }
      func field(_ index: Int) -> String { further[index].map { row[$0].withoutOuterBlanks } ?? "" }
      if !["", "1"].contains(field(1)) { continue }
      let word = field(0).lowercased()
      guard word.isEmpty || Likelihood(rawValue: word) != nil else { throw Fault.unknownLikelihood(field(0), line: row.line) }
      try builder.add(
        StatementAnswer(verdict, likelihood: Likelihood(rawValue: word)), of: fields[1], on: fields[0], about: fields[3], source: field(2),
        line: row.line)
    }
    return builder.table
  }
}

/// Sorts rows into cases, raters and statements.
private struct AnswerTableBuilder {
  private var statements: [Statement] = []
  private var statementOfName: [String: Int] = [:]
  private var caseNames: [String] = []
  private var sources: [String] = []
  private var numberOfCase: [String: Int] = [:]
  private var raters: [String] = []
  private var placeOfRater: [String: Int] = [:]
  /// By rater and case, what is said by statement, and on which line.
  private var said: [[Int: [Int: (answer: StatementAnswer, line: Int)]]] = []

  mutating func add(
    _ answer: StatementAnswer, of rater: String, on caseName: String, about diagnosis: String, source: String, line: Int
  ) throws {
    let statement = try place(of: diagnosis, line: line)
    let number = numberOfCase[caseName] ?? caseNames.count
    if number == caseNames.count {
      numberOfCase[caseName] = number
      caseNames.append(caseName)
      sources.append("")
    }
    if !source.isEmpty { sources[number] = source }
    let column = placeOfRater[rater] ?? raters.count
    if column == raters.count {
      guard column < RaterVerdicts.mostRaters else { throw AnswerFile.Fault.tooManyRaters(line: line) }
      placeOfRater[rater] = column
      raters.append(rater)
      said.append([:])
    }
    if let other = said[column][number]?[statement], other.answer != answer {
      throw AnswerFile.Fault.twoVerdicts(
        rater: rater, caseName: caseName, diagnosis: statements[statement].abbreviation, lines: [other.line, line])
    }
    said[column][number, default: [:]][statement] = (answer, line)
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

  var table: AnswerTable {
    let columns = raters.enumerated().map { place, rater in
      AnswerTable.Column(
        rater: rater,
        entries: said[place].sorted { $0.key < $1.key }.map { number, cells in
          let set = statements.enumerated().map { ($1.code, cells[$0]?.answer ?? .notAsked) }
          return (number, CaseAnswer(Dictionary(set, uniquingKeysWith: { first, _ in first })))
        })
    }
    let readers = columns.filter { !ReservedRater.contains($0.rater) }
    let others = [ReservedRater.label, ReservedRater.model].compactMap { name in columns.first { $0.rater == name } }
    return AnswerTable(statements: statements, caseNames: caseNames, sources: sources, columns: readers + others)
  }
}
