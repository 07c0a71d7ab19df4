import Agreement
import Foundation
import GRDB

extension ReviewStore {
  /// What raters say of each statement in a study that relabels.
  public func answers(_ kind: VerdictEvent.Kind, of study: Study) throws -> [StandingAnswer] {
    guard study.relabelling != nil else { return [] }
    return try read { database in
      let row = try self.row(of: study, in: database)
      let cases = try self.cases(of: study, in: database)
      let position = Dictionary(cases.map { ($0.id.uuidString, $0.position) }, uniquingKeysWith: { first, _ in first })
      let takenBack = try EventRow.takenBack(in: row, of: database)
      var placeOfRow: [Int64: Place] = [:]
      for found in try Row.fetchAll(database, sql: "SELECT id, identifier FROM study_case WHERE study_id = ?", arguments: [row]) {
        let identifier: String = try found.decode(atIndex: 1)
        guard let id = UUID(uuidString: identifier), let position = position[identifier] else { continue }
        placeOfRow[try found.decode(atIndex: 0)] = Place(id: id, position: position)
      }
      return try EventRow.raters(kind, of: row, in: database).flatMap { rater in
        try self.answers(kind, of: row, by: rater, takenBack: takenBack, places: placeOfRow, in: database)
      }
    }
  }

  /// Where a case stands in its study.
  private struct Place {
    let id: UUID
    let position: Int
  }

  private func answers(
    _ kind: VerdictEvent.Kind, of study: Int64, by rater: String, takenBack: Set<Int64>, places: [Int64: Place], in database: Database
  ) throws -> [StandingAnswer] {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT case_id, sequence, answer, visible, spent_ms FROM event
        WHERE study_id = ? AND kind = ? AND reviewer = ? ORDER BY case_id, sequence
        """,
      arguments: [study, kind.rawValue, rater])
    typealias Found = (sequence: Int64, answer: String?, visible: String, spent: Int64?)
    var walk = StudyRules.Walk<Int64, Found>()
    var found: [(position: Int, answer: StandingAnswer)] = []
    // The same word stands in nearly all rows, and is read once.
    var last: (word: String, parts: Visible)?
    func keep(_ standing: (place: Int64, value: Found)?) throws {
      guard let (caseRow, value) = standing, let place = places[caseRow] else { return }
      guard let answer = value.answer.flatMap(CaseAnswer.init(form:)),
        let visible = last?.word == value.visible ? last?.parts : Visible(text: value.visible)
      else { throw ReviewStoreError.damaged(path: path, reason: "event \(value.sequence) holds no answer that can be read") }
      last = (value.visible, visible)
      let standing = StandingAnswer(
        caseID: place.id, rater: rater, answer: answer, sequence: Int(value.sequence), visible: visible,
        seconds: value.spent.map { Double($0) / 1000 })
      found.append((place.position, standing))
    }
    while let row = try rows.next() {
      let sequence: Int64 = try row.decode(atIndex: 1)
      let value: Found = (sequence, try row.decode(atIndex: 2), try row.decode(atIndex: 3), try row.decode(atIndex: 4))
      try keep(walk.add(value, at: try row.decode(atIndex: 0), isTakenBack: takenBack.contains(sequence)))
    }
    try keep(walk.take())
    let isSorted = zip(found, found.dropFirst()).allSatisfy { $0.position <= $1.position }
    return (isSorted ? found : found.sorted { $0.position < $1.position }).map(\.answer)
  }
}
