import ECG

/// One class's scores in descending order: areas under its curves for any weights of the recordings without another sort.
struct RankedScores {
  /// Recordings by descending score.
  private let order: [Int32]
  /// Where each run of equal scores ends in `order`.
  private let ends: [Int32]

  init(_ scores: ArraySlice<Double>) {
    let start = scores.startIndex
    var sorted: [(score: Double, record: Int32)] = scores.indices.map { (scores[$0], Int32($0 - start)) }
    sorted.sort { one, other in one.score == other.score ? one.record < other.record : one.score > other.score }
    order = sorted.map(\.record)
    let last = sorted.indices.filter { index in index + 1 == sorted.count || sorted[index + 1].score != sorted[index].score }
    ends = last.map { Int32($0 + 1) }
  }

  /// Areas under the curves; nil where undefined.
  struct Areas {
    /// Under the receiver operating characteristic: needs positives and negatives.
    var auroc: Double?
    /// Under precision over recall as a step function: needs positives.
    var auprc: Double?
  }

  /// The areas where recordings count `weights` times and `isPositive` has bit `bit` of the labels.
  func areas(labels: [DiagnosisSet], bit: Int, weights: [Double]) -> Areas {
    var truePositives = 0.0
    var falsePositives = 0.0
    var pairs = 0.0
    var precisionSum = 0.0
    walk(labels: labels, bit: bit, weights: weights) { positives, negatives in
      pairs += negatives * (truePositives + positives / 2)
      truePositives += positives
      falsePositives += negatives
      if positives > 0 { precisionSum += positives * (truePositives / (truePositives + falsePositives)) }
    }
    guard truePositives > 0 else { return Areas() }
    return Areas(auroc: falsePositives > 0 ? pairs / (truePositives * falsePositives) : nil, auprc: precisionSum / truePositives)
  }

  /// The curves' points from the highest score down.
  func points(labels: [DiagnosisSet], bit: Int) -> [CurvePoint] {
    var points = [CurvePoint(truePositives: 0, falsePositives: 0)]
    var last = points[0]
    walk(labels: labels, bit: bit, weights: [Double](repeating: 1, count: labels.count)) { positives, negatives in
      last.truePositives += positives
      last.falsePositives += negatives
      points.append(last)
    }
    return points
  }

  /// Calls `body` with the weight of positives and of negatives of each distinct score, descending.
  @inline(__always)
  private func walk(labels: [DiagnosisSet], bit: Int, weights: [Double], _ body: (Double, Double) -> Void) {
    labels.withUnsafeBufferPointer { labels in
      weights.withUnsafeBufferPointer { weights in
        var start = 0
        for end in ends {
          var positives = 0.0
          var negatives = 0.0
          for place in start..<Int(end) {
            let record = Int(order[place])
            if labels[record][bit] { positives += weights[record] } else { negatives += weights[record] }
          }
          start = Int(end)
          if positives + negatives > 0 { body(positives, negatives) }
        }
      }
    }
  }
}

/// A point of a class's curves: what is found down to one of the distinct scores.
public struct CurvePoint: Sendable, Hashable {
  /// Recordings with the label.
  public internal(set) var truePositives: Double
  /// Recordings without it.
  public internal(set) var falsePositives: Double
}

extension ScoredRecords {
  /// The points of a diagnosis's curves from the highest score down, nothing found at the first.
  public func curvePoints(of diagnosis: Diagnosis) -> [CurvePoint] {
    RankedScores(scores(of: diagnosis.index)).points(labels: labels, bit: diagnosis.index)
  }
}
