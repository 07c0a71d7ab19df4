import ECG
import Files

extension SeededGenerator {
  /// The numbers of a seed for one purpose; different purposes draw independent numbers from one seed.
  ///
  /// Studies are drawn with it: it starts from SHA-256 of the purpose and the seed, and must stay as it is.
  public init(seed: UInt64, purpose: String) {
    let digest = SHA256.hash("einthoven \(purpose) \(seed)".utf8)
    self.init(seed: digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
  }
}
