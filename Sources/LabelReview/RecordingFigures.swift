/// What was measured of a recording, as far as lists of recordings show it.
public struct RecordingFigures: Sendable, Hashable {
  /// Beats a minute; nil where it could not be measured.
  public var heartRate: Double?
  /// Duration of the QRS complex in milliseconds.
  public var qrsMilliseconds: Double?
  /// Axis of the QRS complex in degrees, -180…180.
  public var qrsAxisDegrees: Double?
  /// In a word: good, fair or poor.
  public var quality: String

  /// Figures; nil for what could not be measured.
  public init(heartRate: Double?, qrsMilliseconds: Double?, qrsAxisDegrees: Double?, quality: String) {
    self.heartRate = heartRate
    self.qrsMilliseconds = qrsMilliseconds
    self.qrsAxisDegrees = qrsAxisDegrees
    self.quality = quality
  }
}
