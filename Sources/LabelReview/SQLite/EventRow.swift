import Agreement
import ECG
import Files
import Foundation
import GRDB

/// One row of the event table with the parts of its study and case that its digest covers, exactly as stored.
///
/// Digests are made from this and never from decoded values, so that a word this program does not know still verifies.
struct EventRow: FetchableRecord {
  var sequence: Int64
  var identifier: String
  var kind: String
  var study: StudyPart
  var studyCase: CasePart
  var reviewer: String
  var verdict: String
  var timeMilliseconds: Int64
  var spentMilliseconds: Int64?
  var visible: String
  var note: String
  var recordingDigest: String?
  var modelDigest: String?
  var probability: Double?
  var programVersion: String
  var undoes: String?
  /// Which fields the digest covers: 1 to 5, see ``contentDigest()``.
  var form: Int64 = 2
  var origin: String?
  /// What is said of each statement of a study that relabels, in the form of ``CaseAnswer``.
  var answer: String?
  /// What was measured of the recording, as a JSON object.
  var measured: String?
  /// What was done to the reader's annotations, in the form of ``AnnotationStroke``.
  var annotation: String?
  var previousDigest: Data
  var digest: Data

  /// What an event's digest covers of its study: an edited question would change what every verdict means.
  struct StudyPart {
    var rowID: Int64
    var identifier: String
    var diagnosis: String
    var question: String
    var blinding: String
    var settings: String
  }

  /// What an event's digest covers of its case: not the path, which may change when recordings move.
  struct CasePart {
    var rowID: Int64
    var identifier: String
    var record: String
    var repetition: Int64
    var label: String?
    var recordingDigest: String?
    var source: String?
  }

  /// The digest before the first event.
  static let chainStart = Data(repeating: 0, count: 32)

  /// The digest this row should have: SHA-256 over a tag and every field in the order written here.
  ///
  /// A field is the byte 0 where it is null, else the byte 1, its length in bytes (UInt64, little-endian) and the bytes: UTF-8 of a text,
  /// the decimal digits of an integer, the bit pattern of a probability in decimal digits, a digest as it is.
  ///
  /// Form 1, of stores made by version 1 of the schema, does not know what the study hides, how it came about, the recording's digest and source at
  /// sampling, and an event's origin. Form 2 has them behind the others. Form 3 is that of an event with an answer, which comes last, form 4 that of one
  /// with measured figures behind it, form 5 that of one with a stroke behind these.
  func contentDigest() -> Data {
    var fields = FieldHash(tag: "einthoven-event-\(form)")
    fields.add(previousDigest)
    fields.add(String(sequence))
    for text in [identifier, kind, study.identifier, study.diagnosis, study.question] { fields.add(text) }
    for text in [studyCase.identifier, studyCase.record, String(studyCase.repetition), studyCase.label] { fields.add(text) }
    for text in [reviewer, verdict, String(timeMilliseconds), spentMilliseconds.map { String($0) }] { fields.add(text) }
    for text in [visible, note, recordingDigest, modelDigest, probability.map { String($0.bitPattern) }] { fields.add(text) }
    for text in [programVersion, undoes] { fields.add(text) }
    if form >= 2 {
      for text in [study.blinding, study.settings, studyCase.recordingDigest, studyCase.source, origin] { fields.add(text) }
    }
    if form >= 3 || answer != nil { fields.add(answer) }
    if form >= 4 || measured != nil { fields.add(measured) }
    if form >= 5 || annotation != nil { fields.add(annotation) }
    return fields.finalize()
  }

  /// The event these columns hold.
  ///
  /// - Throws: ``ReviewStoreError/damaged(path:reason:)`` where a word is not one of ours.
  func event(path: String) throws -> VerdictEvent {
    func known<Value>(_ value: Value?, _ column: String) throws -> Value {
      guard let value else { throw ReviewStoreError.damaged(path: path, reason: "event \(sequence) holds an unknown \(column)") }
      return value
    }
    return VerdictEvent(
      id: try known(UUID(uuidString: identifier), "identifier"),
      sequence: Int(sequence),
      kind: try known(VerdictEvent.Kind(rawValue: kind), "kind"),
      studyID: try known(UUID(uuidString: study.identifier), "study"),
      caseID: try known(UUID(uuidString: studyCase.identifier), "case"),
      reviewer: reviewer,
      verdict: try known(Verdict(rawValue: verdict), "verdict"),
      answer: try answer.map { try known(CaseAnswer(form: $0), "answer") },
      measured: try measured.map { try known(MeasuredFigures.read($0), "figure") } ?? [:],
      annotation: try annotation.map { try known(AnnotationStroke(form: $0), "stroke") },
      time: Date(milliseconds: timeMilliseconds),
      seconds: spentMilliseconds.map { Double($0) / 1000 },
      visible: try known(Visible(text: visible), "part of the screen"),
      note: note,
      recordingDigest: recordingDigest.map { RecordingDigest(hexadecimal: $0) },
      modelDigest: modelDigest,
      probability: probability,
      programVersion: programVersion,
      undoes: try undoes.map { try known(UUID(uuidString: $0), "undone event") },
      origin: origin,
      previousDigest: previousDigest.hexadecimal,
      digest: digest.hexadecimal
    )
  }
}

/// SHA-256 over fields whose lengths are hashed with them, so that no two lists of fields give the same bytes.
///
/// The fields are gathered and hashed at once: a long log is checked before it is counted, and calls for a few bytes each take longer than the hash.
struct FieldHash {
  private var bytes: [UInt8] = []

  init(tag: String) {
    bytes.reserveCapacity(1024)
    bytes.append(contentsOf: tag.utf8)
  }

  mutating func add(_ text: String?) {
    guard let text else { return bytes.append(0) }
    add(text.utf8)
  }

  mutating func add(_ field: some Collection<UInt8>) {
    bytes.append(1)
    withUnsafeBytes(of: UInt64(field.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: field)
  }

  func finalize() -> Data { Data(SHA256.hash(bytes).bytes) }
}

extension Date {
  /// A time from whole milliseconds since 1970 UTC.
  init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }

  /// Whole milliseconds since 1970 UTC, kept within the years 1…9999.
  var milliseconds: Int64 {
    let value = (timeIntervalSince1970 * 1000).rounded()
    guard value.isFinite else { return 0 }
    return Int64(min(max(value, -62_135_596_800_000), 253_402_300_799_999))
  }
}
