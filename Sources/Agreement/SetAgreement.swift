import ECG

/// How readers agree who judge many statements at once.
public struct SetAgreement: Sendable {
  /// Every pair of readers who share a case, in order of the readers.
  public let pairs: [SetPair]
  /// Krippendorff's alpha over all readers with the MASI distance between sets; nil where undefined.
  public let alpha: SetAlpha?

  /// The agreement of answers.
  ///
  /// - Parameters:
  ///   - unsure: excluded, and a statement about which either of two readers was unsure is left out of their comparison of that case; category, and
  ///     unsure equals unsure; disagreement, and it equals nothing. What it means for alpha, ``SetAlpha`` says.
  ///   - bootstrap: resampling of cases for intervals; nil for none.
  public init(_ answers: SetAnswers, unsure: UnsureHandling = .excluded, bootstrap: Bootstrap? = nil) {
    pairs = answers.sharedRows().map { SetPair(answers, $0.first, $0.second, rows: $0.rows, unsure: unsure, bootstrap: bootstrap) }
    alpha = SetAlpha(answers, unsure: unsure)
  }
}

/// How two readers agree over all statements, on the cases both answered.
public struct SetPair: Sendable {
  /// The reader that comes first.
  public let readerA: String
  /// The other.
  public let readerB: String
  /// Cases both answered.
  public let cases: Int
  /// The verdicts on each statement, in order.
  public let statements: [PairAgreement]
  /// The figures over all statements.
  public let figures: Figures
  /// The figures' intervals over resampled cases; nil without resampling.
  public let intervals: Intervals?
  /// Answers by likelihood in the order absent, possible, probable, definite, over all statements for which both gave one.
  public let likelihoods: CategoryTable
  /// Statements both called present of which one or both did not say how likely; they are not in ``likelihoods``.
  public let withoutLikelihood: Int

  /// Figures over all statements.
  public struct Figures: Sendable, Hashable {
    /// The mean of the statements' kappas where defined; nil where none is.
    public var macroKappa: Double?
    /// How many statements have a kappa.
    public var kappas: Int
    /// Kappa of the statements' mean observed and mean chance agreement, which rare statements do not unsettle; nil where chance agreement is 1.
    ///
    /// Source: De Vries, Elliott, Kanouse and Teleki 2008, "Using pooled kappa to summarize interrater agreement across many items".
    public var pooledKappa: Double?
    /// The share of cases on which the two say exactly the same; nil without cases.
    public var exactMatch: Double?
    /// The mean over cases of the statements both say are present, of those that either does; 1 where neither says so of any.
    public var jaccard: Double?
  }

  /// 95 % intervals by resampling cases (percentile method); nil where a figure is defined in no sample.
  public struct Intervals: Sendable, Hashable {
    /// Of ``Figures/macroKappa``.
    public let macroKappa: ConfidenceInterval?
    /// Of ``Figures/pooledKappa``.
    public let pooledKappa: ConfidenceInterval?
    /// Of ``Figures/exactMatch``.
    public let exactMatch: ConfidenceInterval?
    /// Of ``Figures/jaccard``.
    public let jaccard: ConfidenceInterval?
  }

  /// Weighted kappa of the likelihoods; nil where undefined.
  public func likelihoodKappa(_ weights: DisagreementWeights) -> WeightedKappa? { WeightedKappa(likelihoods, weights) }

  init(
    _ answers: SetAnswers, _ first: Int, _ second: Int, rows: [(Int, Int)], unsure: UnsureHandling, bootstrap: Bootstrap?
  ) {
    readerA = answers.readers[first]
    readerB = answers.readers[second]
    cases = rows.count
    let comparison = SetComparison(answers, rows: rows, unsure: unsure)
    let whole = comparison.tables(drawn: nil)
    statements = answers.statements.indices.map { statement in
      let start = statement * SetComparison.cellsOfStatement
      return PairAgreement(raterA: answers.readers[first], raterB: answers.readers[second], counts: Array(whole[start..<(start + 9)]))
    }
    figures = comparison.figures(tables: whole, drawn: nil)
    likelihoods = comparison.likelihoods
    withoutLikelihood = comparison.withoutLikelihood
    intervals = bootstrap.map { bootstrap in
      let samples = bootstrap.parallel { generator -> Figures in
        var drawn = [Int32](repeating: 0, count: rows.count)
        for _ in rows.indices { drawn[generator.below(rows.count)] += 1 }
        return comparison.figures(tables: comparison.tables(drawn: drawn), drawn: drawn)
      }
      return Intervals(
        macroKappa: ConfidenceInterval(percentilesOf: samples.compactMap(\.macroKappa)),
        pooledKappa: ConfidenceInterval(percentilesOf: samples.compactMap(\.pooledKappa)),
        exactMatch: ConfidenceInterval(percentilesOf: samples.compactMap(\.exactMatch)),
        jaccard: ConfidenceInterval(percentilesOf: samples.compactMap(\.jaccard)))
    }
  }
}

/// Two readers' answers case by case, so that resampled cases are counted fast.
private struct SetComparison: Sendable {
  /// Nine pairs of verdicts, and those in which a statement was not asked of both.
  static let cellsOfStatement = 10

