import Agreement

/// Answers about the same statements while they are gathered from the rows of a file: a byte for each statement of each, for there may be a hundred thousand.
struct GatheredAnswers {
  /// The statements, in order.
  let asked: [Statement]
  private let writer: AnswerFormWriter
  private var cells: [StatementAnswer] = []
  /// The places of statements by the words of the file; nil for what is not asked about.
  private var placeOfWord: [String: Int?] = [:]
  /// Most answers of a file are a few, which then lie in one place.
  private var made: [ArraySlice<StatementAnswer>: CaseAnswer] = [:]
  /// Of so many statements answers are kept.
  private static let mostMade = 100_000

  init(asked: [Statement]) {
    self.asked = asked
    writer = AnswerFormWriter(codes: asked.map(\.code))
  }

  /// Begins an answer, which says nothing yet or what was said before.
  mutating func begin(upon earlier: CaseAnswer? = nil) {
    if let earlier { cells += earlier.row(asked) } else { cells.append(contentsOf: repeatElement(.notAsked, count: asked.count)) }
  }

  /// The place of the statement that a file means; nil where it is none of those asked about.
  mutating func place(of word: String) -> Int? {
    if let known = placeOfWord[word] { return known }
    let place = asked.named(word).flatMap { asked.firstIndex(of: $0) }
    placeOfWord[word] = .some(place)
    return place
  }

  /// What an answer, by its number, says of a statement.
  subscript(number: Int, place: Int) -> StatementAnswer {
    get { cells[number * asked.count + place] }
    set { cells[number * asked.count + place] = newValue }
  }

  private func row(_ number: Int) -> ArraySlice<StatementAnswer> { cells[number * asked.count..<(number + 1) * asked.count] }

  /// An answer as it is stored, see ``CaseAnswer/form``.
  func form(of number: Int) -> String { writer.form(row(number)) }

  /// An answer in one verdict, see ``CaseAnswer/summary``.
  func summary(of number: Int) -> Verdict {
    let row = row(number)
    if row.contains(where: { $0.verdict == .present }) { return .present }
    return row.contains(.unsure) ? .unsure : .absent
  }

  /// Whether an answer says of every statement what another says.
  func says(_ number: Int, theSameAs other: CaseAnswer) -> Bool {
    let row = row(number)
    return zip(asked, row).allSatisfy { other[$0.code] == $1 } && other.statements.count == row.count { $0 != .absent }
  }

  /// An answer by itself; `earlier` is what was said before of further statements, and how that came about.
  mutating func answer(_ number: Int, upon earlier: CaseAnswer? = nil) -> CaseAnswer {
    let row = row(number)
    if var answer = earlier {
      for (statement, said) in zip(asked, row) { answer[statement.code] = said }
      return answer
    }
    if let known = made[row] { return known }
    let answer = CaseAnswer(Dictionary(zip(asked.map(\.code), row), uniquingKeysWith: { first, _ in first }))
    if (made.count + 1) * asked.count <= Self.mostMade { made[ArraySlice(Array(row))] = answer }
    return answer
  }
}
