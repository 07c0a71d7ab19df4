import ECG
import Foundation

/// Logistic regression on labels some of which are wrong: P(truly present) = 1 / (1 + exp(-(intercept + weights · evidence))), and each label is the
/// other one with a small probability that is fitted as well.
///
/// Fitted by expectation and maximisation with Newton's steps (Bootkrajang and Kabán 2012, "Label-noise robust logistic regression"). The weights have a
/// normal prior about what the evidence is expected to be worth, so that a class of a few records keeps those.
struct NoisyLogistic: Sendable {
  private(set) var intercept: Double
  private(set) var weights: [Double]
  /// The probability that a label is wrong.
  private(set) var noise = 0.02

  /// Variance of the weights about what is expected.
  private static let spread = 0.25
  /// Imagined labels, and how many of them are wrong.
  private static let imagined = (labels: 50.0, wrong: 1.0)
  private static let mostNoise = 0.3
  private static let rounds = 25

  /// A fit to rows of evidence; `labels` are the learning records' alone.
  init(rows: [[Double]], labels: [Bool], expected: [Double], logOdds: Double) {
    intercept = logOdds
    weights = expected
    guard !labels.isEmpty else { return }
    for _ in 0..<Self.rounds {
      var targets = [Double](repeating: 0, count: labels.count)
      var wrong = Self.imagined.wrong
      for (index, label) in labels.enumerated() {
        let error = probabilityOfError(rows[index], label: label)
        wrong += error
        targets[index] = label ? 1 - error : error
      }
      noise = min(Self.mostNoise, wrong / (Double(labels.count) + Self.imagined.labels))
      let before = [intercept] + weights
      step(rows, targets, expected: expected, logOdds: logOdds)
      let change = zip(before, [intercept] + weights).map { abs($0 - $1) }.max() ?? 0
      if change < 1e-6 { break }
    }
  }

  /// The logarithm of the odds of truly present.
  func logOdds(_ row: [Double]) -> Double { zip(row, weights).reduce(intercept) { $0 + $1.0 * $1.1 } }

  /// The probability that the label of a record with this evidence is wrong.
  func probabilityOfError(_ row: [Double], label: Bool) -> Double {
    let odds = logOdds(row) * (label ? -1 : 1) + log(noise / (1 - noise))
    return 1 / (1 + exp(-odds))
  }

  /// One step of Newton's method towards the weights under which the targets are most probable.
  private mutating func step(_ rows: [[Double]], _ targets: [Double], expected: [Double], logOdds base: Double) {
    let size = weights.count + 1
    var gradient = [Double](repeating: 0, count: size)
    var curvature = [Double](repeating: 0, count: size * size)
    for (row, target) in zip(rows, targets) {
      let probability = 1 / (1 + exp(-logOdds(row)))
      let (residual, spread) = (target - probability, max(probability * (1 - probability), 1e-9))
      gradient[0] += residual
      curvature[0] += spread
      for first in 1..<size {
        gradient[first] += residual * row[first - 1]
        curvature[first * size] += spread * row[first - 1]
        for second in 1...first { curvature[first * size + second] += spread * row[first - 1] * row[second - 1] }
      }
    }
    // The intercept is held loosely.
    gradient[0] += (base - intercept) / 100
    curvature[0] += 0.01
    for index in 1..<size {
      gradient[index] += (expected[index - 1] - weights[index - 1]) / Self.spread
      curvature[index * size + index] += 1 / Self.spread
    }
    guard let change = PositiveMatrix.solve(curvature, gradient, leastPivot: 1e-12) else { return }
    // No step is longer than one, lest the curve's far side throw it out.
    let longest = change.map(abs).max() ?? 0
    let scale = longest > 1 ? 1 / longest : 1
    intercept += scale * change[0]
    // Evidence is oriented; against it nothing is learned.
    for index in weights.indices { weights[index] = max(0, weights[index] + scale * change[index + 1]) }
  }
}
