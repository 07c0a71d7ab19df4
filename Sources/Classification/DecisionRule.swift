import ECG
import SEResNet

/// Turns probabilities into decisions (paper, section 2.5): a class is positive where its probability reaches its threshold, and the class of
/// highest probability is always positive.
public struct DecisionRule: Sendable, Equatable {
  /// One threshold a class, in output order.
  public let thresholds: [Double]

  /// A rule with one threshold a class.
  public init(thresholds: [Double]) { self.thresholds = thresholds }

  /// Which classes are positive; `probabilities` has one value a class.
  public func decide(_ probabilities: [Double]) -> [Bool] {
    var positive = zip(probabilities, thresholds).map { $0 >= $1 }
    if let top = Self.top(probabilities) { positive[top] = true }
    return positive
  }

  /// The index of the highest probability, the first one where several are equal.
  static func top(_ probabilities: [Double]) -> Int? {
    probabilities.indices.max { probabilities[$0] < probabilities[$1] || (probabilities[$0] == probabilities[$1] && $0 > $1) }
  }
}
