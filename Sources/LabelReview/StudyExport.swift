import Agreement
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
    public let caseName: String
    /// Where the recording was.
    public let path: String
    /// Which showing of the recording, from 1.
    public let repetition: Int
    /// The data source, where it is known.
    public let source: String?
    /// Who.
    public internal(set) var rater: String
    /// The verdict; by an undo the one taken back.
    public let verdict: Verdict
    /// The event; nil for a label, which nobody gave here.
    public let event: VerdictEvent?

    /// Whether somebody says something: an undo and a reveal do not.
    var givesVerdict: Bool { event?.kind != .undo && event?.kind != .reveal }

    init(_ studyCase: StudyCase, name: String?, rater: String, verdict: Verdict, event: VerdictEvent?) {
      caseName = name ?? studyCase.record
      path = studyCase.path
      repetition = studyCase.repetition
      source = studyCase.source
      self.rater = rater
      self.verdict = verdict
      self.event = event
    }
  }

  /// The rows in order: readers as they began, then `label`, then `model`, each by position of the case; or events in the order of the log.
  public internal(set) var rows: [Row]
  /// Whether every event is here and not only the verdicts that stand.
  public let isLog: Bool

  /// The verdicts that count.
  public static func standing(_ study: Study, in store: any ReviewStoring, raters: Raters = .readers) throws -> StudyExport {
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
    let cases = try store.cases(of: study)
    let names = uniqueNames(of: cases)
    let byID = Dictionary(cases.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = try store.events(of: study).compactMap { event in
      byID[event.caseID].map { Row($0, name: names[event.caseID], rater: event.reviewer, verdict: event.verdict, event: event) }
    }
    return StudyExport(rows: rows, isLog: true)
  }

  /// Names of the columns, in order: `case,rater,verdict` first, so that `agreement --verdicts` reads the verdicts that count.
  public var columns: [String] {
    ["case", "rater", "verdict", "time", "seconds", "visible", "note", "event"] + (isLog ? ["kind", "undoes", "sequence", "digest"] : [])
      + ["path", "repeat", "source", "recording_digest", "model_digest", "probability"]
  }

  /// The fields of a row under ``columns``, empty where there is no value: an undo gives no verdict.
  public func fields(of row: Row) -> [String] {
    let event = row.event
    let verdict = row.givesVerdict ? row.verdict.rawValue : ""
    var fields = [row.caseName, row.rater, verdict, event?.time.utcText ?? "", event?.seconds.map { JSONValue($0).text } ?? ""]
    fields += [event?.visible.text ?? "", event?.note ?? "", event?.id.uuidString ?? ""]
    if isLog {
      fields += [event?.kind.rawValue ?? "", event?.undoes?.uuidString ?? "", event.map { String($0.sequence) } ?? "", event?.digest ?? ""]
    }
    return fields + [
      row.path, row.repetition > 1 ? "\(row.repetition)" : "", row.source ?? "", event?.recordingDigest?.description ?? "",
      event?.modelDigest ?? "", event?.probability.map { JSONValue($0).text } ?? "",
    ]
  }

  /// A row as a JSON object under the names of ``columns``, `visible` as an array, and what the table leaves out: the program and the origin.
  public func json(of row: Row) -> JSONValue {
    let event = row.event
    let verdict = row.givesVerdict ? row.verdict.rawValue : nil
    var members: [(String, JSONValue)] = [
      ("case", .string(row.caseName)), ("rater", .string(row.rater)), ("verdict", JSONValue(verdict)),
      ("time", JSONValue(event?.time.utcText)), ("seconds", JSONValue(event?.seconds)),
      ("visible", event.map { JSONValue($0.visible.names) } ?? .null), ("note", JSONValue(event?.note)),
      ("event", JSONValue(event?.id.uuidString)),
    ]
    if isLog {
      members += [
        ("kind", JSONValue(event?.kind.rawValue)), ("undoes", JSONValue(event?.undoes?.uuidString)),
        ("sequence", JSONValue(event?.sequence)), ("digest", JSONValue(event?.digest)),
      ]
    }
    members += [
      ("path", .string(row.path)), ("repeat", .integer(row.repetition)), ("source", JSONValue(row.source)),
      ("recording_digest", JSONValue(event?.recordingDigest?.description)),
      ("model_digest", JSONValue(event?.modelDigest)), ("probability", JSONValue(event?.probability)),
      ("program_version", JSONValue(event?.programVersion)), ("origin", JSONValue(event?.origin)),
    ]
    return .object(members)
  }

  /// A name for each case: its record's, with the path added where records of several paths share one.
  ///
  /// Showings of one recording have one name.
  static func uniqueNames(of cases: [StudyCase]) -> [StudyCase.ID: String] {
    let paths = Dictionary(cases.map { ($0.record, [$0.path] as Set) }, uniquingKeysWith: { $0.union($1) })
    return Dictionary(
      cases.map { ($0.id, paths[$0.record]?.count == 1 ? $0.record : "\($0.record) (\($0.path))") },
      uniquingKeysWith: { first, _ in first }
    )
  }
}

extension Date {
  /// The time in UTC as ISO 8601 with milliseconds: `2026-11-22T14:03:07.125Z`.
  var utcText: String {
    // The style cuts digits off, and a Date may lie a hair below its millisecond: half a millisecond more lands inside it.
    Date(timeIntervalSince1970: (Double(milliseconds) + 0.5) / 1000).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
