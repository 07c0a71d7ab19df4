import Dispatch

/// Runs of one computation with random numbers of their own, for bootstrap and simulation.
public enum Replicates {
  /// What each run makes of its random numbers, on all processors; the same for the same seed on any number of them.
  public static func run<Sample: Sendable>(_ count: Int, seed: UInt64, _ sample: @Sendable (inout SeededGenerator) -> Sample) -> [Sample] {
    spread(max(0, count)) { replicate in
      var generator = SeededGenerator(seed: seed, stream: UInt64(replicate))
      return sample(&generator)
    }
  }

  /// The results of a body for every number of 0..<`count`, in order; it is given stretches of them on all processors, and can keep what it works with.
  public static func stretches<Result: Sendable>(_ count: Int, _ body: @Sendable (Range<Int>) -> [Result]) -> [Result] {
    let length = 256
    return spread((count + length - 1) / length) { body(($0 * length)..<min(count, ($0 + 1) * length)) }.flatMap { $0 }
  }

  /// The results of a body for 0..<`count`, in order, computed on all processors.
  public static func spread<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      nonisolated(unsafe) let places = buffer
      DispatchQueue.concurrentPerform(iterations: count) { places.initializeElement(at: $0, to: body($0)) }
      initialized = count
    }
  }
}
