import ECG
import Foundation

/// What two readers' verdicts say of their accuracy where nobody knows the truth: bounds, no estimates.
///
/// A table of two by two has three free numbers, but prevalence and two readers' sensitivities and specificities are five: without truth they are not
/// identified (Hui and Walter 1980). The bounds hold every value that gives the very table, of readers whose errors are independent given the truth and
/// who both do better than chance. They follow from P(+,+) - P(+)P(+) = prevalence (1 - prevalence) J1 J2 with Youden's J of each reader: a reader is
/// worst where the other is perfect.
public struct TwoReaderBounds: Sendable, Hashable {
  /// One reader's bounds.
  public struct Reader: Sendable, Hashable {
    /// Of the share of cases with the finding in which the reader says so.
    public let sensitivity: ConfidenceInterval
    /// Of the share of cases without it in which the reader says so.
    public let specificity: ConfidenceInterval
  }

  /// Of the share of cases with the finding.
  public let prevalence: ConfidenceInterval
  /// Of the first reader.
  public let first: Reader
  /// Of the second reader.
  public let second: Reader

  /// The bounds that a table allows.
  ///
  /// - Returns: nil where the readers agree no better than chance: independent readers who both do better than chance agree more often.
  public init?(_ table: TwoByTwo) {
    let total = Double(table.total)
    let (both, neither) = (Double(table.bothPresent), Double(table.bothAbsent))
    let one = both + Double(table.onlyFirst)
    let other = both + Double(table.onlySecond)
    guard both * total > one * other else { return nil }
    first = Reader(
      sensitivity: ConfidenceInterval(low: both / other, high: 1), specificity: ConfidenceInterval(low: neither / (total - other), high: 1))
    second = Reader(
      sensitivity: ConfidenceInterval(low: both / one, high: 1), specificity: ConfidenceInterval(low: neither / (total - one), high: 1))
    prevalence = ConfidenceInterval(
      low: 1 - (total - one) * (total - other) / (total * neither), high: one * other / (total * both))
  }

  /// The bounds widened for having seen few cases: the 2.5 % quantile of the lower and the 97.5 % quantile of the upper ends over resampled cases.
  ///
  /// A sample in which the readers agree no better than chance bounds nothing: 0 to 1.
  public static func widened(_ table: TwoByTwo, _ bootstrap: Bootstrap) -> TwoReaderBounds? {
    guard TwoReaderBounds(table) != nil else { return nil }
    let cells = [table.bothPresent, table.onlyFirst, table.onlySecond, table.bothAbsent]
    let samples = bootstrap.parallel { generator -> TwoReaderBounds in
      var drawn = [0, 0, 0, 0]
      for _ in 0..<table.total {
        var place = generator.below(table.total)
        var cell = 0
        while place >= cells[cell] {
          place -= cells[cell]
          cell += 1
        }
        drawn[cell] += 1
      }
      let sample = TwoByTwo(bothPresent: drawn[0], onlyFirst: drawn[1], onlySecond: drawn[2], bothAbsent: drawn[3])
      return TwoReaderBounds(sample) ?? .nothing
    }
    return TwoReaderBounds(
      prevalence: outer(samples.map(\.prevalence)),
      first: Reader(sensitivity: outer(samples.map(\.first.sensitivity)), specificity: outer(samples.map(\.first.specificity))),
      second: Reader(sensitivity: outer(samples.map(\.second.sensitivity)), specificity: outer(samples.map(\.second.specificity)))
    )
  }

  /// Says of two readers by name what their verdicts can and cannot tell.
  public func sentence(first firstName: String, second secondName: String) -> String {
    func percent(_ bounds: ConfidenceInterval) -> String { String(format: "%.0f to %.0f %%", bounds.low * 100, bounds.high * 100) }
    return """
      With two readers and no truth their accuracy is bounded, not known (Hui and Walter 1980). If their errors are independent and both do better than \
      chance, the finding is in \(percent(prevalence)) of the cases; \(firstName)'s sensitivity is \(percent(first.sensitivity)) and specificity \
      \(percent(first.specificity)); \(secondName)'s sensitivity is \(percent(second.sensitivity)) and specificity \(percent(second.specificity)).
      """
  }

  /// What is said where there are no bounds.
  public static let noBoundsSentence =
    "The two readers agree no better than chance, so nothing can be said about how accurate either is (Hui and Walter 1980)."

  private init(prevalence: ConfidenceInterval, first: Reader, second: Reader) {
    self.prevalence = prevalence
    self.first = first
    self.second = second
  }

  private static var nothing: TwoReaderBounds {
    let all = ConfidenceInterval(low: 0, high: 1)
    let reader = Reader(sensitivity: all, specificity: all)
    return TwoReaderBounds(prevalence: all, first: reader, second: reader)
  }

  private static func outer(_ bounds: [ConfidenceInterval]) -> ConfidenceInterval {
    ConfidenceInterval(
      low: ConfidenceInterval(percentilesOf: bounds.map(\.low))?.low ?? 0,
      high: ConfidenceInterval(percentilesOf: bounds.map(\.high))?.high ?? 1)
  }
}
