import Agreement
import ECG
import Foundation
import GRDB

extension ReviewStore {
  /// A study's verdicts as the statistics want them, read from the index alone: a million verdicts in about a second.
  public func ratings(of study: Study, foreseen: [RecordingDigest: Verdict]) throws -> StudyRatings {
    try read { database in
      let row = try self.row(of: study, in: database)
      let cases = try CaseTable(study: row, in: database)
      let takenBack = try EventRow.takenBack(in: row, of: database)
      func columns(_ kind: VerdictEvent.Kind) throws -> [RaterVerdicts.Column] {
        try EventRow.raters(kind, of: row, in: database).compactMap { rater in
          var column = RaterVerdicts.Column(rater: rater)
          try self.forEachStanding(kind, of: row, by: rater, takenBack: takenBack, in: database) { caseRow, verdict in
            guard let verdict, let place = cases.places[caseRow] else {
              throw ReviewStoreError.damaged(path: self.path, reason: "a standing verdict holds an unknown word or another study's case")
            }
            let entry = RaterVerdicts.Entry(caseNumber: place.caseNumber, verdict: verdict)
            if place.isRepeat { column.repeats.append(entry) } else { column.entries.append(entry) }
          }
          guard !column.entries.isEmpty || !column.repeats.isEmpty else { return nil }
          column.entries.sort { $0.caseNumber < $1.caseNumber }
          column.repeats.sort { $0.caseNumber < $1.caseNumber }
          return column
        }
      }
      let labels = cases.labels.isEmpty ? [] : [RaterVerdicts.Column(rater: ReservedRater.label, entries: cases.labels)]
      let model = cases.completed(try columns(.modelDecision), by: foreseen)
      let all = try columns(.verdict) + labels + model
      return StudyRatings(
        verdicts: RaterVerdicts(columns: all, sources: cases.sources, names: cases.names), afterReveal: try columns(.verdictAfterReveal))
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
  private var numberOfRecording: [[UInt8]: Int] = [:]

  /// The model's column with what it decides on recordings of cases that nobody opened.
  func completed(_ columns: [RaterVerdicts.Column], by foreseen: [RecordingDigest: Verdict]) -> [RaterVerdicts.Column] {
    var column = columns.first ?? RaterVerdicts.Column(rater: ReservedRater.model)
    // The model says one thing of a recording, however often that is shown.
    column.repeats = []
    let known = Set(column.entries.map(\.caseNumber))
    for (digest, verdict) in foreseen {
      guard let number = numberOfRecording[Array(digest.description.utf8)], !known.contains(number) else { continue }
      column.entries.append(RaterVerdicts.Entry(caseNumber: number, verdict: verdict))
    }
    column.entries.sort { $0.caseNumber < $1.caseNumber }
    return column.entries.isEmpty ? [] : [column]
  }

  init(study: Int64, in database: Database) throws {
    try database.scan(
      """
      SELECT id, IFNULL(IFNULL(recording_digest, learned_digest), path), repetition, label, source, record
      FROM study_case WHERE study_id = ? ORDER BY repetition, position
      """,
      arguments: [study]
    ) { row in
      let recording = row.text(1).map(Array.init) ?? []
      let known = numberOfRecording[recording]
      let number = known ?? sources.count
      places[row.integer(0)] = (number, known != nil)
      guard known == nil else { return }
      numberOfRecording[recording] = number
      sources.append(row.string(4))
      names.append(row.string(5))
      // A label cannot be unsure.
      if let label = row.verdict(3), label != .unsure { labels.append(RaterVerdicts.Entry(caseNumber: number, verdict: label)) }
    }
  }
}
