/// How many cases two readers must judge for a confidence interval of kappa that is narrow enough.
public struct SampleSizePlan: Sendable, Hashable {
  /// The kappa expected.
  public let kappa: Double
  /// Width of the 95 % interval wanted, from end to end.
  public let width: Double
  /// Share of cases on which the finding is present, the same for both readers.
  public let prevalence: Double
  /// Share of cases on which at least one reader will be unsure.
  public let unsure: Double

  /// A plan; nil where a number is out of range: kappa 0..<1, width over 0 and at most 2, prevalence within 0…1 exclusive, unsure 0..<1; or
  /// where more cases would be needed than anybody has (``mostCases``).
  public init?(kappa: Double, width: Double, prevalence: Double = 0.5, unsure: Double = 0) {
    guard (0..<1).contains(kappa), width > 0, width <= 2, prevalence > 0, prevalence < 1, (0..<1).contains(unsure) else { return nil }
    self.kappa = kappa
    self.width = width
    self.prevalence = prevalence
    self.unsure = unsure
    guard cases <= Self.mostCases else { return nil }
  }

  /// The most cases of a plan.
  public static let mostCases = 1_000_000_000

  /// Standard error of kappa times the root of the number of cases, where both readers find the same prevalence: the large-sample variance of Donner and
  /// Eliasziw 1992, equation 3.
  public var unitStandardError: Double {
    let spread = 2 * prevalence * (1 - prevalence)
    let variance = (1 - kappa) * ((1 - kappa) * (1 - 2 * kappa) + kappa * (2 - kappa) / spread)
    return max(0, variance).squareRoot()
  }

  /// Cases on which both readers must be sure.
  public var sureCases: Int { Self.rounded((2 * 1.959964 * unitStandardError / width) * (2 * 1.959964 * unitStandardError / width)) }

  /// Cases to draw, those with an unsure verdict included.
  public var cases: Int { Self.rounded(Double(sureCases) / (1 - unsure)) }

  /// The next whole number, a trace of rounding aside.
  private static func rounded(_ value: Double) -> Int { value < 1e15 ? Int((value - 1e-9).rounded(.up)) : .max }
}