  private let statementCount: Int
  private let caseCount: Int
  private let unsure: UnsureHandling
  /// Where each case's entries begin in `cells`, and the end of the last.
  private var starts: [Int] = [0]
  /// The cells that are not absent with absent, which most are.
  private var cells: [Int32] = []
  private var exact: [Bool] = []
  private var jaccard: [Double] = []
  private(set) var likelihoods: CategoryTable
  private(set) var withoutLikelihood = 0

  init(_ answers: SetAnswers, rows: [(Int, Int)], unsure: UnsureHandling) {
    statementCount = answers.statements.count
    caseCount = rows.count
    self.unsure = unsure
    var grades = [[Int]](repeating: [0, 0, 0, 0], count: 4)
    var ungraded = 0
    for (first, second) in rows {
      var overlap = SetOverlap()
      for (statement, (one, other)) in zip(answers[row: first], answers[row: second]).enumerated() {
        if let left = one.grade, let right = other.grade {
          grades[left][right] += 1
        } else if one.verdict == .present, other.verdict == .present {
          ungraded += 1
        }
        let cell: Int
        if let left = one.verdict, let right = other.verdict {
          overlap.add(left, right, unsure: unsure)
          cell = left.category * 3 + right.category
        } else {
          cell = 9
        }
        if cell != Self.bothAbsent { cells.append(Int32(statement * Self.cellsOfStatement + cell)) }
      }
      starts.append(cells.count)
      exact.append(overlap.isExact)
      jaccard.append(overlap.jaccard)
    }
    withoutLikelihood = ungraded
    likelihoods = CategoryTable(grades) ?? CategoryTable(empty: 4)
  }

  private static let bothAbsent = 4

  /// Counts by statement and cell, of all cases or of those drawn so many times.
  func tables(drawn: [Int32]?) -> [Int] {
    var counts = [Int](repeating: 0, count: statementCount * Self.cellsOfStatement)
    for number in 0..<caseCount {
      let times = drawn.map { Int($0[number]) } ?? 1
      if times == 0 { continue }
      for place in starts[number]..<starts[number + 1] { counts[Int(cells[place])] += times }
    }
    for statement in 0..<statementCount {
      let start = statement * Self.cellsOfStatement
      counts[start + Self.bothAbsent] = caseCount - counts[start..<(start + Self.cellsOfStatement)].reduce(0, +)
    }
    return counts
  }

  func figures(tables: [Int], drawn: [Int32]?) -> SetPair.Figures {
    var figures = SetPair.Figures(kappas: 0)
    var (kappas, observed, chance, counted) = (0.0, 0.0, 0.0, 0.0)
    for statement in 0..<statementCount {
      let start = statement * Self.cellsOfStatement
      guard let agreement = Self.agreement(tables[start..<(start + 9)], unsure) else { continue }
      observed += agreement.observed
      chance += agreement.chance
      counted += 1
      if agreement.chance < 1 {
        kappas += (agreement.observed - agreement.chance) / (1 - agreement.chance)
        figures.kappas += 1
      }
    }
    if figures.kappas > 0 { figures.macroKappa = kappas / Double(figures.kappas) }
    if counted > 0, chance < counted { figures.pooledKappa = (observed - chance) / (counted - chance) }
    var (same, similar) = (0.0, 0.0)
    for number in 0..<caseCount {
      let times = drawn.map { Double($0[number]) } ?? 1
      if exact[number] { same += times }
      similar += times * jaccard[number]
    }
    figures.exactMatch = caseCount > 0 ? same / Double(caseCount) : nil
    figures.jaccard = caseCount > 0 ? similar / Double(caseCount) : nil
    return figures
  }

  /// Observed and chance agreement of nine counts; nil without a case that counts.
  ///
  /// Chance is exactly 1 where only one category occurs.
  private static func agreement(_ counts: ArraySlice<Int>, _ unsure: UnsureHandling) -> (observed: Double, chance: Double)? {
    let cell = Array(counts)
    let size = unsure == .excluded ? 2 : 3
    var (total, same, expected) = (0, 0, 0)
    for row in 0..<size {
      for column in 0..<size { total += cell[row * 3 + column] }
    }
    guard total > 0 else { return nil }
    // Where unsure agrees with nothing, each reader's is a category that the other does not use.
    for category in 0..<(unsure == .category ? 3 : 2) {
      same += cell[category * 4]
      let row = (0..<size).reduce(0) { $0 + cell[category * 3 + $1] }
      let column = (0..<size).reduce(0) { $0 + cell[$1 * 3 + category] }
      expected += row * column
    }
    return (Double(same) / Double(total), expected == total * total ? 1 : Double(expected) / Double(total * total))
  }
}

/// How far two sets of statements overlap.
private struct SetOverlap {
  private var common = 0
  private var either = 0

  mutating func add(_ first: Verdict, _ second: Verdict, unsure: UnsureHandling) {
    let isUnsure = first == .unsure || second == .unsure
    if isUnsure, unsure == .excluded { return }
    if first == second, !isUnsure || unsure == .category {
      if first != .absent {
        common += 1
        either += 1
      }
    } else {
      // Present against absent is one element that one set lacks; unsure against another verdict, or unsure itself, is an element of its own.
      either += (first == .absent ? 0 : 1) + (second == .absent ? 0 : 1)
    }
  }

  var isExact: Bool { common == either }
  var jaccard: Double { either > 0 ? Double(common) / Double(either) : 1 }
}
