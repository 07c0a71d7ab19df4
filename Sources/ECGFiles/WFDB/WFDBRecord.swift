import ECG
import Files

/// A WFDB record whose headers were read: its own, and those of its segments if it has any.
struct WFDBRecord: OpenRecord {
  private let reference: RecordReference
  private let folder: WFDBFolder
  private let header: WFDBHeader
  private let segments: WFDBSegments?

  /// Reads the headers.
  ///
  /// - Throws: ``ECGFileError`` where one is missing or cannot be parsed, or segments do not fit the record.
  init(_ reference: RecordReference) throws {
    try self.init(reference, header: WFDBHeader.bytes(path: reference.file, shownAs: reference.shownPath(of: reference.fileName)))
  }

  /// Reads the headers of segments beside the record's own, whose bytes are known.
  ///
  /// - Throws: ``ECGFileError``.
  init(_ reference: RecordReference, header bytes: [UInt8]) throws {
    self.reference = reference
    folder = WFDBFolder(reference)
    header = try WFDBHeader(parsing: bytes, file: reference.shownPath(of: reference.fileName))
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
      sampleCount: segments?.frameCount ?? header.frameCount, signalNames: signals.map(\.name), statements: clinical.statements,
      warnings: []
    )
  }

  /// The first seconds; nil of a record of segments, one with skewed signals, or one that is no longer.
  ///
  /// - Throws: ``ECGFileError``.
  func beginning(seconds: Double) throws -> SignalRecord? {
    guard segments == nil, let frames = header.frameCount, header.samplingRateRefusal == nil,
      header.signals.allSatisfy({ $0.skewFrames == 0 })
    else { return nil }
    let wanted = max(1, seconds * header.samplingRateHertz)
    guard wanted < Double(frames) else { return nil }
    var part = header
    part.frameCount = Int(wanted)
    var budget = ReadingBudget(path: header.file, byteCount: header.byteCount)
    let content = try WFDBRecordReader.read(part, in: folder, spending: &budget)
    // Checksums and lengths are those of the whole.
    return SignalRecord(
      name: reference.name, samplingRateHertz: header.samplingRateHertz, frameCount: content.frameCount, signals: content.signals,
      patient: WFDBClinicalComments(comments).statements.patient, diagnoses: [], comments: comments, warnings: [],
      memoryLimit: budget.limit)
  }

  /// The record with its samples.
  ///
  /// - Throws: ``ECGFileError``.
  func read() throws -> SignalRecord {
    var budget = ReadingBudget(path: header.file, byteCount: header.byteCount)
    let content = try segments?.read(in: folder, spending: &budget) ?? WFDBRecordReader.read(header, in: folder, spending: &budget)
    let statements = WFDBClinicalComments(comments).statements
    return SignalRecord(
      name: reference.name, samplingRateHertz: header.samplingRateHertz, frameCount: content.frameCount, signals: content.signals,
      patient: statements.patient, diagnoses: statements.diagnoses, comments: comments,
      warnings: header.warnings + content.warnings, memoryLimit: budget.limit
    )
  }
}
