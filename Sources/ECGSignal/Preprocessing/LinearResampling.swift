/// Linear interpolation from one uniform grid to another, exactly as the paper's released code does it with NumPy.
///
/// Source grid `linspace(0, L, L) / fs`, target grid `linspace(0, M, M) / rate`, `M = int(L / fs · rate)`, values by `np.interp`. The last
/// point of `linspace(0, L, L)` is L itself, so both grids are stretched by one part in their length; networks were trained on that, so it
/// stays. Where the rates are equal nothing is interpolated.
public struct LinearResampling: Sendable, Equatable {
  /// Samples before, L.
  public let sourceCount: Int
  /// Samples after, M; at least 1.
  public let targetCount: Int
  /// Samples per second before.
  public let sourceHertz: Double
  /// Samples per second after.
  public let targetHertz: Double

  /// The longest result, about 8.6 hours at 257 Hz: beyond it lies a damaged header, not an electrocardiogram.
  public static let maximumTargetCount = 8_000_000

  /// Plans the interpolation of `sourceCount` samples.
  ///
  /// - Throws: ``SignalError`` where a rate is not positive, or the result would be empty or longer than ``maximumTargetCount``.
  public init(sourceCount: Int, from sourceHertz: Double, to targetHertz: Double) throws(SignalError) {
    for rate in [sourceHertz, targetHertz] where !(rate > 0 && rate.isFinite) { throw .rateNotPositive(hertz: rate) }
    let seconds = Double(sourceCount) / sourceHertz
    let count = seconds * targetHertz
    guard count <= Double(Self.maximumTargetCount) else {
      throw .tooLong(seconds: seconds, limitSeconds: Double(Self.maximumTargetCount) / targetHertz)
    }
    self.sourceCount = sourceCount
    self.targetCount = sourceHertz == targetHertz ? sourceCount : Int(count)
    self.sourceHertz = sourceHertz
    self.targetHertz = targetHertz
    guard targetCount > 0 else { throw .tooShort(seconds: seconds) }
  }

  /// Four signals, side by side, interpolated.
  ///
  /// - Precondition: `samples` holds ``sourceCount`` values.
  public func apply(to samples: [SIMD4<Double>]) -> [SIMD4<Double>] {
    precondition(samples.count == sourceCount)
    guard sourceHertz != targetHertz else { return samples }
    let source = Grid(count: sourceCount, rate: sourceHertz)
    let target = Grid(count: targetCount, rate: targetHertz)
    return [SIMD4<Double>](unsafeUninitializedCapacity: targetCount) { result, filled in
      var left = 0
      var (leftTime, rightTime) = (source[0], source[1])
      for index in 0..<targetCount {
        let time = target[index]
        while left + 1 < sourceCount, rightTime <= time {
          left += 1
          (leftTime, rightTime) = (rightTime, source[left + 1])
        }
        var value = samples[left]
        if left + 1 < sourceCount {
          let slope: SIMD4<Double> = (samples[left + 1] - value) / (rightTime - leftTime)
          value += slope * (time - leftTime)
        }
        result.initializeElement(at: index, to: value)
      }
      filled = targetCount
    }
  }

  /// The time, in seconds from the recording's first sample, at which a target sample was read.
  public func sourceSeconds(ofTarget index: Int) -> Double {
    guard sourceHertz != targetHertz, sourceCount > 1 else { return Double(index) / targetHertz }
    let stretch = Double(sourceCount) / Double(sourceCount - 1)
    let targetStretch = targetCount > 1 ? Double(targetCount) / Double(targetCount - 1) : 1
    return Double(index) * targetStretch / targetHertz / stretch
  }

  /// `linspace(0, count, count) / rate`, with NumPy's roundings.
  private struct Grid {
    let count: Int
    let rate: Double
    let step: Double

    init(count: Int, rate: Double) {
      self.count = count
      self.rate = rate
      step = count > 1 ? Double(count) / Double(count - 1) : 0
    }

    subscript(index: Int) -> Double {
      (index > 0 && index == count - 1 ? Double(count) : Double(index) * step) / rate
    }
  }
}
