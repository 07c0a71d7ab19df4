import ECG

/// How readers agree who judge many statements at once.
public struct SetAgreement: Sendable {
  /// Every pair of readers who share a case, in order of the readers.
  public let pairs: [SetPair]

  /// The agreement of answers.
  ///
  /// - Parameters:
  ///   - unsure: excluded, and a statement about which either of two readers was unsure is left out of their comparison of that case; category, and
  ///     unsure equals unsure; disagreement, and it equals nothing.
  ///   - bootstrap: resampling of cases for intervals; nil for none.
  public init(_ answers: SetAnswers, unsure: UnsureHandling = .excluded, bootstrap: Bootstrap? = nil) {
    let shared = answers.sharedRows()
    let comparisons = shared.map { SetComparison(answers, rows: $0.rows, unsure: unsure) }
    let intervals = bootstrap.map { SetComparison.intervals(comparisons, $0) }
    pairs = shared.indices.map { place in
      SetPair(answers, shared[place].first, shared[place].second, comparisons[place], intervals: intervals?[place])
    }
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

  fileprivate init(_ answers: SetAnswers, _ first: Int, _ second: Int, _ comparison: SetComparison, intervals: Intervals?) {
    let (one, other) = (answers.readers[first], answers.readers[second])
    let whole = comparison.tables(drawn: nil)
    readerA = one
    readerB = other
    cases = comparison.caseCount
    statements = answers.statements.indices.map { statement in
      let start = statement * SetComparison.cellsOfStatement
      return PairAgreement(raterA: one, raterB: other, counts: Array(whole[start..<(start + 9)]))
    }
    figures = comparison.figures(tables: whole, drawn: nil)
    likelihoods = comparison.likelihoods
    withoutLikelihood = comparison.withoutLikelihood
    self.intervals = intervals
  }
}

extension SetPair.Intervals {
  fileprivate init(_ samples: [SetPair.Figures]) {
    macroKappa = ConfidenceInterval(percentilesOf: samples.compactMap(\.macroKappa))
    pooledKappa = ConfidenceInterval(percentilesOf: samples.compactMap(\.pooledKappa))
    exactMatch = ConfidenceInterval(percentilesOf: samples.compactMap(\.exactMatch))
    jaccard = ConfidenceInterval(percentilesOf: samples.compactMap(\.jaccard))
  }
}

/// Two readers' answers, arranged so that resampled cases are counted fast.
private struct SetComparison: Sendable {
  /// Nine pairs of verdicts, and those in which a statement was not asked of both.
  static let cellsOfStatement = 10

  let caseCount: Int
  private let statementCount: Int
  private let unsure: UnsureHandling
  /// By statement and cell, the cases that lie in it, but for absent with absent, where most lie.
  private let casesOfCell: [[Int32]]
  /// The cases on which both say the same.
  private let exact: [Int32]
  private let jaccard: [Double]
  let likelihoods: CategoryTable
  let withoutLikelihood: Int

  init(_ answers: SetAnswers, rows: [(Int, Int)], unsure: UnsureHandling) {
    statementCount = answers.statements.count
    caseCount = rows.count
    self.unsure = unsure
    var grades = [[Int]](repeating: [0, 0, 0, 0], count: 4)
    var ungraded = 0
    var casesOfCell = [[Int32]](repeating: [], count: statementCount * Self.cellsOfStatement)
    var exact: [Int32] = []
    var jaccard: [Double] = []
    jaccard.reserveCapacity(rows.count)
    var bothAbsent = 0
    for (number, (first, second)) in rows.enumerated() {
      var overlap = SetOverlap()
      for (statement, (one, other)) in zip(answers[row: first], answers[row: second]).enumerated() {
        if one == .absent, other == .absent {
          bothAbsent += 1
          continue
        }
        if let left = one.grade, let right = other.grade {
          grades[left][right] += 1
        } else if one.verdict == .present, other.verdict == .present {
          ungraded += 1
        }
        var cell = 9
        if let left = one.verdict, let right = other.verdict {
          overlap.add(left, right, unsure: unsure)
          cell = left.category * 3 + right.category
        }
        casesOfCell[statement * Self.cellsOfStatement + cell].append(Int32(number))
      }
      if overlap.isExact { exact.append(Int32(number)) }
      jaccard.append(overlap.jaccard)
    }
    grades[0][0] += bothAbsent
    self.casesOfCell = casesOfCell
    self.exact = exact
    self.jaccard = jaccard
    withoutLikelihood = ungraded
    likelihoods = CategoryTable(grades) ?? CategoryTable(empty: 4)
  }

  private static let bothAbsent = 4

  /// Intervals of many comparisons, in their order.
  ///
  /// Comparisons of as many cases draw the same cases, so that each sample is drawn once for all of them.
  static func intervals(_ comparisons: [SetComparison], _ bootstrap: Bootstrap) -> [SetPair.Intervals] {
    var samples = [[SetPair.Figures]](repeating: [], count: comparisons.count)
    for (count, places) in Dictionary(grouping: comparisons.indices, by: { comparisons[$0].caseCount }) {
      let found = bootstrap.parallel { generator -> [SetPair.Figures] in
        var drawn = [Int32](repeating: 0, count: count)
        drawn.withUnsafeMutableBufferPointer { drawn in
          for _ in 0..<count { drawn[generator.below(count)] += 1 }
        }
        return places.map { comparisons[$0].figures(tables: comparisons[$0].tables(drawn: drawn), drawn: drawn) }
      }
      for (index, place) in places.enumerated() { samples[place] = found.map { $0[index] } }
    }
    return samples.map { SetPair.Intervals($0) }
  }

  /// How many cases of a list there are, or how often they were drawn.
  private static func count(_ cases: [Int32], _ drawn: [Int32]?) -> Int {
    guard let drawn else { return cases.count }
    return drawn.withUnsafeBufferPointer { drawn in
      cases.withUnsafeBufferPointer { cases in
        var sum = 0
        for number in cases { sum &+= Int(drawn[Int(number)]) }
        return sum
      }
    }
  }

  /// Counts by statement and cell, of all cases or of those drawn so many times.
  func tables(drawn: [Int32]?) -> [Int] {
    var counts = casesOfCell.map { $0.isEmpty ? 0 : Self.count($0, drawn) }
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
    guard caseCount > 0 else { return figures }
    var similar = 0.0
    if let drawn {
      for (times, jaccard) in zip(drawn, jaccard) { similar += Double(times) * jaccard }
    } else {
      for jaccard in jaccard { similar += jaccard }
    }
    figures.exactMatch = Double(Self.count(exact, drawn)) / Double(caseCount)
    figures.jaccard = similar / Double(caseCount)
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
