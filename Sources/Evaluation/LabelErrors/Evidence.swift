import ECG
import Foundation

/// What speaks, record by record, for or against a diagnosis being truly present; unknown speaks neither way.
///
/// Every kind of evidence becomes one number a record that grows with the probability of present and is 0 where nothing is known: a logarithm of a ratio
/// of likelihoods, as the labels show it. How much each is worth beside the others, ``SuspectScore`` finds out.
public struct Evidence: Sendable {
  /// How the numbers are to be read.
  public enum Kind: Sendable {
    /// A model's probabilities, of folds that did not see the record.
    case probability([Double?])
    /// How far a measured criterion is met, the larger the more, in any unit: degrees beyond -30, or those in units of the axis' own interval.
    case margin([Double?])
    /// Whether a measured criterion is met.
    case criterion([Bool?])
    /// How many of the nearest in the network's features carry the label.
    case neighbours([Proportion?])

    /// Number of records.
    var count: Int {
      switch self {
      case .probability(let values): values.count
      case .margin(let values): values.count
      case .criterion(let values): values.count
      case .neighbours(let values): values.count
      }
    }
  }

  /// The name by which contributions are told apart: `model`, `axis`.
  public let name: String
  /// The numbers.
  public let kind: Kind

  /// Evidence with a name.
  public init(name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// What the evidence is worth beside the others before any label is seen: a model counts in full; what is measured on the same signal, and neighbours in
  /// the same network's features, say in part what the model says.
  var expectedWeight: Double {
    switch kind {
    case .probability: 1
    case .margin, .criterion, .neighbours: 0.5
    }
  }

  /// Logarithms of ratios of likelihoods, learned from some records' labels, for all records; 0 where nothing is known.
  func logRatios(labels: [Bool?], learning: [Bool]) -> [Double] {
    switch kind {
    case .probability(let values):
      let base = Self.logOdds(labels, learning)
      return values.map { value in
        guard let value, value.isFinite else { return 0 }
        let bounded = min(1 - 1e-5, max(1e-5, value))
        return log(bounded / (1 - bounded)) - base
      }
    case .margin(let values):
      let curve = LikelihoodCurve(values, labels: labels, learning: learning)
      return values.map { value in value.flatMap { $0.isFinite ? curve[$0] : nil } ?? 0 }
    case .criterion(let values):
      let curve = LikelihoodCurve(values.map { $0.map { $0 ? 1 : 0 } }, labels: labels, learning: learning)
      return values.map { value in value.map { curve[$0 ? 1 : 0] } ?? 0 }
    case .neighbours(let values):
      let base = Self.logOdds(labels, learning)
      let share = 1 / (1 + exp(-base))
      return values.map { value in
        guard let value, value.total > 0 else { return 0 }
        // Two imagined neighbours that are as all records are.
        return log((value.count + 2 * share) / (value.total - value.count + 2 * (1 - share))) - base
      }
    }
  }

  /// The logarithm of the labels' odds, half a record added to either side.
  static func logOdds(_ labels: [Bool?], _ learning: [Bool]) -> Double {
    var counts = (present: 0.5, absent: 0.5)
    for (label, counted) in zip(labels, learning) where counted {
      if label == true { counts.present += 1 }
      if label == false { counts.absent += 1 }
    }
    return log(counts.present / counts.absent)
  }
}

/// The ratio of a number's likelihoods under present and absent, as a rising curve.
///
/// Bins have their edges at quantiles of both classes, so that they are fine where either has its records; their ratios, with imagined records added, are
/// made to rise (pool adjacent violators, Ayer et al. 1955) and joined by straight lines.
struct LikelihoodCurve: Sendable {
  private var places: [Double] = []
  private var heights: [Double] = []

  private struct Block {
    var present = 0.0
    var absent = 0.0
    var sum = 0.0
    var mean: Double { sum / (present + absent) }
  }

  init(_ values: [Double?], labels: [Bool?], learning: [Bool]) {
    var present: [Double] = []
    var absent: [Double] = []
    for (record, value) in values.enumerated() where learning[record] {
      guard let value, value.isFinite, let label = labels[record] else { continue }
      if label { present.append(value) } else { absent.append(value) }
    }
    guard !present.isEmpty, !absent.isEmpty else { return }
    present.sort()
    absent.sort()
    let edges = Set(Self.quantiles(present) + Self.quantiles(absent)).sorted()
    var blocks = [Block](repeating: Block(), count: edges.count + 1)
    for value in present { Self.count(value, isPresent: true, edges, &blocks) }
    for value in absent { Self.count(value, isPresent: false, edges, &blocks) }
    blocks.removeAll { $0.present + $0.absent == 0 }
    let (presentTotal, absentTotal) = (Double(present.count), Double(absent.count))
    // Two imagined records a class and bin, spread as all records are.
    func ratio(_ block: Block) -> Double {
      let share = (block.present + block.absent) / (presentTotal + absentTotal)
      return log((block.present + 2 * share + 0.05) / (presentTotal + 2)) - log((block.absent + 2 * share + 0.05) / (absentTotal + 2))
    }
    var rising: [Block] = []
    for block in blocks {
      rising.append(block)
      while rising.count > 1, ratio(rising[rising.count - 2]) > ratio(rising[rising.count - 1]) {
        let last = rising.removeLast()
        rising[rising.count - 1].present += last.present
        rising[rising.count - 1].absent += last.absent
        rising[rising.count - 1].sum += last.sum
      }
    }
    places = rising.map(\.mean)
    heights = rising.map(ratio)
  }

  /// Edges between bins of some eight records or more, at most twelve of a class.
  private static func quantiles(_ sorted: [Double]) -> [Double] {
    let bins = min(12, sorted.count / 8)
    guard bins > 1 else { return [sorted[sorted.count / 2]] }
    return (1..<bins).map { sorted[$0 * sorted.count / bins] }
  }

  /// A value belongs to the bin that begins at the last edge not above it.
  private static func count(_ value: Double, isPresent: Bool, _ edges: [Double], _ blocks: inout [Block]) {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle + 1 } else { high = middle }
    }
    if isPresent { blocks[low].present += 1 } else { blocks[low].absent += 1 }
    blocks[low].sum += value
  }

  /// The logarithm of the ratio at a value; 0 where there was nothing to learn from.
  subscript(value: Double) -> Double {
    guard let last = places.indices.last else { return 0 }
    if value <= places[0] { return heights[0] }
    if value >= places[last] { return heights[last] }
    let above = places.firstIndex { $0 > value } ?? last
    let share = (value - places[above - 1]) / (places[above] - places[above - 1])
    return heights[above - 1] + share * (heights[above] - heights[above - 1])
  }
}
