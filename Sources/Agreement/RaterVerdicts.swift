import PlainText

/// One rater's verdict on one case.
public struct RaterVerdict: Sendable, Hashable {
  /// The case's name.
  public var caseName: String
  /// Who: a reader's name, `label` or `model`.
  public var rater: String
  /// The verdict.
  public var verdict: Verdict
  /// Tells apart several showings of one case to a reader: a number from 1 or any word; empty is the first.
  public var showing: String
  /// The data source of the case; empty where it is not known.
  public var source: String

  /// A verdict.
  public init(caseName: String, rater: String, verdict: Verdict, showing: String = "", source: String = "") {
    self.caseName = caseName
    self.rater = rater
    self.verdict = verdict
    self.showing = showing
    self.source = source
  }
}

/// Verdicts arranged by rater, for statistics over many of them.
///
/// Names are looked up once, when a verdict is added. A rater's first showing of a case is what raters are compared by; the second is kept to compare
/// the rater with himself or herself. Counting it as a case of its own would let one recording count twice.
public struct RaterVerdicts: Sendable {
  /// The most raters an arrangement takes, because the number of pairs grows with its square.
  public static let mostRaters = 256

  /// One rater's verdicts in order of the cases' numbers.
  package struct Column: Sendable {
    package let rater: String
    /// The first showing of each case.
    package var entries: [Entry]
    /// The second showing of cases that had one.
    package var repeats: [Entry] = []

    /// A rater's verdicts, none yet unless given.
    package init(rater: String, entries: [Entry] = []) {
      self.rater = rater
      self.entries = entries
    }
  }

  /// A verdict on a numbered case, and where it came from.
  package struct Entry: Sendable {
    // Numbers of 32 bits: there may be millions, of a few bytes each in their file.
    private let number: UInt32
    private let showingNumber: UInt32
    private let lineNumber: UInt32
    let verdict: Verdict

    package var caseNumber: Int { Int(number) }
    var showing: Int { Int(showingNumber) }
    var line: Int { Int(lineNumber) }

    /// A verdict on the first showing of a case.
    package init(caseNumber: Int, verdict: Verdict) { self.init(caseNumber: caseNumber, verdict: verdict, showing: 1, line: 0) }

    fileprivate init(caseNumber: Int, verdict: Verdict, showing: Int, line: Int) {
      number = UInt32(clamping: caseNumber)
      showingNumber = UInt32(clamping: showing)
      lineNumber = UInt32(clamping: line)
      self.verdict = verdict
    }
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

  package private(set) var columns: [Column] = []
  private var columnOfRater: [String: Int] = [:]
  /// Of the cases that were added one by one.
  private var caseNumbers: [ExactText: Int] = [:]
  /// The cases' names by their numbers.
  private(set) var caseNames: [String] = []
  /// Data sources of the cases; empty where unknown.
  private(set) var sources: [String] = []
  private var numbersOfShowings: [String: Int] = [:]
  private var wordsOfShowings: [String] = []
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

  /// An arrangement of columns whose entries are in order of the cases, each case once.
  package init(columns: [Column], sources: [String], names: [String]) {
    self.columns = columns
    self.sources = sources
    columnOfRater = Dictionary(columns.enumerated().map { ($1.rater, $0) }, uniquingKeysWith: { first, _ in first })
    caseNames = names
  }

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
    let next = sources.count
    let caseNumber = Self.number(&caseNumbers[ExactText(verdict.caseName)], else: next)
    if caseNumber == next {
      sources.append("")
      caseNames.append(verdict.caseName)
    }
    if !verdict.source.isEmpty { sources[caseNumber] = verdict.source }
    columns[column].entries.append(
      Entry(caseNumber: caseNumber, verdict: verdict.verdict, showing: showingNumber(verdict.showing), line: line))
    count += 1
  }

  /// A showing's place among showings: its number, or one behind all numbers for any other word.
  private mutating func showingNumber(_ text: String) -> Int {
    if text.isEmpty { return 1 }
    if let number = Int(text), (0..<Self.firstWord).contains(number) { return number }
    let next = Self.firstWord + wordsOfShowings.count
    let number = Self.number(&numbersOfShowings[text], else: next)
    if number == next { wordsOfShowings.append(text) }
    return number
  }

  private static let firstWord = 1_000_000_000

  private static func number(_ slot: inout Int?, else next: Int) -> Int {
    let number = slot ?? next
    slot = number
    return number
  }

  /// Sorts each rater's verdicts by case and showing and merges equal ones; the first conflict by line is thrown.
  mutating func finish() throws {
    var conflict: (rater: String, first: Entry, second: Entry)?
    for index in columns.indices {
      let sorted = columns[index].entries.sorted { ($0.caseNumber, $0.showing, $0.line) < ($1.caseNumber, $1.showing, $1.line) }
      var firsts: [Entry] = []
      firsts.reserveCapacity(sorted.count)
      var seconds: [Entry] = []
      var last: Entry?
      for entry in sorted {
        defer { last = entry }
        if let last, last.caseNumber == entry.caseNumber, last.showing == entry.showing {
          if last.verdict != entry.verdict, conflict.map({ entry.line < $0.second.line }) ?? true {
            conflict = (columns[index].rater, last, entry)
          }
        } else if firsts.last?.caseNumber != entry.caseNumber {
          firsts.append(entry)
        } else if seconds.last?.caseNumber != entry.caseNumber {
          seconds.append(entry)
        }
      }
      columns[index].entries = firsts
      columns[index].repeats = seconds
    }
    guard let conflict else { return }
    let name = caseNames[conflict.first.caseNumber]
    let showing = conflict.first.showing
    let shown = showing < Self.firstWord ? "\(showing)" : wordsOfShowings[showing - Self.firstWord]
    throw Conflict(
      rater: conflict.rater, caseName: "'\(name)'" + (showing == 1 ? "" : ", repeat \(shown)"),
      lines: [conflict.first.line, conflict.second.line]
    )
  }

  /// Number of cases.
  var caseCount: Int { sources.count }

  /// A rater's verdicts by case number.
  subscript(rater: String) -> [Entry]? { columnOfRater[rater].map { columns[$0].entries } }
}
