import ECG
import ECGSignal

/// What is made of a recording for the eye alone: its filtered traces, its beats, and the median beat.
///
/// The network sees none of it.
public struct DisplayTraces: Sendable {
  /// The filter that was applied.
  public let filter: DisplayFilter
  /// The recording as the filter shows it.
  public let recording: LoadedRecording
  /// What the recording itself says, unfiltered.
  public let findings: RecordFindings
  /// Sample numbers of the R peaks.
  public let rPeaks: [Int]
  /// The median distance of two beats; nil where there are no two.
  public let rrSeconds: Double?
  /// The median beat of every lead, of the beats of the usual shape and from the level before their QRS complexes, and how many these are; nil where no
  /// beats were found.
  public let medianBeats: (recording: LoadedRecording, beatCount: Int)?

  /// The rate over the recording, for the trend that is drawn of long ones.
  package let trend: RateCurve

  /// Long recordings get pyramids; below this many samples a lead, drawing is fast without.
  package static let pyramidSampleCount = 100_000

  /// The samples that were measured, where these are not all; nil of a recording that was measured whole.
  public let measuredPart: Range<Int>?

  /// Works everything out; nil where the work was cancelled.
  ///
  /// - Parameters:
  ///   - known: What was made of the same recording under another filter: its beats and findings hold for this one too, where they are of all of it.
  ///   - part: The samples to measure, where all would take too long; nil for all.
  public init?(
    of loaded: LoadedRecording, filter: DisplayFilter, known: DisplayTraces? = nil, measuring part: Range<Int>? = nil,
    isCancelled: () -> Bool = { false }
  ) {
    self.filter = filter
    if filter == .none {
      recording = loaded
    } else {
      guard let filtered = filter.filtered(loaded.recording, isCancelled: isCancelled) else { return nil }
      var ready = LoadedRecording(filtered)
      if filtered.sampleCount > Self.pyramidSampleCount { ready.buildPyramids() }
      recording = ready
    }
    if isCancelled() { return nil }
    let whole = known.flatMap { $0.measuredPart == nil ? $0.findings : nil }
    measuredPart = whole == nil ? part : nil
    findings = whole ?? part.map { RecordFindings(of: loaded.recording, in: $0) } ?? RecordFindings(of: loaded.recording)
    if isCancelled() { return nil }
    let measurements = findings.measurements
    rPeaks = measurements.rPeaks
    let intervals = zip(rPeaks.dropFirst(), rPeaks).map { Double($0 - $1) / measurements.samplingRateHertz }.sorted()
    rrSeconds = intervals.isEmpty ? nil : intervals[intervals.count / 2]
    trend = RateCurve(measurements)
    // Figures are of the usual shape of beat; so is what is drawn beside them.
    let usual = measurements.beats.filter { $0.shape == 0 }.map(\.rPeak)
    let median = MedianBeats(of: recording.recording, rPeaks: usual) ?? MedianBeats(of: recording.recording, rPeaks: rPeaks)
    let levelled = measurements.usualShape.flatMap { median?.levelled(by: $0) } ?? median
    medianBeats = levelled.map { (LoadedRecording($0.recording), $0.beatCount) }
  }
}
