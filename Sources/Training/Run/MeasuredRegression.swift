import ECG
import Foundation
import SEResNet

/// A logistic regression of the measurements for each class, fitted to the same recordings as a network beside which it stands: its logit is added to the
/// network's.
///
/// A network that takes measurements among its features learns its recordings by heart from their signals before it learns to heed what is measured. A
/// regression cannot; both together are better than either (docs/second-model.md). Fitted alone, not together with the network: what is minimised is
/// `penalty/2 Σ w² + Σ loss`, biases free, by Newton's method, so that the result depends on the recordings only.
package struct MeasuredRegression {
  /// For each class the weights of all inputs, 0 in a class of fewer than ``fewestPositives``.
  package private(set) var weights: [[Double]]
  /// The summand of each class.
  package private(set) var biases: [Double]

  /// So many recordings with a diagnosis are needed to say anything of it.
  static let fewestPositives = 5.0
  private static let rounds = 50

  /// Fits the recordings.
  package init(_ inputs: MeasuredInputs, of examples: [TrainingExample], penalty: Double) {
    let rows = examples.map { inputs.inputs($0.measured).map(Double.init) }
    let targets = examples.map(\.targets)
    let size = 2 * inputs.names.count
    weights = [[Double]](repeating: [Double](repeating: 0, count: size), count: NetworkShape.classCount)
    biases = [Double](repeating: 0, count: NetworkShape.classCount)
    for index in 0..<NetworkShape.classCount {
      // −1 is unknown, a share counts on both sides.
      let labels = targets.map { Double($0[index]) }
      let present = labels.reduce(0) { $0 + max(0, $1) }
      let absent = labels.reduce(0) { $0 + ($1 < 0 ? 0 : 1 - $1) }
      guard present >= Self.fewestPositives, absent > 0 else { continue }
      let known = labels.indices.filter { labels[$0] >= 0 }
      let fitted = Self.fit(known.map { rows[$0] }, known.map { labels[$0] }, penalty: penalty)
      weights[index] = Array(fitted.dropLast())
      biases[index] = fitted.last ?? 0
    }
  }

  /// The tensors as a model file has them.
  var tensors: [NamedTensor] {
    [
      NamedTensor(name: "fc3.weight", shape: [weights.count, weights.first?.count ?? 0], values: weights.flatMap { $0 }.map { Float($0) }),
      NamedTensor(name: "fc3.bias", shape: [biases.count], values: biases.map { Float($0) }),
    ]
  }

  /// The weights of all columns and, last, the bias.
  package static func fit(_ rows: [[Double]], _ labels: [Double], penalty: Double) -> [Double] {
    let columns = (rows.first?.count ?? 0) + 1
    let rows = rows.map { $0 + [1] }
    func logits(_ parameters: [Double]) -> [Double] { rows.map { row in zip(row, parameters).reduce(0) { $0 + $1.0 * $1.1 } } }
    func loss(_ parameters: [Double], _ logits: [Double]) -> Double {
      let cost = parameters.dropLast().reduce(0) { $0 + $1 * $1 } * penalty / 2
      return zip(logits, labels).reduce(cost) { sum, pair in
        sum + max(pair.0, 0) - pair.0 * pair.1 + log1p(exp(-abs(pair.0)))
      }
    }
    var parameters = [Double](repeating: 0, count: columns)
    var current = logits(parameters)
    var best = loss(parameters, current)
    for _ in 0..<rounds {
      var gradient = parameters.map { penalty * $0 }
      gradient[columns - 1] = 0
      var curvature = [Double](repeating: 0, count: columns * columns)
      for index in 0..<columns - 1 { curvature[index * columns + index] = penalty }
      for (row, (logit, label)) in zip(rows, zip(current, labels)) {
        let probability = 1 / (1 + exp(-logit))
        add(row, residual: probability - label, spread: probability * (1 - probability), to: &gradient, &curvature)
      }
      guard let step = PositiveMatrix.solve(curvature, gradient) else { break }
      var size = 1.0
      var isBetter = false
      while size > 1e-10, !isBetter {
        let tried = zip(parameters, step).map { $0 - size * $1 }
        let triedLogits = logits(tried)
        let triedLoss = loss(tried, triedLogits)
        if triedLoss < best {
          (parameters, current, best) = (tried, triedLogits, triedLoss)
          isBetter = true
        } else {
          size /= 2
        }
      }
      if !isBetter || size * (step.map(abs).max() ?? 0) < 1e-9 { break }
    }
    return parameters
  }

  /// Adds what one recording brings to the gradient and, below and on its diagonal, to the matrix of second derivatives.
  private static func add(
    _ row: [Double], residual: Double, spread: Double, to gradient: inout [Double], _ curvature: inout [Double]
  ) {
    let count = row.count
    row.withUnsafeBufferPointer { row in
      curvature.withUnsafeMutableBufferPointer { curvature in
        for first in 0..<count where row[first] != 0 {
          gradient[first] += residual * row[first]
          let weighted = spread * row[first]
          for second in 0...first { curvature[first * count + second] += weighted * row[second] }
        }
      }
    }
  }
}
