import ECG

extension Bootstrap {
  /// What each replicate makes of random numbers of its own, on all processors; the same for the same seed on any number of them.
  func parallel<Sample: Sendable>(_ sample: @Sendable (inout SeededGenerator) -> Sample) -> [Sample] {
    Replicates.run(replicates, seed: seed, sample)
  }
}
