import ECG

extension SeededGenerator {
  /// A generator of its own for each name, so that adding or removing a recording changes no other.
  package init(seed: UInt64, name: String) {
    // FNV-1a, 64 bits: String's own hash differs from run to run.
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    self.init(seed: seed ^ hash)
  }
}
