import ECG

/// Which part of a recording two annotators are compared on, and how near is near.
public struct ComparisonPeriod: Sendable, Hashable {
  /// Samples a second.
  public var samplingRateHertz: Double
  /// The record's length in samples; nil where it is not known: then the comparison ends with the reference.
  public var sampleCount: Int?
  /// Seconds at the beginning that are not compared; the standards leave five minutes for learning.
  public var startSeconds: Double
  /// How far two annotations of one event may lie apart.
  public var toleranceMilliseconds: Double

  /// The tolerance of EC38 and EC57.
  public static let standardToleranceMilliseconds = 150.0

  /// A period.
  public init(
    samplingRateHertz: Double, sampleCount: Int?, startSeconds: Double = 0,
    toleranceMilliseconds: Double = standardToleranceMilliseconds
  ) {
    self.samplingRateHertz = samplingRateHertz
    self.sampleCount = sampleCount
    self.startSeconds = startSeconds
    self.toleranceMilliseconds = toleranceMilliseconds
  }

  /// The first sample that is compared.
  public var start: Int { samples(startSeconds) }
  /// The last sample that is compared; nil where the length is not known.
  public var end: Int? { sampleCount.flatMap { $0 > 0 ? $0 : nil } }
  /// The tolerance in samples.
  public var tolerance: Int { samples(toleranceMilliseconds / 1000) }

  /// A time in samples, rounded as WFDB's library rounds it.
  private func samples(_ seconds: Double) -> Int { Int(max(0, min(0x1p53, seconds * samplingRateHertz + 0.5))) }

  /// Samples in milliseconds.
  func milliseconds(_ samples: Double) -> Double { samples * 1000 / samplingRateHertz }
}

/// A part of a whole, as it is counted: hits of so many.
public struct Share<Count: Sendable & Hashable & Numeric & Comparable>: Sendable, Hashable {
  /// What was found.
  public var hits: Count
  /// What there was to find.
  public var of: Count

  /// A share.
  public init(_ hits: Count, of: Count) {
    self.hits = hits
    self.of = of
  }
}
