import ECG
import Foundation

/// What a review of drawn records says of a whole data set: the true prevalence, and how good the labels are.
///
/// The records were drawn within strata (the most suspect ones, the rest at random, labelled present and labelled absent apart, ...), each stratum at
/// random or whole, so every reviewed record stands for N/n of its stratum: the estimator of Horvitz and Thompson 1952 under stratified sampling. Shares of
/// shares (sensitivity: labelled present, of those truly present) are ratios of two such sums with the variance of their linearisation (Cochran 1977,
/// chapters 5A and 6). A kappa or an error rate of the reviewed records alone says nothing about the data set, because they were chosen for being suspect.
public struct ReviewEstimate: Sendable, Hashable {
  /// Records that were drawn alike.
  public struct Stratum: Sendable, Hashable {
    /// What they share, for messages: `top`, `rest`.
    public let name: String
    /// How many records of the data set belong to it.
    public let population: Int
    /// Reviewed: labelled present and found present.
    public let presentPresent: Int
    /// Reviewed: labelled present and found absent.
    public let presentAbsent: Int
    /// Reviewed: labelled absent and found present.
    public let absentPresent: Int
    /// Reviewed: labelled absent and found absent.
    public let absentAbsent: Int

    /// A stratum.
    ///
    /// Records on which the reader was unsure are not counted as reviewed: they are taken to be as the others of the stratum.
    public init(name: String, population: Int, presentPresent: Int, presentAbsent: Int, absentPresent: Int, absentAbsent: Int) {
      self.name = name
      self.population = population
      self.presentPresent = presentPresent
      self.presentAbsent = presentAbsent
      self.absentPresent = absentPresent
      self.absentAbsent = absentAbsent
    }

    var cells: [Int] { [presentPresent, presentAbsent, absentPresent, absentAbsent] }
    var reviewed: Int { cells.reduce(0, +) }
  }

  /// An estimated share.
  public struct Share: Sendable, Hashable {
    /// The estimate; nil where nothing estimates it: a sensitivity where no reviewed record was found present.
    public let value: Double?
    /// Of the linearised estimator, with finite population correction; nil where a stratum that was not reviewed whole has a single record.
    public let standardError: Double?
    /// 95 % of what the data set may be, given what was reviewed.
    public let interval: ConfidenceInterval?
  }

  /// What is wrong with the strata.
  public enum Failure: Error, Equatable, CustomStringConvertible {
    /// A stratum of the data set in which nothing was reviewed, so that nothing can be said of its records.
    case notReviewed(stratum: String, population: Int)
    /// Negative counts, or more reviewed than there are.
    case impossibleCounts(stratum: String)
    /// No record at all.
    case empty

    /// One line for a person.
    public var description: String {
      switch self {
      case .notReviewed(let stratum, let population):
        "stratum '\(stratum)': none of its \(population) records was reviewed; expected at least one, and two for a standard error"
      case .impossibleCounts(let stratum):
        "stratum '\(stratum)': more records reviewed than it has, or a negative count; expected 0 to all of them"
      case .empty: "no record in any stratum; expected the strata from which the reviewed records were drawn"
      }
    }
  }

  /// Records truly present, of all.
  public let prevalence: Share
  /// Records labelled wrongly, of all.
  public let wrong: Share
  /// Of the label: labelled present, of those truly present.
  public let sensitivity: Share
  /// Of the label: labelled absent, of those truly absent.
  public let specificity: Share
  /// Of the label: truly present, of those labelled present.
  public let positivePredictiveValue: Share
  /// Of the label: truly absent, of those labelled absent.
  public let negativePredictiveValue: Share

  /// The estimate from reviewed strata.
  ///
  /// The intervals are those of 4000 data sets drawn from what the review leaves possible: in each stratum the records that were not reviewed are as
  /// probable in each cell as Jeffreys' prior and the reviewed ones make them, so that nothing found in thirty records does not mean nothing in thousands.
  ///
  /// - Throws: ``Failure``.
  public init(_ strata: [Stratum], seed: UInt64 = 0) throws {
    let strata = strata.filter { $0.population != 0 || $0.reviewed != 0 }
    guard !strata.isEmpty else { throw Failure.empty }
    for stratum in strata {
      guard stratum.cells.allSatisfy({ $0 >= 0 }), stratum.reviewed <= stratum.population else {
        throw Failure.impossibleCounts(stratum: stratum.name)
      }
      guard stratum.reviewed > 0 else { throw Failure.notReviewed(stratum: stratum.name, population: stratum.population) }
    }
    let draws = Replicates.run(4000, seed: seed) { generator in Self.possible(strata, using: &generator) }
    func share(_ part: [Int], of whole: [Int]) -> Share { Self.share(strata, part, of: whole, draws: draws) }
    prevalence = share([0, 2], of: [0, 1, 2, 3])
    wrong = share([1, 2], of: [0, 1, 2, 3])
    sensitivity = share([0], of: [0, 2])
    specificity = share([3], of: [1, 3])
    positivePredictiveValue = share([0], of: [0, 1])
    negativePredictiveValue = share([3], of: [2, 3])
  }

