/// Fills gaps, so that no missing sample reaches a filter or a network.
public enum MissingSamples {
  /// The samples with every gap (NaN, or infinite) bridged by a straight line; a gap at either end holds the nearest value.
  ///
  /// - Returns: nil where no sample is left to go by.
  public static func interpolated(_ samples: ArraySlice<Float>) -> [Double]? {
    var result = samples.map(Double.init)
    guard let first = result.firstIndex(where: \.isFinite) else { return nil }
    for index in 0..<first { result[index] = result[first] }
    var known = first
    for index in first..<result.count where result[index].isFinite {
      if index - known > 1 {
        let slope = (result[index] - result[known]) / Double(index - known)
        for gap in known + 1..<index { result[gap] = result[known] + slope * Double(gap - known) }
      }
      known = index
    }
    for index in known + 1..<max(known + 1, result.count) { result[index] = result[known] }
    return result
  }
}
