import ECG

/// Reads recordings of any known format.
public enum RecordFile {
  /// Reads a whole recording.
  ///
  /// - Throws: ``ECGFileError``.
  public static func read(_ reference: RecordReference) throws -> SignalRecord {
    try reference.format.reader.read(reference)
  }

  /// What a recording's header says; no sample is read.
  ///
  /// - Throws: ``ECGFileError`` where the header is missing or cannot be parsed.
  public static func readHeader(_ reference: RecordReference) throws -> RecordFacts {
    try reference.format.reader.readHeader(reference)
  }

  /// What is known about a recording, its samples checked where they can be read.
  ///
  /// Where the samples are refused the answer comes from the header alone, and the refusal is among the warnings.
  ///
  /// - Throws: ``ECGFileError`` where the header is missing or cannot be parsed.
  public static func inspect(_ reference: RecordReference) throws -> RecordFacts {
    var facts = try reference.format.reader.readHeader(reference)
    do {
      let record = try read(reference)
      facts.sampleCount = record.frameCount
      facts.warnings = record.warnings
      guard facts.hasLeads else { return facts }
      facts.warnings = try Recording(record).warnings
    } catch {
      facts.warnings.append(RecordWarning("\(error)"))
    }
    return facts
  }
}
