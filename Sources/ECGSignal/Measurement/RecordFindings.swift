import ECG

/// What a recording itself says before anyone judges it: its figures, how far each lead can be trusted, and whether electrodes look exchanged.
public struct RecordFindings: Sendable {
  /// Beats, intervals and axes.
  public let measurements: Measurements
  /// The quality of each lead and of the record.
  public let quality: LeadQuality
  /// What the usual beat says about exchanged electrodes.
  public let swap: LeadSwapAssessment

  /// Findings that were made already.
  init(measurements: Measurements, quality: LeadQuality, swap: LeadSwapAssessment) {
    self.measurements = measurements
    self.quality = quality
    self.swap = swap
  }

  /// Measures a recording as it was read, unfiltered.
  public init(of recording: Recording) {
    measurements = Measurements(of: recording)
    quality = LeadQuality(of: recording)
    swap = LeadSwapAssessment(of: measurements)
  }
}
