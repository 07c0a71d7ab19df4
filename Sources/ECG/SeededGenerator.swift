import Files

/// Random numbers that a seed determines on every machine and in every version of the program: SplitMix64.
///
/// The standard library does not promise that its ways of drawing stay as they are, so the few that are needed are written out here, without any
/// function of the C library.
/// Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator that starts at `seed`.
  public init(seed: UInt64) { state = seed }

  /// The numbers of one of many streams of a seed, far apart from each other.
  public init(seed: UInt64, stream: UInt64) {
    state = seed
    state = next() ^ stream
    state = next()
  }

  /// The numbers of a seed for one purpose; different purposes draw independent numbers from one seed.
  ///
  /// Studies are drawn with it: it starts from SHA-256 of the purpose and the seed, and must stay as it is.
  public init(seed: UInt64, purpose: String) {
    let digest = SHA256.hash("einthoven \(purpose) \(seed)".utf8)
    self.init(seed: digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A whole number from 0 to `bound` - 1, each equally likely (Lemire 2019); 0 where `bound` is not positive.
  public mutating func below(_ bound: Int) -> Int {
    guard bound > 0 else { return 0 }
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// The elements in a random order (Fisher and Yates, Durstenfeld 1964).
  public mutating func shuffled<Element>(_ elements: some Sequence<Element>) -> [Element] {
    var result = Array(elements)
    for last in result.indices.reversed().dropLast() { result.swapAt(last, below(last + 1)) }
    return result
  }

  /// A number from `range`, evenly distributed.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    let unit = Double(next() >> 11) * 0x1p-53
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit
  }

  /// A number of mean 0 and standard deviation 1, nearly normal: the sum of twelve even ones, never beyond ±6.
  public mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform(in: 0...1) }
    return sum
  }
}
