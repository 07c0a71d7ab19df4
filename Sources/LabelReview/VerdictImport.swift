import Crypto
import Foundation
import GRDB
import PlainText

/// A verdict from a file, on its way into a study.
public struct ImportedVerdict: Sendable {
  /// The case's name.
  public var caseName: String
  /// Which showing, from 1.
  public var repetition: Int
  /// The reader's name, `label` or `model`.
  public var rater: String
  /// The verdict.
  public var verdict: Verdict
  /// When it was given, where the file tells.
  public var time: Date?
  /// Seconds spent, where the file tells.
  public var seconds: Double?
  /// What was visible, as far as the file tells.
  public var visible: Visible
  /// The reader's remark.
  public var note: String
  /// The event's identifier, where the file tells.
  public var event: UUID?
  /// Line in the file.
  public var line: Int
}

/// What became of an import.
public struct ImportReport: Sendable, Hashable {
  /// Verdicts recorded.
  public internal(set) var added = 0
  /// Verdicts that the study had already.
  public internal(set) var known = 0
  /// Lines about labels and models, which belong to the study's cases and are not taken into a study that exists.
  public internal(set) var skipped = 0
  /// Verdicts that contradict one in the study, one line each; they were not recorded.
  public internal(set) var conflicts: [String] = []
  /// Whether the study was made from the file.
  public internal(set) var madeStudy = false
}

/// Reads verdict files with the further columns of `study export`: repeat, time, seconds, visible, note, event.
public enum VerdictFile {
  /// What is wrong with a file beyond ``VerdictCSV/Fault``.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    case badField(column: String, text: String, line: Int)

    /// One line for a person.
    public var description: String {
      switch self {
      case .badField(let column, let text, let line): "line \(line): '\(column)' is '\(text)', which cannot be read"
      }
    }
  }

  /// SHA-256 of a file, 64 hexadecimal digits: names the file from which events come.
  public static func digest(of file: Data) -> String { Data(SHA256.hash(data: file)).hexadecimal }

  /// Reads a CSV; rows without a verdict are left out.
  ///
  /// - Throws: `CSVError`, ``VerdictCSV/Fault``, ``Fault``.
  public static func parse(_ bytes: some Collection<UInt8>) throws -> [ImportedVerdict] {
    let table = try CSVTable(parsing: bytes)
    let required = try ["case", "rater", "verdict"].map { name in
      guard let column = table.column(name) else { throw VerdictCSV.Fault.missingColumn(name) }
      return column
    }
    func text(_ name: String, _ row: CSVTable.Row) -> String? {
      table.column(name).map { row.fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
    }
    return try table.rows.compactMap { row in
      func read<Value>(_ name: String, _ parse: (String) -> Value?) throws -> Value? {
        guard let text = text(name, row) else { return nil }
        guard let value = parse(text) else { throw Fault.badField(column: name, text: text, line: row.line) }
        return value
      }
      let (name, rater, word) = (row.fields[required[0]], row.fields[required[1]], row.fields[required[2]])
      if word.isEmpty { return nil }
      guard let verdict = Verdict(rawValue: word.lowercased()) else { throw VerdictCSV.Fault.unknownVerdict(word, line: row.line) }
      for (column, field) in [("case", name), ("rater", rater)] where field.allSatisfy(\.isWhitespace) {
        throw VerdictCSV.Fault.emptyField(column: column, line: row.line)
      }
      return ImportedVerdict(
        caseName: name, repetition: try read("repeat") { Int($0).flatMap { (1...9).contains($0) ? $0 : nil } } ?? 1, rater: rater,
        verdict: verdict, time: try read("time") { try? Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) },
        seconds: try read("seconds", Double.init), visible: try read("visible", Visible.init(text:)) ?? [],
        note: text("note", row) ?? "", event: try read("event", UUID.init(uuidString:)), line: row.line)
    }
  }
}

