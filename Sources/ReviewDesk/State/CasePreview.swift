import ECGPaper

/// The sheet of the record that is selected in the list, beside it on a wide screen.
public struct CasePreview: Sendable {
  /// The record's place on the desk.
  let caseIndex: Int
  /// The record as far as it is there: its traces, and what is made of them for the eye.
  var content: Content = .waiting

  /// What there is of the record.
  public enum Content: Sendable {
    case waiting
    case ready(LoadedRecording, DisplayTraces)
    case failed(String)
  }
}
