import ECG
import Foundation

/// McNemar's test of two models on the same recordings: whether each errs where the other does not equally often.
///
/// Exact: under the null hypothesis each discordant recording favours either model like a fair coin. Source: McNemar 1947; Fagerland et al. 2013.
public struct PairedComparison: Sendable, Hashable {
  /// Recordings on which only the first model is right.
  public let onlyFirstRight: Int
  /// Recordings on which only the second model is right.
  public let onlySecondRight: Int

  /// Compares decisions on one diagnosis.
  public init(_ first: ScoredRecords, _ second: ScoredRecords, on diagnosis: Diagnosis) {
    let bit = UInt32(1) << UInt32(diagnosis.index)
    self.init(first, second) { ($0.bits ^ $1.bits) & bit == 0 }
  }

  /// Compares whole recordings: right where all 24 decisions are.
  public init(_ first: ScoredRecords, _ second: ScoredRecords) { self.init(first, second) { $0 == $1 } }

  private init(_ first: ScoredRecords, _ second: ScoredRecords, isRight: (DiagnosisSet, DiagnosisSet) -> Bool) {
    var onlyFirst = 0
    var onlySecond = 0
    for (record, labels) in first.labels.enumerated() {
      switch (isRight(labels, first.decisions[record]), isRight(labels, second.decisions[record])) {
      case (true, false): onlyFirst += 1
      case (false, true): onlySecond += 1
      default: break
      }
    }
    (onlyFirstRight, onlySecondRight) = (onlyFirst, onlySecond)
  }

  /// The two-sided p value; 1 where the models never differ.
  public var pValue: Double {
    let trials = onlyFirstRight + onlySecondRight
    let fewer = min(onlyFirstRight, onlySecondRight)
    // 2 P(X ≤ fewer) with X ~ B(trials, ½), in logarithms, because 2^-trials may be no Double.
    let whole = lgamma(Double(trials) + 1) - Double(trials) * log(2)
    var tail = 0.0
    for successes in 0...fewer {
      tail += exp(whole - lgamma(Double(successes) + 1) - lgamma(Double(trials - successes) + 1))
    }
    return min(1, 2 * tail)
  }

  /// p values of several tests corrected for their number (Holm 1979), in the same order.
  public static func holm(_ pValues: [Double]) -> [Double] {
    var corrected = pValues
    var highest = 0.0
    for (rank, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
      highest = max(highest, min(1, pValues[index] * Double(pValues.count - rank)))
      corrected[index] = highest
    }
    return corrected
  }
}
