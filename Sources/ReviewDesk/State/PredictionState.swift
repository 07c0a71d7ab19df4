import Classification
import ECG
import SEResNet

/// What the model has said so far about the open case.
///
/// Answers arrive one by one, each when it is ready.
public struct PredictionState: Sendable {
  /// The stretch of time of each of the network's windows, in seconds; empty while nothing has arrived.
  public var windowSeconds: [ClosedRange<Double>] = []
  /// Predictions of single windows.
  public var windows: [Int: [ClassPrediction]] = [:]
  /// The whole recording's prediction: the mean over its windows.
  public var mean: [ClassPrediction]?
  /// Lead attributions of single windows.
  public var attributions: [Int: LeadAttribution] = [:]
  /// Why there is no prediction.
  public var failure: String?

  /// Nothing yet.
  public init() {}

  /// The whole recording's prediction where it is there, else that of any window.
  var best: [ClassPrediction]? { mean ?? windows.values.first }

  /// The window that a stretch of time lies in: the one whose middle is nearest to the stretch's middle.
  func window(showing stretch: ClosedRange<Double>) -> Int {
    let middle = (stretch.lowerBound + stretch.upperBound) / 2
    func distance(_ window: Int) -> Double {
      abs((windowSeconds[window].lowerBound + windowSeconds[window].upperBound) / 2 - middle)
    }
    return windowSeconds.indices.min { distance($0) < distance($1) } ?? 0
  }
}
