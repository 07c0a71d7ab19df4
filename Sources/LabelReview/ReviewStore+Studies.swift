import ECG
import Foundation
import GRDB

extension ReviewStore {
  /// The study of a name, nil where there is none.
  public func study(named name: String) throws -> Study? {
    try read { try self.study(named: name, in: $0) }
  }

  /// All studies, oldest first.
  public func studies() throws -> [Study] {
    try read { database in try Row.fetchAll(database, sql: "SELECT * FROM study ORDER BY id").map(self.study) }
  }

  /// The cases of a study in order.
  public func cases(of study: Study) throws -> [StudyCase] {
    try read { try self.cases(of: study, in: $0) }
  }

  /// Makes a study, or resumes the one of that name.
  ///
  /// A resumed study keeps its question, blinding, cases and their order; cases whose path is new are added at the end. None is ever removed.
  ///
  /// - Throws: ``ReviewStoreError/otherDiagnosis(study:stored:wanted:)`` where the study of that name asks about another diagnosis.
  public func openStudy(_ draft: StudyDraft) throws -> Study {
    try write { database in
      let study = try self.study(named: draft.name.storableName, in: database) ?? self.insertStudy(draft, in: database)
      guard study.diagnosisCode == draft.diagnosisCode.storable else {
        throw ReviewStoreError.otherDiagnosis(study: study.name, stored: study.diagnosisCode, wanted: draft.diagnosisCode)
      }
      try self.addCases(draft.cases, to: study, in: database)
      return study
    }
  }

  func study(named name: String, in database: Database) throws -> Study? {
    try Row.fetchOne(database, sql: "SELECT * FROM study WHERE name = ?", arguments: [name.storableName]).map(study)
  }

  func cases(of study: Study, in database: Database) throws -> [StudyCase] {
    let rows = try Row.fetchAll(database, sql: "SELECT * FROM study_case WHERE study_id = ? ORDER BY position", arguments: [study.rowID])
    return try rows.map(studyCase)
  }

  private func insertStudy(_ draft: StudyDraft, in database: Database) throws -> Study {
    try database.execute(
      sql: "INSERT INTO study (identifier, name, diagnosis, question, blinding, created_ms, settings) VALUES (?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        UUID().uuidString, draft.name.storableName, draft.diagnosisCode.storable, draft.question.storable, draft.blinding.text,
        Date().milliseconds, #"{"version":1}"#,
      ]
    )
    guard let study = try study(named: draft.name.storableName, in: database) else { throw ReviewStoreError.unknownStudy(draft.name) }
    return study
  }

  private func addCases(_ drafts: [CaseDraft], to study: Study, in database: Database) throws {
    let last = try Int64.fetchOne(database, sql: "SELECT MAX(position) FROM study_case WHERE study_id = ?", arguments: [study.rowID])
    var position = (last ?? -1) + 1
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO study_case (identifier, study_id, position, record, path, repetition, recording_digest, label)
        VALUES (?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (study_id, path, repetition) DO NOTHING
        """
    )
    for draft in drafts {
      let label = draft.label == .unsure ? nil : draft.label
      try insert.execute(arguments: [
        UUID().uuidString, study.rowID, position, draft.record.storable, draft.path.storable, draft.recordingDigest?.description.storable,
        label?.rawValue,
      ])
      position += Int64(database.changesCount)
    }
  }

  private func study(_ row: Row) throws -> Study {
    let identifier: String = try row.decode(forColumn: "identifier")
    guard let id = UUID(uuidString: identifier), let blinding = Visible(text: try row.decode(forColumn: "blinding")) else {
      throw ReviewStoreError.damaged(path: path, reason: "study \(identifier) holds unknown words")
    }
    return Study(
      id: id,
      name: try row.decode(forColumn: "name"),
      diagnosisCode: try row.decode(forColumn: "diagnosis"),
      question: try row.decode(forColumn: "question"),
      blinding: blinding,
      createdAt: Date(milliseconds: try row.decode(forColumn: "created_ms")),
      settingsJSON: try row.decode(forColumn: "settings"),
      rowID: try row.decode(forColumn: "id")
    )
  }

  private func studyCase(_ row: Row) throws -> StudyCase {
    let identifier: String = try row.decode(forColumn: "identifier")
    let label: String? = try row.decode(forColumn: "label")
    guard let id = UUID(uuidString: identifier), label == nil || label.flatMap(Verdict.init(rawValue:)) != nil else {
      throw ReviewStoreError.damaged(path: path, reason: "case \(identifier) holds unknown words")
    }
    return StudyCase(
      id: id,
      position: try row.decode(forColumn: "position"),
      record: try row.decode(forColumn: "record"),
      path: try row.decode(forColumn: "path"),
      repetition: try row.decode(forColumn: "repetition"),
      recordingDigest: try row.decode(String?.self, forColumn: "recording_digest").map { RecordingDigest(hexadecimal: $0) },
      label: label.flatMap(Verdict.init(rawValue:)),
      rowID: try row.decode(forColumn: "id")
    )
  }
}
