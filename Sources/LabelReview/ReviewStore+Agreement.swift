import Agreement
import Foundation
import GRDB

extension AgreementReport {
  /// The report on a study: its readers' standing verdicts, the labels and the model's latest decisions.
  public init(study: Study, in store: ReviewStore, bootstrap: Bootstrap? = nil) throws {
    let table = try store.verdictTable(of: study)
    self.init(table.verdicts, bootstrap: bootstrap)
    reveals = table.reveals
    sampling = study.settings.sampling
  }
}

extension ReviewStore {
  /// A study's verdicts as the statistics want them, read from the index alone: a million verdicts in about a second.
  fileprivate func verdictTable(of study: Study) throws -> (verdicts: RaterVerdicts, reveals: [PairAgreement]) {
    try read { database in
      let cases = try CaseTable(study, in: database)
      let firsts = try self.columns(.verdict, of: study, cases, in: database)
      let after = try self.columns(.verdictAfterReveal, of: study, cases, in: database)
      let decisions = try self.columns(.modelDecision, of: study, cases, in: database)
      let labels = cases.labels.isEmpty ? [] : [RaterVerdicts.Column(rater: ReservedRater.label, entries: cases.labels)]
      let reveals = after.compactMap { later in
        firsts.first { $0.rater == later.rater }.map { AgreementReport.pair($0, later) }
      }
      let columns = firsts + labels + decisions
      return (RaterVerdicts(columns: columns, sources: cases.sources, names: cases.names), reveals)
    }
  }

  /// One column a rater, in the order in which they began.
  private func columns(
    _ kind: VerdictEvent.Kind, of study: Study, _ cases: CaseTable, in database: Database
  ) throws -> [RaterVerdicts.Column] {
    let arguments: StatementArguments = ["study": study.rowID, "kind": kind.rawValue]
    let raters = try String.fetchAll(
      database, sql: "SELECT reviewer \(EventRow.notUndone) GROUP BY reviewer ORDER BY MIN(sequence)", arguments: arguments)
    return try raters.map { rater in
      // A case's row and its verdict in one integer: two columns cost twice the time of one. 3 is no verdict we know.
      // They come in the order of the index, a case's latest last; picking it out here takes half the time of GROUP BY.
      let packed = try Int64.fetchCursor(
        database,
        sql: """
          SELECT case_id * 4 + CASE verdict WHEN 'present' THEN 0 WHEN 'absent' THEN 1 WHEN 'unsure' THEN 2 ELSE 3 END
          \(EventRow.notUndone) AND reviewer = :reviewer ORDER BY case_id, sequence
          """,
        arguments: arguments &+ ["reviewer": rater])
      var column = RaterVerdicts.Column(rater: rater)
      var upcoming = try packed.next()
      while let value = upcoming {
        upcoming = try packed.next()
        if let upcoming, upcoming >> 2 == value >> 2 { continue }
        let code = Int(value & 3)
        guard code < 3, let place = cases.places[value >> 2] else {
          throw ReviewStoreError.damaged(path: path, reason: "a standing verdict holds an unknown word or another study's case")
        }
        let entry = RaterVerdicts.Entry(caseNumber: place.caseNumber, verdict: Verdict.allCases[code])
        if place.isRepeat { column.repeats.append(entry) } else { column.entries.append(entry) }
      }
      column.entries.sort { $0.caseNumber < $1.caseNumber }
      column.repeats.sort { $0.caseNumber < $1.caseNumber }
      return column
    }
  }
}

/// A study's cases as numbers; showings of one recording have one number.
private struct CaseTable {
  /// The number of each case's row.
  private(set) var places: [Int64: (caseNumber: Int, isRepeat: Bool)] = [:]
  /// What the labels say, in order of the cases.
  private(set) var labels: [RaterVerdicts.Entry] = []
  private(set) var sources: [String] = []
  private(set) var names: [String] = []

  init(_ study: Study, in database: Database) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT id, path, repetition, CASE label WHEN 'present' THEN 0 WHEN 'absent' THEN 1 ELSE 3 END, IFNULL(source, ''), record
        FROM study_case WHERE study_id = ? ORDER BY repetition, position
        """,
      arguments: [study.rowID])
    var numberOfPath: [String: Int] = [:]
    while let row = try rows.next() {
      let path: String = try row.decode(atIndex: 1)
      let isRepeat: Bool = try row.decode(Int.self, atIndex: 2) > 1
      let known = numberOfPath[path]
      let number = known ?? sources.count
      places[try row.decode(atIndex: 0)] = (number, isRepeat && known != nil)
      guard known == nil else { continue }
      numberOfPath[path] = number
      sources.append(try row.decode(atIndex: 4))
      names.append(try row.decode(atIndex: 5))
      let label: Int = try row.decode(atIndex: 3)
      if label < 2 { labels.append(RaterVerdicts.Entry(caseNumber: number, verdict: Verdict.allCases[label])) }
    }
  }
}
