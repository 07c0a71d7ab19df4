import Agreement
import ECG
import Foundation
import PlainText

/// What a study holds, as rows for a CSV or JSON file.
///
/// Nothing is merged: one row an event. ``standing(_:in:raters:)`` exports the verdicts that count, ``events(_:in:)`` the whole log.
public struct StudyExport: Sendable {
  /// Whose verdicts to export.
  public enum Raters: String, Sendable, CaseIterable {
    /// People only.
    case readers
    /// People, then the training labels as `label` and the model's decisions as `model`.
    case all
    /// What readers say unanimously or an adjudicator said, as `consensus`; open cases are left out.
    case consensus
  }

  /// One row.
  public struct Row: Sendable {
    /// The case's name, unique in the study.
    public internal(set) var caseName: String
    /// Where the recording was seen last.
    public internal(set) var path: String
    /// The reader's remark.
    public internal(set) var note: String
    /// Fingerprint of the recording that was judged; of a label's, that of the case.
    public let recordingDigest: RecordingDigest?
    let caseID: StudyCase.ID?
    /// By an entry about the study as a whole, that somebody looked behind its blinding.
    let unblinding: Unblinding?
    /// What is said of one statement; nil in a study of one question.
    var said: Said?
    /// Which showing of the recording, from 1.
    public let repetition: Int
    /// The data source, where it is known.
    public internal(set) var source: String?
    /// Who.
    public internal(set) var rater: String
    /// The verdict; by an undo the one taken back.
    public let verdict: Verdict
    /// The event; nil for a label, which nobody gave here.
    public let event: VerdictEvent?
    /// The file or store from which it came here; nil where it was given here.
    var origin: String?
    /// What was done to the reader's annotations; nil of all but strokes.
    var stroke: AnnotationStroke?
    /// What a study hides that is left out of the row.
    var leftOut: Visible = []

    /// What happened, in a word.
    var kind: String { unblinding == nil ? event?.kind.rawValue ?? "" : StudyExport.unblindKind }

    /// Whether somebody says something of the question.
    var givesVerdict: Bool { unblinding == nil && event?.kind.givesVerdict ?? true }

    init(_ studyCase: StudyCase, name: String?, rater: String, verdict: Verdict, event: VerdictEvent?) {
      caseName = name ?? studyCase.record
      path = studyCase.path
      note = event?.note ?? ""
      recordingDigest = event == nil ? studyCase.digest : event?.recordingDigest
      caseID = studyCase.id
      unblinding = nil
      repetition = studyCase.repetition
      source = studyCase.source
      self.rater = rater
      self.verdict = verdict
      self.event = event
      origin = event?.origin
      stroke = event?.annotation
    }

    init(_ unblinding: Unblinding) {
      caseName = ""
      path = ""
      repetition = 1
      source = nil
      note = ""
      recordingDigest = nil
      caseID = nil
      event = nil
      verdict = .unsure
      rater = unblinding.reviewer
      self.unblinding = unblinding
    }

    /// When, where that is known.
    var timeText: String { (event?.time ?? unblinding?.time)?.utcText ?? "" }
    /// Digest of the entry in the log, where there is one.
    var digest: String? { event?.digest ?? unblinding?.digest }
    /// Fingerprint of the model that was running, where it is told.
    var modelDigest: String? { leftOut.contains(.model) ? nil : event?.modelDigest }
    /// The model's probability, where it is told.
    var probability: Double? { leftOut.contains(.model) ? nil : said?.probability ?? event?.probability }
    /// What was measured of the recording, where it is told.
    var measured: [String: Double]? { leftOut.contains(.measurements) ? nil : event?.measured }
  }

  /// The word for an entry that somebody looked behind the blinding.
  static let unblindKind = StudyLogEntry.Kind.unblind.rawValue

  /// The rows in order: readers as they began, then `label`, then `model`, each by position of the case; or events in the order of the log.
  public internal(set) var rows: [Row]
  /// Whether every event is here and not only the verdicts that stand.
  public let isLog: Bool
  /// Whether a row is about one of many statements.
  var isOfSets = false

