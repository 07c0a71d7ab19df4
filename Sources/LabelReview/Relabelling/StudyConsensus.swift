import Agreement

/// Whom to believe in a study: of each case and statement what the readers, the model and an adjudicator make of it together, and how sure that is.
public struct StudyConsensus: Sendable {
  /// What it rests on.
  public let answers: StudyAnswers
  /// The way asked for.
  public let method: StatementConsensus.Method
  /// By statement; one whose way led nowhere was taken by majority, as its own method says.
  public let statements: [StatementConsensus]
  /// By case and statement, in their orders.
  private let cells: [[StatementConsensus.CaseConsensus]]
  /// Whether an adjudicator said of a statement that it cannot be told, by case and statement.
  private let isLeftOpen: [[Bool]]

  /// The consensus of a study.
  ///
  /// - Parameters:
  ///   - probabilities: by case and code, in place of those that the study holds; CROWDLAB wants those of a model that did not train on the cases.
  public init(_ answers: StudyAnswers, by method: StatementConsensus.Method, probabilities: [[String: Double]]? = nil) {
    self.answers = answers
    self.method = method
    let scores = probabilities ?? answers.probabilities
    let sets = answers.table.sets()
    let asked = answers.table.statements
    var statements: [StatementConsensus] = []
    for (place, statement) in asked.enumerated() {
      let votes = sets.votes(on: place)
      let known = answers.adjudications.map { settled -> Bool? in
        settled.flatMap { answer in
          switch answer[statement.code].verdict {
          case .present: true
          case .absent: false
          case .unsure, nil: nil
          }
        }
      }
      let own = scores.map { $0[statement.code] }
      let wanted = StatementConsensus(votes, by: method, probabilities: own, known: known)
      if let found = wanted ?? StatementConsensus(votes, by: .majority, known: known) { statements.append(found) }
    }
    self.statements = statements
    cells = answers.cases.indices.map { number in statements.map { $0.cases[number] } }
    isLeftOpen = answers.adjudications.map { settled in asked.map { settled?[$0.code] == .unsure } }
  }

  /// What is made of a statement in a case; nil where it is open, or an adjudicator said that it cannot be told.
  public func cell(_ number: Int, _ statement: Int) -> StatementConsensus.CaseConsensus? {
    guard cells.indices.contains(number), cells[number].indices.contains(statement), !isLeftOpen[number][statement] else { return nil }
    return cells[number][statement]
  }

  /// How many readers answered each case.
  public var readerCounts: [Int] {
    var counts = [Int](repeating: 0, count: answers.cases.count)
    for column in answers.readers { for entry in column.entries { counts[entry.caseNumber] += 1 } }
    return counts
  }

  /// The corrected set of a case: what holds, `unsure` where readers leave it open; nil of a case that nobody answered.
  ///
  /// A statement that holds has the likelihood that most of those who say so give it, where any does.
  public func sets() -> [CaseAnswer?] {
    let counts = readerCounts
    var likelihoods: [[String: [StatementAnswer: Int]]] = Array(repeating: [:], count: answers.cases.count)
    for column in answers.readers {
      for entry in column.entries {
        for (code, said) in entry.answer.statements where said.likelihood != nil {
          likelihoods[entry.caseNumber][code, default: [:]][said, default: 0] += 1
        }
      }
    }
    return answers.cases.indices.map { number in
      guard counts[number] > 0 || answers.adjudications[number] != nil else { return nil }
      var set = CaseAnswer()
      for (place, statement) in answers.table.statements.enumerated() {
        switch cell(number, place)?.verdict {
        case .present?:
          let settled = answers.adjudications[number].map { $0[statement.code] }
          let most = likelihoods[number][statement.code]?.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key
          set[statement.code] = settled?.likelihood != nil ? settled ?? .present : most ?? .present
        case .absent?: break
        case .unsure?, nil: set[statement.code] = .unsure
        }
      }
      return set
    }
  }

  /// How sure the whole set of a case is: as sure as its least sure statement; nil where one is open or nobody answered.
  public func confidences() -> [Double?] {
    let counts = readerCounts
    return answers.cases.indices.map { number in
      guard counts[number] > 0 || answers.adjudications[number] != nil else { return nil }
      var least = 1.0
      for place in answers.table.statements.indices {
        guard let confidence = cell(number, place)?.confidence else { return nil }
        least = min(least, confidence)
      }
      return least
    }
  }
}
