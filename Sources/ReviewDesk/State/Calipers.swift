import ECG
import ECGPaper

/// Two carets on the paper, in time.
///
/// What lies between them is read from samples, not from dots.
public struct Calipers: Sendable, Equatable {
  /// The two carets' times, in seconds.
  public var seconds: [Double]
  /// Which caret the keys move: 0 or 1.
  public var active = 1
  /// Whether the distance is repeated over the paper, for rhythm.
  public var marchesOut = false

  /// Two carets.
  public init(_ first: Double, _ second: Double) { seconds = [first, second] }

  /// The distance, in seconds.
  public var distance: Double { abs(seconds[1] - seconds[0]) }

  /// The rate at which something that takes the distance repeats, in beats a minute; nil for no distance.
  public var beatsPerMinute: Double? { distance > 0 ? 60 / distance : nil }

  /// The difference of a lead from the earlier caret to the later one, in millivolts; nil where a sample is missing.
  func millivolts(of lead: Lead, in loaded: LoadedRecording) -> Float? {
    let rate = loaded.recording.samplingRateHertz
    guard let first = loaded.value(of: lead, atSample: (seconds.min() ?? 0) * rate),
      let second = loaded.value(of: lead, atSample: (seconds.max() ?? 0) * rate)
    else { return nil }
    return second - first
  }

  /// Times at which the distance, repeated from the carets on to both sides, falls within a stretch.
  func marks(in stretch: ClosedRange<Double>) -> [Double] {
    guard marchesOut, distance > 0, (stretch.upperBound - stretch.lowerBound) / distance < 2000 else { return [] }
    let first = ((stretch.lowerBound - seconds[0]) / distance).rounded(.up)
    let last = ((stretch.upperBound - seconds[0]) / distance).rounded(.down)
    guard first <= last else { return [] }
    return stride(from: first, through: last, by: 1).map { seconds[0] + $0 * distance }
  }
}
