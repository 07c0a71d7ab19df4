import ECG

/// Reads recordings of any known format.
public enum RecordFile {
  /// Opens a recording and reads its header.
  ///
  /// - Throws: ``ECGFileError``.
  public static func open(_ reference: RecordReference) throws -> any OpenRecord { try reference.format.reader.open(reference) }

  /// Reads a whole recording.
  ///
  /// - Throws: ``ECGFileError``.
  public static func read(_ reference: RecordReference) throws -> SignalRecord { try open(reference).read() }

  /// What a recording says about its patient and diagnoses, even where the rest of its header is in no order.
  ///
  /// - Throws: ``ECGFileError`` where the header is missing or no text.
  public static func statements(_ reference: RecordReference) throws -> RecordStatements {
    try reference.format.reader.readStatements(reference)
  }

  /// What a recording's header says; no sample is read.
  ///
  /// - Throws: ``ECGFileError`` where the header is missing or cannot be parsed.
  public static func readHeader(_ reference: RecordReference) throws -> RecordFacts {
    try open(reference).facts
  }

  /// What is known about a recording, its samples checked where they can be read.
  ///
  /// Where the samples are refused the answer comes from the header alone, and the refusal is among the warnings.
  ///
  /// - Throws: ``ECGFileError`` where the header is missing or cannot be parsed.
  public static func inspect(_ reference: RecordReference) throws -> RecordFacts { try inspected(reference).facts }

  /// What is known about a recording, as ``inspect(_:)`` tells it, and the recording itself; nil where its samples are refused or are no ECG.
  ///
  /// - Throws: ``ECGFileError`` where the header is missing or cannot be parsed.
  public static func inspected(_ reference: RecordReference) throws -> (facts: RecordFacts, recording: Recording?) {
    let opened = try open(reference)
    var facts = opened.facts
    do {
      let record = try opened.read()
      facts.sampleCount = record.frameCount
      facts.warnings = record.warnings
      guard facts.hasLeads else { return (facts, nil) }
      let recording = try Recording(record)
      facts.warnings = recording.warnings
      return (facts, recording)
    } catch {
      facts.warnings.append(RecordWarning("\(error)"))
    }
    return (facts, nil)
  }
}
