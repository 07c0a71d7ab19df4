/// One worker's part of a team's work.
struct Share: Sendable {
  /// Which worker, from 0.
  let index: Int
  /// How many workers.
  let count: Int

  /// The whole work.
  static let whole = Share(index: 0, count: 1)

  /// This worker's part of `total` things that are shared out in groups of `unit`.
  func range(of total: Int, unit: Int = 1) -> Range<Int> {
    let units = (total + unit - 1) / unit
    return min(total, units * index / count * unit)..<min(total, units * (index + 1) / count * unit)
  }
}
