/// Two raters' verdicts of present or absent on the cases that both judged.
public struct TwoByTwo: Sendable, Hashable {
  /// Cases on which both said present.
  public let bothPresent: Int
  /// Cases on which only the first said present.
  public let onlyFirst: Int
  /// Cases on which only the second said present.
  public let onlySecond: Int
  /// Cases on which both said absent.
  public let bothAbsent: Int

  /// A table of non-negative counts; a negative one counts as 0.
  public init(bothPresent: Int, onlyFirst: Int, onlySecond: Int, bothAbsent: Int) {
    self.bothPresent = max(0, bothPresent)
    self.onlyFirst = max(0, onlyFirst)
    self.onlySecond = max(0, onlySecond)
    self.bothAbsent = max(0, bothAbsent)
  }

  /// Number of cases.
  public var total: Int { bothPresent + onlyFirst + onlySecond + bothAbsent }

  /// Number of cases on which both said the same; nil without cases.
  public var agreeing: Int? { total > 0 ? bothPresent + bothAbsent : nil }

  /// Cohen's kappa, its standard error and maximum; nil where undefined, see ``CategoryTable/kappa()``.
  public var kappa: CategoryTable.Kappa? { categories?.kappa() }

  /// Prevalence-adjusted bias-adjusted kappa, 2 agreeing / n - 1 (Byrt, Bishop and Carlin 1993).
  public var pabak: Double? { share(of: bothPresent + bothAbsent).map { 2 * $0 - 1 } }

  /// (both present - both absent) / n, signed (Byrt, Bishop and Carlin 1993).
  public var prevalenceIndex: Double? { share(of: bothPresent - bothAbsent) }

  /// (only first - only second) / n, signed (Byrt, Bishop and Carlin 1993).
  public var biasIndex: Double? { share(of: onlyFirst - onlySecond) }

  /// Gwet's AC1 for two categories, see ``GwetCoefficient``.
  public var gwetAC1: Double? { categories.flatMap { GwetCoefficient($0) }?.value }

  /// The same table by category: present, absent.
  var categories: CategoryTable? { CategoryTable([[bothPresent, onlyFirst], [onlySecond, bothAbsent]]) }

  private func share(of count: Int) -> Double? { total > 0 ? Double(count) / Double(total) : nil }
}
