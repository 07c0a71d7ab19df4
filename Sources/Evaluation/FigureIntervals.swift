import Dispatch
import ECG

/// Confidence intervals of figures by resampling patients with replacement (Efron and Tibshirani 1993, percentile method).
///
/// Recordings of one patient are drawn together, because they are no independent evidence; without patients each recording is its own.
public struct FigureIntervals: Sendable {
  /// The 2.5 % and 97.5 % quantiles.
  public struct Interval: Sendable, Hashable {
    /// The lower end.
    public let low: Double
    /// The upper end.
    public let high: Double
  }

  /// Samples drawn.
  public let replicates: Int
  /// Seed of the drawing.
  public let seed: UInt64
  private let samples: [Figures]

  /// Draws samples and makes the figures of each; the same for the same seed, on any number of processors.
  public init(_ records: ScoredRecords, replicates: Int, seed: UInt64) {
    self.replicates = replicates
    self.seed = seed
    let maker = FigureMaker(records)
    let patients = Dictionary(grouping: records.patients.indices) { records.patients[$0] }.sorted { $0.key < $1.key }.map(\.value)
    samples = [Figures](unsafeUninitializedCapacity: replicates) { buffer, count in
      nonisolated(unsafe) let places = buffer
      DispatchQueue.concurrentPerform(iterations: replicates) { replicate in
        var generator = SeededGenerator(seed: seed, stream: UInt64(replicate))
        var weights = [Double](repeating: 0, count: records.count)
        for _ in patients.indices {
          for record in patients[generator.below(patients.count)] { weights[record] += 1 }
        }
        places.initializeElement(at: replicate, to: maker.figures(weights: weights))
      }
      count = replicates
    }
  }

  /// The interval of a figure, interpolated between samples as numpy's `percentile` does; samples in which it is undefined are left out.
  public func interval(of figure: (Figures) -> Double?) -> Interval? {
    let values = samples.compactMap(figure).sorted()
    guard let low = values.sortedQuantile(0.025), let high = values.sortedQuantile(0.975) else { return nil }
    return Interval(low: low, high: high)
  }
}