extension ReviewStore {
  /// Records verdicts that were given elsewhere.
  ///
  /// Where the study does not exist it is made of the cases, labels and model decisions of the file.
  ///
  /// All or nothing but for conflicts, which are listed. Importing again changes nothing.
  ///
  /// - Parameter origin: names the file in each event.
  /// - Throws: ``ReviewStoreError``; ``ReviewStoreError/unknownCase(_:study:)`` for a case that an existing study lacks.
  public func importVerdicts(
    _ verdicts: [ImportedVerdict], into name: String, diagnosisCode: String, question: String, origin: String
  ) throws -> ImportReport {
    try write { database in
      var report = ImportReport()
      let existing = try self.study(named: name, in: database)
      report.madeStudy = existing == nil
      let study =
        try existing
        ?? self.makeStudy(of: verdicts, name: name, diagnosisCode: diagnosisCode, question: question, in: database)
      let cases = try self.cases(of: study, in: database)
      let names = StudyExport.uniqueNames(of: cases)
      let byName = Dictionary(cases.map { ("\($0.repetition) \(names[$0.id] ?? "")", $0) }, uniquingKeysWith: { first, _ in first })
      var standing = try self.standingWords(of: study, in: database)
      for verdict in verdicts {
        if ReservedRater.contains(verdict.rater) {
          report.skipped += report.madeStudy ? 0 : 1
          continue
        }
        try Self.checkReviewer(verdict.rater)
        guard let studyCase = byName["\(verdict.repetition) \(verdict.caseName)"] else {
          throw ReviewStoreError.unknownCase("'\(verdict.caseName)' (line \(verdict.line))", study: name)
        }
        try self.take(verdict, on: studyCase, of: study, origin: origin, standing: &standing, report: &report, in: database)
      }
      return report
    }
  }

  private func take(
    _ verdict: ImportedVerdict, on studyCase: StudyCase, of study: Study, origin: String, standing: inout [String: String],
    report: inout ImportReport, in database: Database
  ) throws {
    let reviewer = verdict.rater.storableName
    let identifier =
      verdict.event ?? UUID(contentOf: ["import", study.id.uuidString, studyCase.id.uuidString, reviewer, verdict.verdict.rawValue])
    let key = "\(studyCase.rowID) \(reviewer)"
    let isKnown = try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM event WHERE identifier = ?)", arguments: [identifier.uuidString])
    if isKnown == true || standing[key] == verdict.verdict.rawValue {
      report.known += 1
      return
    }
    if let other = standing[key] {
      report.conflicts.append(
        "line \(verdict.line): \(reviewer) on case '\(verdict.caseName)': '\(other)' in the study and '\(verdict.verdict.rawValue)' in the file"
      )
      return
    }
    var row = try newRow(.verdict, study: study, caseID: studyCase.id, time: verdict.time ?? Date(), in: database)
    row.identifier = identifier.uuidString
    row.reviewer = reviewer
    row.verdict = verdict.verdict.rawValue
    row.spentMilliseconds = verdict.seconds.flatMap(Self.milliseconds)
    row.visible = verdict.visible.text
    row.note = verdict.note.storable
    row.origin = "\(origin.storable) line \(verdict.line)"
    try row.append(to: database)
    standing[key] = row.verdict
    report.added += 1
  }

  /// Readers' standing verdicts by the row of the case and the reader.
  private func standingWords(of study: Study, in database: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT case_id, reviewer, verdict, MAX(sequence) \(EventRow.notUndone) GROUP BY reviewer, case_id",
      arguments: ["study": study.rowID, "kind": VerdictEvent.Kind.verdict.rawValue])
    return Dictionary(
      try rows.map { row in
        let (caseID, reviewer, verdict): (Int64, String, String) =
          (try row.decode(atIndex: 0), try row.decode(atIndex: 1), try row.decode(atIndex: 2))
        return ("\(caseID) \(reviewer)", verdict)
      }, uniquingKeysWith: { $1 })
  }

  private func makeStudy(
    of verdicts: [ImportedVerdict], name: String, diagnosisCode: String, question: String, in database: Database
  ) throws -> Study {
    var drafts: [CaseDraft] = []
    var places: [String: Int] = [:]
    for verdict in verdicts {
      let key = "\(verdict.repetition) \(verdict.caseName)"
      if places[key] == nil {
        places[key] = drafts.count
        drafts.append(CaseDraft(record: verdict.caseName, path: verdict.caseName, repetition: verdict.repetition))
      }
      guard let place = places[key] else { continue }
      if verdict.rater == ReservedRater.label { drafts[place].label = verdict.verdict }
      if verdict.rater == ReservedRater.model { drafts[place].decision = ModelDecision(verdict: verdict.verdict) }
    }
    let draft = StudyDraft(name: name, diagnosisCode: diagnosisCode, question: question, cases: drafts)
    let study = try insertStudy(draft, id: UUID(), in: database)
    try addCases(drafts, to: study, in: database)
    for (draft, studyCase) in zip(drafts, try cases(of: study, in: database)) {
      if let decision = draft.decision { try append(decision, recordingDigest: nil, study: study, caseID: studyCase.id, in: database) }
    }
    return study
  }
}
