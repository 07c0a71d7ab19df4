/// One rater's verdict on one case.
public struct RaterVerdict: Sendable, Hashable {
  /// The case's name.
  public var caseName: String
  /// Who: a reader's name, `label` or `model`.
  public var rater: String
  /// The verdict.
  public var verdict: Verdict
  /// Tells apart several showings of one case to a reader, each a case of its own; empty where there is one.
  public var showing: String

  /// A verdict.
  public init(caseName: String, rater: String, verdict: Verdict, showing: String = "") {
    self.caseName = caseName
    self.rater = rater
    self.verdict = verdict
    self.showing = showing
  }
}

/// Verdicts arranged by rater, for statistics over many of them.
///
/// Names are looked up once, when a verdict is added.
public struct RaterVerdicts: Sendable {
  /// The most raters an arrangement takes, because the number of pairs grows with its square.
  public static let mostRaters = 256

  /// One rater's verdicts in order of the cases' numbers.
  struct Column: Sendable {
    let rater: String
    var entries: [Entry] = []
  }

  /// A verdict on a numbered case, and where it came from.
  struct Entry: Sendable {
    let caseNumber: Int
    let verdict: Verdict
    let line: Int
  }

  /// Two verdicts of one rater on one case that differ.
  public struct Conflict: Error, Equatable, CustomStringConvertible {
    /// Who.
    public let rater: String
    /// The case in quotation marks, with its showing where it has one.
    public let caseName: String
    /// Lines of the two verdicts, the earlier first; positions from 1 where there was no file.
    public let lines: [Int]

    /// One line for a person.
    public var description: String {
      let places = lines.map { String($0) }.joined(separator: " and ")
      return "lines \(places): two different verdicts of '\(rater)' on case \(caseName); expected one (or a column 'repeat' that differs)"
    }
  }

  /// More raters than ``mostRaters``.
  public struct TooManyRaters: Error, Equatable, CustomStringConvertible {
    /// Line of the first verdict that was too many.
    public let line: Int

    /// One line for a person.
    public var description: String { "line \(line): more than \(mostRaters) raters; expected a few (is the column 'rater' the right one?)" }
  }

  private(set) var columns: [Column] = []
  private var columnOfRater: [String: Int] = [:]
  private var caseNumbers: [String: Int] = [:]
  private var count = 0

  /// An arrangement of verdicts.
  ///
  /// - Throws: ``Conflict`` and ``TooManyRaters``. Two equal verdicts of a rater on a case count as one.
  public init(_ verdicts: some Sequence<RaterVerdict>) throws {
    self.init()
    for verdict in verdicts { try add(verdict, line: count + 1) }
    try finish()
  }

  init() {}

  mutating func add(_ verdict: RaterVerdict, line: Int) throws {
    let column: Int
    if let known = columnOfRater[verdict.rater] {
      column = known
    } else {
      guard columns.count < Self.mostRaters else { throw TooManyRaters(line: line) }
      column = columns.count
      columnOfRater[verdict.rater] = column
      columns.append(Column(rater: verdict.rater))
    }
    let name = verdict.showing.isEmpty ? verdict.caseName : "\(verdict.caseName)\(Self.showingMark)\(verdict.showing)"
    let next = caseNumbers.count
    let caseNumber = number(&caseNumbers[name], else: next)
    columns[column].entries.append(Entry(caseNumber: caseNumber, verdict: verdict.verdict, line: line))
    count += 1
  }

  private func number(_ slot: inout Int?, else next: Int) -> Int {
    let number = slot ?? next
    slot = number
    return number
  }

  /// Sorts each rater's verdicts by case and merges equal ones; the first conflict by line is thrown.
  mutating func finish() throws {
    var conflict: (rater: String, first: Entry, second: Entry)?
    for index in columns.indices {
      let sorted = columns[index].entries.sorted { ($0.caseNumber, $0.line) < ($1.caseNumber, $1.line) }
      var merged: [Entry] = []
      merged.reserveCapacity(sorted.count)
      for entry in sorted {
        guard let last = merged.last, last.caseNumber == entry.caseNumber else {
          merged.append(entry)
          continue
        }
        if last.verdict != entry.verdict, conflict.map({ entry.line < $0.second.line }) ?? true {
          conflict = (columns[index].rater, last, entry)
        }
      }
      columns[index].entries = merged
    }
    guard let conflict else { return }
    let name = caseNumbers.first { $0.value == conflict.first.caseNumber }?.key ?? ""
    let parts = name.split(separator: Self.showingMark, maxSplits: 1)
    throw Conflict(
      rater: conflict.rater,
      caseName: parts.enumerated().map { $0 == 0 ? "'\($1)'" : "repeat \($1)" }.joined(separator: ", "),
      lines: [conflict.first.line, conflict.second.line]
    )
  }

  /// Number of cases, each showing counted.
  var caseCount: Int { caseNumbers.count }

  /// Stands between a case's name and its showing where both make one key.
  private static let showingMark: Character = "\u{1F}"
}
