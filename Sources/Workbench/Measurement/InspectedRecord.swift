import ECG
import ECGFiles
import ECGSignal

/// What is known about a recording, exchanged electrodes among what looks suspicious.
public enum InspectedRecord {
  /// A recording longer than this is not measured to answer a question about its file.
  private static let longestMeasuredSeconds = 600.0

  /// The facts of a recording, as ``ECGFiles/RecordFile/inspect(_:)`` tells them, with a warning where electrodes seem exchanged.
  ///
  /// - Throws: `ECGFileError` where the header is missing or cannot be parsed.
  public static func facts(_ reference: RecordReference, measurer: ECGMeasurer) throws -> RecordFacts {
    let inspected = try RecordFile.inspected(reference)
    var facts = inspected.facts
    if let recording = inspected.recording { facts.warnings += warnings(of: measurements(of: recording, measurer: measurer)) }
    return facts
  }

  /// What a recording measures, where it is not too long to be measured to answer a question about its file.
  static func measurements(of recording: Recording, measurer: ECGMeasurer) -> Measurements? {
    recording.durationSeconds <= longestMeasuredSeconds ? measurer.measure(recording) : nil
  }

  /// What only its measurements tell of a recording: electrodes that seem exchanged.
  static func warnings(of measurements: Measurements?) -> [RecordWarning] {
    guard let suspicion = measurements.flatMap({ LeadSwapAssessment(of: $0).suspicion }) else { return [] }
    return [RecordWarning(suspicion.description, kind: .leadSwap, caution: "\(suspicion.swap.rawValue) swap?")]
  }
}
