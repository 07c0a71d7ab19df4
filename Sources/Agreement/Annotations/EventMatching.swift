/// Pairs of events of two annotators, none of whom is the reference: each is the other's nearest, and they lie within the tolerance.
///
/// The rule is symmetrical. Of two that are equally near the earlier counts.
public struct EventMatching: Sendable, Hashable {
  /// Positions in the two lists that belong together.
  public let pairs: [Pair]
  /// Events of the first annotator.
  public let firstCount: Int
  /// Events of the second annotator.
  public let secondCount: Int

  /// A pair, by positions in the two lists.
  public struct Pair: Sendable, Hashable {
    /// In the first annotator's list.
    public let first: Int
    /// In the second annotator's list.
    public let second: Int
  }

  /// Matches two lists of samples in ascending order.
  public init(_ first: [Int], _ second: [Int], tolerance: Int) {
    firstCount = first.count
    secondCount = second.count
    let partners = Self.nearest(of: first, in: second)
    let partnersBack = Self.nearest(of: second, in: first)
    pairs = partners.enumerated().compactMap { index, partner in
      guard let partner, partnersBack[partner] == index, abs(first[index] - second[partner]) <= tolerance else { return nil }
      return Pair(first: index, second: partner)
    }
  }

  /// Twice the pairs, of all events: 1 where all match (Dice 1945, the F1 of either as reference); nil where there is no event.
  public var agreement: Double? {
    firstCount + secondCount > 0 ? 2 * Double(pairs.count) / Double(firstCount + secondCount) : nil
  }

  /// For each sample the position of the nearest one in another list; nil where that is empty.
  ///
  /// Of equal ones the first.
  private static func nearest(of samples: [Int], in others: [Int]) -> [Int?] {
    var next = 0
    // Where the value before `next` stands first.
    var before: Int?
    return samples.map { sample in
      while next < others.count, others[next] < sample {
        if before.map({ others[$0] != others[next] }) ?? true { before = next }
        next += 1
      }
      guard next < others.count else { return before }
      guard let before else { return next }
      return sample - others[before] <= others[next] - sample ? before : next
    }
  }
}