  private static func share(_ strata: [Stratum], _ part: [Int], of whole: [Int], draws: [[Double]]) -> Share {
    var (numerator, denominator) = (0.0, 0.0)
    for stratum in strata {
      let weight = Double(stratum.population) / Double(stratum.reviewed)
      numerator += weight * Double(part.reduce(0) { $0 + stratum.cells[$1] })
      denominator += weight * Double(whole.reduce(0) { $0 + stratum.cells[$1] })
    }
    guard denominator > 0 else { return Share(value: nil, standardError: nil, interval: nil) }
    let ratio = numerator / denominator
    let ratios = draws.map { cells in part.reduce(0) { $0 + cells[$1] } / whole.reduce(0) { $0 + cells[$1] } }.filter(\.isFinite)
    return Share(
      value: ratio, standardError: standardError(strata, part, whole, ratio: ratio, denominator: denominator),
      interval: ConfidenceInterval(percentilesOf: ratios))
  }

  /// Of a ratio by linearisation: the variance of the sum of (in the part) - ratio (in the whole), over the square of the denominator.
  private static func standardError(_ strata: [Stratum], _ part: [Int], _ whole: [Int], ratio: Double, denominator: Double) -> Double? {
    var variance = 0.0
    for stratum in strata {
      let (population, reviewed) = (Double(stratum.population), Double(stratum.reviewed))
      if stratum.reviewed == stratum.population { continue }
      guard stratum.reviewed > 1 else { return nil }
      var (sum, squares) = (0.0, 0.0)
      for (cell, count) in stratum.cells.enumerated() {
        let residual = (part.contains(cell) ? 1 : 0) - (whole.contains(cell) ? ratio : 0)
        sum += Double(count) * residual
        squares += Double(count) * residual * residual
      }
      let spread = max(0, squares - sum * sum / reviewed) / (reviewed - 1)
      variance += population * population * (1 - reviewed / population) * spread / reviewed
    }
    return variance.squareRoot() / denominator
  }

  /// Cells of one data set that the review leaves possible.
  private static func possible(_ strata: [Stratum], using generator: inout SeededGenerator) -> [Double] {
    var cells = [0.0, 0.0, 0.0, 0.0]
    for stratum in strata {
      let rest = Double(stratum.population - stratum.reviewed)
      // In a stratum all of whose reviewed records have one label, that label is taken for what defines it.
      let isPresent = stratum.absentPresent + stratum.absentAbsent == 0
      let isAbsent = stratum.presentPresent + stratum.presentAbsent == 0
      let open = isPresent ? [0, 1] : isAbsent ? [2, 3] : [0, 1, 2, 3]
      let weights = (0..<4).map { open.contains($0) && rest > 0 ? generator.gamma(Double(stratum.cells[$0]) + 0.5) : 0 }
      let total = weights.reduce(0, +)
      for cell in 0..<4 { cells[cell] += Double(stratum.cells[cell]) + (total > 0 ? rest * weights[cell] / total : 0) }
    }
    return cells
  }
}

extension SeededGenerator {
  /// A number of the gamma distribution of a shape and scale 1 (Marsaglia and Tsang 2000).
  mutating func gamma(_ shape: Double) -> Double {
    if shape < 1 {
      let power = uniform(in: 0...1)
      return gamma(shape + 1) * pow(power, 1 / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      // Box and Muller 1958.
      let radius = (-2 * log(1 - uniform(in: 0...0.9999999999999999))).squareRoot()
      let x = radius * cos(2 * Double.pi * uniform(in: 0...1))
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      if log(max(uniform(in: 0...1), .leastNormalMagnitude)) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }
}
