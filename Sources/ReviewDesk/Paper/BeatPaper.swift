import ECGSignal

/// The paper of median beats: its time counts from the R peak.
enum BeatPaper {
  /// How long a median beat is.
  static let seconds = MedianBeats.secondsBefore + MedianBeats.secondsAfter
  /// Where its R peak is.
  static let secondsToPeak = MedianBeats.secondsBefore
}
