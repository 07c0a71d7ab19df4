/// One worker's part of a team's work.
package struct WorkShare: Sendable {
  /// Which worker, from 0.
  package let index: Int
  /// How many workers.
  package let count: Int

  /// The part of one of several workers.
  package init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// The whole work.
  package static let whole = WorkShare(index: 0, count: 1)

  /// This worker's part of `total` things that are shared out in groups of `unit`.
  package func range(of total: Int, unit: Int = 1) -> Range<Int> {
    let units = (total + unit - 1) / unit
    return min(total, units * index / count * unit)..<min(total, units * (index + 1) / count * unit)
  }
}
