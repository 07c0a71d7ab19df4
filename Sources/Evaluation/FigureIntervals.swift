import ECG

/// Confidence intervals of figures by resampling patients with replacement (Efron and Tibshirani 1993, percentile method).
///
/// Recordings of one patient are drawn together, because they are no independent evidence; without patients each recording is its own.
public struct FigureIntervals: Sendable {
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
    samples = Replicates.run(replicates, seed: seed) { generator in
      var weights = [Double](repeating: 0, count: records.count)
      for _ in patients.indices {
        for record in patients[generator.below(patients.count)] { weights[record] += 1 }
      }
      return maker.figures(weights: weights)
    }
  }

  /// The interval of a figure, interpolated between samples as numpy's `percentile` does; samples in which it is undefined are left out.
  public func interval(of figure: (Figures) -> Double?) -> ConfidenceInterval? {
    ConfidenceInterval(percentilesOf: samples.compactMap(figure))
  }
}
