/// What becomes of cases on which a rater was unsure.
public enum UnsureHandling: String, Sendable, CaseIterable {
  /// They are left out, and counted.
  case excluded
  /// Unsure is a third verdict, on which raters can agree.
  case category
  /// Unsure agrees with nothing, not even with unsure.
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
    case .disagreement: CategoryTable(verdicts.counts, agreeingCategories: 2) ?? .none
    }
  }

  /// Why kappa is undefined under a handling of unsure; nil where it is defined.
  public func undefinedReason(_ handling: UnsureHandling) -> String? {
    let table = table(handling)
    if table.total == 0 { return "undefined: no case both judged" }
    return table.kappa() == nil ? "undefined: only one category occurs" : nil
  }

  /// Prevalence-adjusted bias-adjusted kappa, (k p - 1) / (k - 1) for k verdicts and observed agreement p: Byrt, Bishop and Carlin 1993 for
  /// two, Brennan and Prediger 1981 for more.
  ///
  /// Nil without cases and where unsure counts as a disagreement, for which it is not defined.
  public func pabak(_ handling: UnsureHandling) -> Double? {
    let table = table(handling)
    guard handling != .disagreement, let agreeing = table.agreeing else { return nil }
    let count = Double(table.counts.count)
    return (count * Double(agreeing) / Double(table.total) - 1) / (count - 1)
  }

  /// Gwet's AC1; nil without cases and where unsure counts as a disagreement, for which it is not defined.
  public func gwet(_ handling: UnsureHandling) -> GwetCoefficient? {
    handling == .disagreement ? nil : GwetCoefficient(table(handling))
  }
}

extension CategoryTable {
  /// Three categories and no case.
  fileprivate static var none: CategoryTable { CategoryTable(empty: 3) }

  private init(empty size: Int) {
    counts = Array(repeating: Array(repeating: 0, count: size), count: size)
    agreeingCategories = size
  }
}