  /// The verdicts that count.
  public static func standing(_ study: Study, in store: any ReviewStoring, raters: Raters = .readers) throws -> StudyExport {
    if study.relabelling != nil { return try standingAnswers(study, in: store, raters: raters) }
    if raters == .consensus { return try consensus(study, in: store) }
    let cases = try store.cases(of: study)
    let names = uniqueNames(of: cases)
    func row(_ standing: StandingVerdict) -> Row {
      Row(standing.studyCase, name: names[standing.studyCase.id], rater: standing.rater, verdict: standing.verdict, event: standing.event)
    }
    var rows = try store.standingVerdicts(of: study).map(row)
    if raters == .all {
      for studyCase in cases where studyCase.repetition == 1 {
        guard let label = studyCase.label else { continue }
        rows.append(Row(studyCase, name: names[studyCase.id], rater: ReservedRater.label, verdict: label, event: nil))
      }
      rows += try store.modelDecisions(of: study).filter { $0.studyCase.repetition == 1 }.map(row)
    }
    return StudyExport(rows: rows, isLog: false)
  }

  private static func consensus(_ study: Study, in store: any ReviewStoring) throws -> StudyExport {
    let names = uniqueNames(of: try store.cases(of: study))
    let rows = try store.consensus(of: study).compactMap { outcome in
      outcome.verdict.map {
        Row(
          outcome.studyCase, name: names[outcome.studyCase.id], rater: ReservedRater.consensus, verdict: $0, event: outcome.adjudication)
      }
    }
    return StudyExport(rows: rows, isLog: false)
  }

