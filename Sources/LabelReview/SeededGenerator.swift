import Crypto

/// Random numbers that a seed and a purpose determine, on every machine and in every version of the program: studies are drawn with it.
///
/// SplitMix64 (Steele, Lea and Flood 2014), started from SHA-256 of the purpose and the seed.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The numbers of a seed for one purpose; different purposes draw independent numbers from one seed.
  public init(seed: UInt64, purpose: String) {
    let digest = SHA256.hash(data: Array("einthoven \(purpose) \(seed)".utf8))
    state = digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// A whole number from 0 to `bound` - 1, each equally likely (Lemire 2019); 0 where `bound` is not positive.
  ///
  /// Not the standard library's, whose way of drawing is not promised to stay.
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
}
