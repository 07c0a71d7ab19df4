import ECG

/// A WFDB record whose headers were read: its own, and those of its segments if it has any.
struct WFDBRecord {
  private let reference: RecordReference
  private let folder: WFDBFolder
  private let header: WFDBHeader
  private let segments: WFDBSegments?

  /// Reads the headers.
  ///
  /// - Throws: ``ECGFileError`` where one is missing or cannot be parsed, or segments do not fit the record.
  init(_ reference: RecordReference) throws {
    self.reference = reference
    folder = WFDBFolder(reference)
    header = try WFDBHeader(path: reference.url.path, shownAs: reference.shownPath(of: reference.fileName))
    segments = header.segments == nil ? nil : try WFDBSegments(header, in: folder)
  }

  /// Comments of the record, then those of the header that describes its signals.
  private var comments: [String] { header.comments + (segments?.model.comments ?? []) }

  /// What the headers say.
  var facts: RecordFacts {
    let signals = segments?.model.signals ?? header.signals
    let clinical = WFDBClinicalComments(comments)
    return RecordFacts(
      name: reference.name, format: .wfdb, samplingRateHertz: header.samplingRateRefusal == nil ? header.samplingRateHertz : nil,
      sampleCount: segments?.frameCount ?? header.frameCount, signalNames: signals.map(\.name), patient: clinical.patient,
      diagnoses: clinical.diagnoses, warnings: []
    )
  }

  /// The record with its samples.
  ///
  /// - Throws: ``ECGFileError``.
  func signalRecord() throws -> SignalRecord {
    let content = try segments.map { try $0.read(in: folder) } ?? WFDBRecordReader.read(header, in: folder)
    let clinical = WFDBClinicalComments(comments)
    return SignalRecord(
      name: reference.name, samplingRateHertz: header.samplingRateHertz, frameCount: content.frameCount, signals: content.signals,
      patient: clinical.patient, diagnoses: clinical.diagnoses, comments: comments, warnings: content.warnings
    )
  }
}