  /// Every event of the log.
  public static func events(_ study: Study, in store: any ReviewStoring) throws -> StudyExport {
    if study.relabelling != nil { return try answerEvents(study, in: store) }
    let cases = try store.cases(of: study)
    let names = uniqueNames(of: cases)
    let byID = Dictionary(cases.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = try store.events(of: study).compactMap { event in
      byID[event.caseID].map { Row($0, name: names[event.caseID], rater: event.reviewer, verdict: event.verdict, event: event) }
    }
    return StudyExport(rows: rows + (try store.unblindings(of: study).map { Row($0) }), isLog: true)
  }

  /// Names of the columns, in order: `case,rater,verdict` first, so that `agreement --verdicts` reads the verdicts that count.
  public var columns: [String] {
    ["case", "rater", "verdict"] + (isOfSets ? Said.columns : []) + ["time", "seconds", "visible", "note", "event"]
      + (isLog ? ["kind", "undoes", "sequence", "digest"] : [])
      + ["path", "repeat", "source", "recording_digest", "model_digest", "probability", "measured"] + (isOfSets ? Said.furtherColumns : [])
  }

  /// The fields of a row under ``columns``, empty where there is no value: an undo gives no verdict.
  public func fields(of row: Row) -> [String] {
    let event = row.event
    let verdict = row.givesVerdict ? row.verdict.rawValue : ""
    var fields = [row.caseName, row.rater, verdict] + (isOfSets ? row.said?.fields ?? Said.columns.map { _ in "" } : [])
    fields += [row.timeText, event?.seconds.map { JSONValue($0).text } ?? ""]
    fields += [event?.visible.text ?? row.unblinding?.what ?? "", row.note, event?.id.uuidString ?? ""]
    if isLog {
      let sequence = event.map { String($0.sequence) } ?? ""
      fields += [row.kind, event?.undoes?.uuidString ?? "", sequence, row.digest ?? ""]
    }
    return fields + [
      row.path, row.repetition > 1 ? "\(row.repetition)" : "", row.source ?? "", row.recordingDigest?.description ?? "",
      row.modelDigest ?? "", row.probability.map { JSONValue($0).text } ?? "", row.measured.flatMap { MeasuredFigures.text($0) } ?? "",
    ] + (isOfSets ? row.said?.furtherFields ?? Said.furtherColumns.map { _ in "" } : [])
  }

  /// A row as a JSON object under the names of ``columns``, `visible` as an array, and what the table leaves out: the program and the origin.
  public func json(of row: Row) -> JSONValue {
    let event = row.event
    let verdict = row.givesVerdict ? row.verdict.rawValue : nil
    var members: [(String, JSONValue)] = [
      ("case", .string(row.caseName)), ("rater", .string(row.rater)), ("verdict", JSONValue(verdict)),
    ]
    if isOfSets {
      members += [("diagnosis", JSONValue(row.said?.diagnosis)), ("likelihood", JSONValue(row.said?.answer.likelihood?.rawValue))]
    }
    members += [
      ("time", row.timeText.isEmpty ? .null : .string(row.timeText)), ("seconds", JSONValue(event?.seconds)),
      ("visible", event.map { JSONValue($0.visible.names) } ?? .null), ("note", event == nil ? .null : .string(row.note)),
      ("event", JSONValue(event?.id.uuidString)),
    ]
    if isLog {
      members += [
        ("kind", .string(row.kind)), ("undoes", JSONValue(event?.undoes?.uuidString)),
        ("sequence", JSONValue(event?.sequence)), ("digest", JSONValue(row.digest)),
      ]
    }
    members += [
      ("path", .string(row.path)), ("repeat", .integer(row.repetition)), ("source", JSONValue(row.source)),
      ("recording_digest", JSONValue(row.recordingDigest?.description)),
      ("model_digest", JSONValue(row.modelDigest)), ("probability", JSONValue(row.probability)),
      ("measured", row.measured.map { MeasuredFigures.json($0) } ?? .null),
      ("program_version", JSONValue(event?.programVersion)), ("origin", JSONValue(row.origin)),
    ]
    if let stroke = row.stroke { members.append(("annotation", stroke.json)) }
    if isOfSets { members.append(("prefilled", JSONValue(row.said?.prefilled?.verdict?.rawValue))) }
    return .object(members)
  }

  /// Names of the columns that tell what a study hides, where some row has a value.
  public func columnsTelling(_ hidden: Visible) -> [String] {
    var told: [String] = []
    if hidden.contains(.model) {
      if rows.contains(where: { $0.modelDigest != nil }) { told.append("model_digest") }
      if rows.contains(where: { $0.probability != nil }) { told.append("probability") }
    }
    if hidden.contains(.measurements), rows.contains(where: { $0.measured?.isEmpty == false }) { told.append("measured") }
    return told
  }

  /// Leaves out of every row what ``columnsTelling(_:)`` names; verdicts, paths and sources stay, by which a case is found again.
  public mutating func leaveOut(_ hidden: Visible) {
    for index in rows.indices { rows[index].leftOut = hidden }
  }

  /// A name for each case's files: its record's, with a number where several recordings have one name, and without what no file's name can hold.
  public static func fileNames(of cases: [StudyCase]) -> [StudyCase.ID: String] {
    uniqueNames(of: cases, withPaths: false).mapValues { name in
      let plain = name.replacing(" (", with: "-").replacing(")", with: "").map { $0 == "/" || $0.isNewline ? "_" : $0 }
      return plain.first == "." ? "_" + String(plain.dropFirst()) : String(plain)
    }
  }

  /// A name for each case: its record's, with the path added where records of several paths share one, or a number where paths are left out.
  ///
  /// Showings of one recording have one name. Names that are one text to Unicode look the same to people, so they count as shared.
  static func uniqueNames(of cases: [StudyCase], withPaths: Bool = true) -> [StudyCase.ID: String] {
    // The recordings of a name, numbered as they come.
    var recordings: [String: [RecordingKey: Int]] = [:]
    for studyCase in cases {
      let number = recordings[studyCase.record]?.count ?? 0
      if recordings[studyCase.record]?[studyCase.recordingKey] == nil {
        recordings[studyCase.record, default: [:]][studyCase.recordingKey] = number
      }
    }
    var places = PlaceNumbers<RecordingKey>()
    return Dictionary(
      cases.map { studyCase in
        let shared = recordings[studyCase.record] ?? [:]
        let number = shared[studyCase.recordingKey] ?? 0
        if shared.count == 1 || (!withPaths && number == 0) { return (studyCase.id, studyCase.record) }
        let name =
          withPaths
          ? places.name(of: studyCase.record, at: studyCase.path, key: studyCase.recordingKey) : "\(studyCase.record) (\(number + 1))"
        return (studyCase.id, name)
      },
      uniquingKeysWith: { first, _ in first })
  }

  /// Names of cases whose record's name another recording has too: with the path, and a number where another of them lay at that path before.
  struct PlaceNumbers<Key: Hashable> {
    private var known: [ExactText: [Key: Int]] = [:]

    /// The name of a case; cases come in the order of the study.
    mutating func name(of record: String, at path: String, key: Key) -> String {
      let name = "\(record) (\(path)"
      var here = known[ExactText(name)] ?? [:]
      let number = here[key] ?? here.count
      here[key] = number
      known[ExactText(name)] = here
      return number == 0 ? name + ")" : "\(name), \(number + 1))"
    }
  }
}

extension Date {
  /// The time in UTC as ISO 8601 with milliseconds: `2026-11-22T14:03:07.125Z`.
  var utcText: String {
    // The style cuts digits off, and a Date may lie a hair below its millisecond: half a millisecond more lands inside it.
    Date(timeIntervalSince1970: (Double(milliseconds) + 0.5) / 1000).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
