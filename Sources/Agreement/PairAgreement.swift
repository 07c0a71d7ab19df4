/// What becomes of cases on which a rater was unsure.
public enum UnsureHandling: String, Sendable, CaseIterable {
  /// They are left out, and counted.
  case excluded
  /// Unsure is a third verdict, on which raters can agree.
  case category
  /// Unsure agrees with nothing, not even with unsure.
  ///
  /// Each rater's unsure is recoded as a verdict of that rater's own, which the other cannot give; every figure is then that of the table of four
  /// categories: present, absent, unsure of the first, unsure of the second.
  case disagreement
}

/// How two raters' verdicts compare, on the cases on which both gave one.
public struct PairAgreement: Sendable, Hashable {
  /// The rater that comes first.
  public let raterA: String
  /// The other.
  public let raterB: String
  /// Cases by the verdicts of the two, in the order present, absent, unsure; the rows are ``raterA``'s.
  public let verdicts: CategoryTable

  init(raterA: String, raterB: String, counts: [Int]) {
    self.raterA = raterA
    self.raterB = raterB
    // Nine counts that come from counting make a table.
    verdicts = CategoryTable([Array(counts[0..<3]), Array(counts[3..<6]), Array(counts[6..<9])]) ?? .none
  }

  /// The verdicts of the cases on which neither was unsure.
  public var table: TwoByTwo {
    let counts = verdicts.counts
    return TwoByTwo(bothPresent: counts[0][0], onlyFirst: counts[0][1], onlySecond: counts[1][0], bothAbsent: counts[1][1])
  }

  /// Cases on which both gave a verdict and at least one was unsure.
  public var excludedUnsure: Int { verdicts.total - table.total }

  /// The table in force under a handling of unsure.
  public func table(_ handling: UnsureHandling) -> CategoryTable {
    switch handling {
    case .excluded: table.categories ?? .none
    case .category: verdicts
    case .disagreement: recoded
    }
  }

  /// The verdicts in the categories present, absent, unsure of the first rater, unsure of the second.
  private var recoded: CategoryTable {
    let rows = verdicts.counts.map { [$0[0], $0[1], 0, $0[2]] } + [[0, 0, 0, 0]]
    return CategoryTable(rows) ?? .none
  }

  /// Why kappa is undefined under a handling of unsure; nil where it is defined.
  public func undefinedReason(_ handling: UnsureHandling) -> String? {
    let table = table(handling)
    if table.total == 0 { return verdicts.total == 0 ? "undefined: no case both judged" : "undefined: no case on which both were sure" }
    return table.kappa() == nil ? "undefined: only one category occurs" : nil
  }

  /// Prevalence-adjusted bias-adjusted kappa: 2 p - 1 of the observed agreement p (Byrt, Bishop and Carlin 1993), there being two verdicts in
  /// which raters can agree; with unsure as a category (3 p - 1) / 2 (Brennan and Prediger 1981).
  ///
  /// Nil without cases.
  public func pabak(_ handling: UnsureHandling) -> Double? {
    let table = table(handling)
    let count = handling == .category ? 3.0 : 2.0
    return table.agreeing.map { (count * Double($0) / Double(table.total) - 1) / (count - 1) }
  }

  /// Gwet's AC1 of the table in force: two categories, three, or the four of ``UnsureHandling/disagreement``; nil without cases.
  public func gwet(_ handling: UnsureHandling) -> GwetCoefficient? { GwetCoefficient(table(handling)) }
}

extension CategoryTable {
  /// Three categories and no case.
  fileprivate static var none: CategoryTable { CategoryTable(empty: 3) }

  private init(empty size: Int) {
    counts = Array(repeating: Array(repeating: 0, count: size), count: size)
  }
}
