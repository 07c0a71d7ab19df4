extension [Double] {
  /// A quantile of numbers in ascending order, interpolated linearly between the two nearest as numpy's `percentile` does; nil of none.
  ///
  /// - Parameter share: 0 for the lowest, 0.5 for the median, 1 for the highest.
  public func sortedQuantile(_ share: Double) -> Double? {
    guard let last = indices.last else { return nil }
    let place = share * Double(last)
    let below = Int(place)
    return self[below] + (self[Swift.min(last, below + 1)] - self[below]) * (place - Double(below))
  }
}
