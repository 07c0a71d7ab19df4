import ECG
import Foundation
import GRDB
import PlainText

extension ReviewStore {
  /// Makes a stroke durable.
  @discardableResult
  public func record(_ draft: StrokeDraft) throws -> VerdictEvent {
    try StudyRules.checkReviewer(draft.reviewer)
    let (event, history, place) = try write { database in
      var row = try self.newRow(.annotation, study: draft.study, caseID: draft.caseID, time: draft.time, in: database)
      row.reviewer = draft.reviewer.storableName
      let place = StrokeCache.Place(study: row.study.rowID, studyCase: row.studyCase.rowID, reviewer: Array(row.reviewer.utf8))
      let before = try self.history(at: place, on: row, in: database)
      let history = try StudyRules.checkStroke(draft.stroke, on: row.studyCase.record, after: before, seen: draft.after)
      try self.checkRecording(draft.recordingDigest, of: row.studyCase, in: database)
      // A stroke says nothing of the question; the column wants one of its words.
      row.verdict = VerdictEvent.verdictOfStrokes.rawValue
      row.annotation = draft.stroke.form
      row.visible = draft.visible.text
      row.recordingDigest = draft.recordingDigest?.description.storable
      try row.append(to: database)
      return (try row.event(path: self.path), history, place)
    }
    // Committed: before, a number might be another event's yet.
    strokeCache.keep(history, through: Int64(event.sequence), of: place)
    return event
  }

  /// What stands of a reader's annotations of a case: what is kept, and the strokes behind it.
  private func history(at place: StrokeCache.Place, on row: EventRow, in database: Database) throws -> AnnotationHistory {
    var (history, through) = strokeCache.history(of: place)
    let news = try strokes(
      study: place.study, studyCase: place.studyCase, reviewer: row.reviewer, behind: through, in: database)
    do throws(StrokeFault) {
      for stroke in news { try history.take(stroke) }
    } catch {
      throw ReviewStoreError.unfitStroke(record: row.studyCase.record, reason: error.description)
    }
    return history
  }

  /// What a reader did to the annotations of a case before an event, the oldest first.
  public func strokes(of study: Study, caseID: StudyCase.ID, by reviewer: String, before sequence: Int?) throws -> [AnnotationStroke] {
    try read { database in
      guard let row = try self.caseRow(caseID, in: database) else { return [] }
      return try self.strokes(
        study: try self.row(of: study, in: database), studyCase: row, reviewer: reviewer.storableName, before: sequence, in: database)
    }
  }

  /// How many strokes there were when a case was said to be done.
  public func strokesWhenDone(_ kind: VerdictEvent.Kind, of study: Study, caseID: StudyCase.ID, by reviewer: String) throws -> Int? {
    try read { database in
      guard let caseRow = try self.caseRow(caseID, in: database) else { return nil }
      let history = try Row.fetchAll(
        database,
        sql: """
          SELECT identifier, kind, verdict, undoes, sequence FROM event
          WHERE study_id = ? AND kind IN ('undo', 'annotation', ?) AND reviewer = ? AND case_id = ? ORDER BY sequence
          """,
        arguments: [try self.row(of: study, in: database), kind.rawValue, reviewer.storableName, caseRow])
      let entries = try history.map { try Self.entry($0) }
      guard let standing = StudyRules.standing(kind, in: entries) else { return nil }
      return entries.prefix { $0 != standing }.count { $0.kind == .annotation }
    }
  }

  private func caseRow(_ caseID: StudyCase.ID, in database: Database) throws -> Int64? {
    try Int64.fetchOne(database, sql: "SELECT id FROM study_case WHERE identifier = ?", arguments: [caseID.uuidString])
  }

  /// Who annotated which cases of a study, in the order in which they began.
  public func annotators(of study: Study) throws -> [StudyAnnotator] {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT event.reviewer, study_case.identifier FROM event JOIN study_case ON study_case.id = event.case_id
          WHERE event.study_id = ? AND event.kind = ? GROUP BY event.reviewer, event.case_id ORDER BY MIN(event.sequence)
          """,
        arguments: [try self.row(of: study, in: database), VerdictEvent.Kind.annotation.rawValue])
      var result: [StudyAnnotator] = []
      while let row = try rows.next() {
        let (reader, identifier): (String, String) = (try row.decode(atIndex: 0), try row.decode(atIndex: 1))
        guard let id = UUID(uuidString: identifier) else { continue }
        if let place = result.firstIndex(where: { $0.reader.isExactly(reader) }) {
          result[place].cases.append(id)
        } else {
          result.append(StudyAnnotator(reader: reader, cases: [id]))
        }
      }
      return result
    }
  }

  func strokes(
    study: Int64, studyCase: Int64, reviewer: String, behind first: Int64 = 0, before sequence: Int? = nil, in database: Database
  ) throws -> [AnnotationStroke] {
    let find = try database.cachedStatement(
      sql: """
        SELECT sequence, annotation FROM event
        WHERE study_id = ? AND kind = ? AND reviewer = ? AND case_id = ? AND sequence > ? AND sequence < ? ORDER BY sequence
        """)
    let rows = try Row.fetchCursor(
      find, arguments: [study, VerdictEvent.Kind.annotation.rawValue, reviewer, studyCase, first, sequence.map(Int64.init) ?? Int64.max])
    var strokes: [AnnotationStroke] = []
    while let row = try rows.next() {
      let text: String? = try row.decode(atIndex: 1)
      guard let stroke = text.flatMap(AnnotationStroke.init(form:)) else {
        let sequence: Int64 = try row.decode(atIndex: 0)
        throw ReviewStoreError.damaged(path: path, reason: "event \(sequence) holds no stroke that can be read")
      }
      strokes.append(stroke)
    }
    return strokes
  }
}
