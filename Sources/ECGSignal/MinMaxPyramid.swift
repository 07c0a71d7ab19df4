/// The minimum and maximum of any stretch of a signal, without reading it all: levels of pairs, each level covering 16 times as many samples.
///
/// Drawing a long recording asks for the extremes of thousands of samples a dot; no spike may get lost, so plain decimation will not do.
/// Missing samples (NaN) count for nothing; a stretch without any sample has no extremes.
public struct MinMaxPyramid: Sendable {
  /// How many entries of a level one entry of the next level covers.
  private static let factor = 16

  /// The smallest and the largest value of a stretch, in the signal's unit.
  public struct Extremes: Sendable, Equatable {
    /// Smallest value.
    public var minimum: Float
    /// Largest value.
    public var maximum: Float

    /// Two extremes.
    public init(minimum: Float, maximum: Float) {
      self.minimum = minimum
      self.maximum = maximum
    }

    /// The extremes of both stretches together.
    public func union(_ other: Extremes) -> Extremes {
      Extremes(minimum: Swift.min(minimum, other.minimum), maximum: Swift.max(maximum, other.maximum))
    }

    fileprivate static let none = Extremes(minimum: .infinity, maximum: -.infinity)
    fileprivate var isNone: Bool { minimum > maximum }

    fileprivate mutating func include(_ value: Float) {
      // Comparisons with NaN are false, so missing samples fall through.
      if value < minimum { minimum = value }
      if value > maximum { maximum = value }
    }
  }

  private let samples: ArraySlice<Float>
  private let levels: [[Extremes]]

  /// Builds the pyramid over a signal; time proportional to its length, memory about an eighth of it.
  public init(_ samples: ArraySlice<Float>) {
    self.samples = samples
    var levels: [[Extremes]] = []
    var base = [Extremes](repeating: .none, count: samples.count / Self.factor)
    samples.withUnsafeBufferPointer { buffer in
      for entry in base.indices {
        var extremes = Extremes.none
        for index in entry * Self.factor..<(entry + 1) * Self.factor { extremes.include(buffer[index]) }
        base[entry] = extremes
      }
    }
    while !base.isEmpty {
      levels.append(base)
      let finer = base
      base = (0..<finer.count / Self.factor).map { entry in
        finer[entry * Self.factor..<(entry + 1) * Self.factor].reduce(Extremes.none) { $0.union($1) }
      }
    }
    self.levels = levels
  }

  /// The extremes of samples `range` (clamped to the signal); nil where it holds no sample.
  public func extremes(in range: Range<Int>) -> Extremes? {
    let clamped = range.clamped(to: 0..<samples.count)
    var result = Extremes.none
    var position = clamped.lowerBound
    let offset = samples.startIndex
    while position < clamped.upperBound {
      var width = 1
      var level = -1
      while level + 1 < levels.count, position.isMultiple(of: width * Self.factor), position + width * Self.factor <= clamped.upperBound,
        position / (width * Self.factor) < levels[level + 1].count
      {
        width *= Self.factor
        level += 1
      }
      if level < 0 {
        result.include(samples[offset + position])
      } else {
        result = result.union(levels[level][position / width])
      }
      position += width
    }
    return result.isNone ? nil : result
  }
}
