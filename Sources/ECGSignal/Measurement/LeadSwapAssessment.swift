import ECG
import Foundation

/// What the shapes of a beat say about exchanged electrodes.
public struct LeadSwapAssessment: Sendable, Equatable {
  /// A suspected swap: which, how sure, and why.
  public struct Suspicion: Sendable, Equatable {
    /// The electrodes that seem to be exchanged.
    public let swap: LeadSwap
    /// How sure, 0 to 1; at least the swap's ``LeadSwap/threshold``.
    public let score: Double
    /// What speaks for it, in words, the most telling first.
    public let reasons: [String]

    /// One line for a person.
    public var description: String {
      "the electrodes \(swap.words) may be exchanged (\(swap.rawValue), score \(String(format: "%.2f", score))): \(reasons.joined(separator: "; "))"
    }
  }

  /// Above this share of restlessness another beat, or a pacing spike, shares the window with the beat that is judged.
  ///
  /// One of 1608 recordings of PTB-XL and most ventricular tachycardias lie above.
  private static let crowded: Float = 0.18

  /// The score of each swap, 0 to 1; empty where nothing could be judged.
  ///
  /// 0.5 where the leads are as plausible exchanged as they are, 0.9 where they are nine times as plausible exchanged.
  public let scores: [LeadSwap: Double]
  /// The swap with the highest score, where that reaches the threshold.
  public let suspicion: Suspicion?
  /// Why nothing could be judged, in a few words; nil where it was.
  public let unknownBecause: String?

  /// Judges a beat, best the median beat of a recording.
  ///
  /// Every lead has to be there. Cost: about 0.3 ms.
  public init(of beat: TwelveLeadBeat) {
    guard let shape = BeatOutline(beat) else {
      self.init(unknownBecause: "no beat long enough")
      return
    }
    let unknown = Lead.allCases.filter { !shape.isKnown[$0.rawValue] }
    guard unknown.isEmpty else {
      self.init(unknownBecause: "no signal in \(unknown.map(\.name).joined(separator: ", "))")
      return
    }
    self.init(shape)
  }

  /// Judges the usual beat of a measured recording; unknown where there are no beats.
  public init(of measurements: Measurements) {
    if let shape = measurements.usualShape, shape.median.sampleCount > 0 {
      self.init(of: TwelveLeadBeat(shape, limbFactors: measurements.limbFactors))
    } else {
      self.init(unknownBecause: "no beats")
    }
  }

  private init(unknownBecause reason: String) {
    scores = [:]
    suspicion = nil
    unknownBecause = reason
  }

  private init(_ shape: BeatOutline) {
    let logs = LeadSwapNetwork.logProbabilities(of: shape).map(Double.init)
    // What another beat is mixed with tells half as much.
    let trust = shape.restlessness > Self.crowded ? 0.5 : 1
    let scores = logs.dropFirst().map { 1 / (1 + exp(trust * (logs[0] - $0))) }
    self.scores = Dictionary(uniqueKeysWithValues: zip(LeadSwap.allCases, scores))
    unknownBecause = nil
    // The most plausible of all is what is suspected, or nothing is.
    let best = zip(LeadSwap.allCases, scores).max { $0.1 < $1.1 }
    suspicion = best.flatMap { swap, score in
      guard score >= swap.threshold else { return nil }
      let reasons = LeadSwapReasons(shape).reasons(for: swap, ratio: score / max(1 - score, 1e-12))
      return Suspicion(swap: swap, score: score, reasons: reasons)
    }
  }
}
