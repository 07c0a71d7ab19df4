import Agreement
import ECG
import Foundation
import GRDB

extension ReviewStore {
  /// The study of a name, nil where there is none.
  public func study(named name: String) throws -> Study? {
    try read { try self.study(named: name, in: $0) }
  }

  /// All studies, oldest first.
  public func studies() throws -> [Study] { try studyListing().map { try $0.get() } }

  /// All studies, oldest first; in place of one that cannot be read the reason.
  public func studyListing() throws -> [Result<Study, ReviewStoreError>] { try read { try self.studyListing(in: $0) } }

  func studyListing(in database: Database) throws -> [Result<Study, ReviewStoreError>] {
    try Row.fetchAll(database, sql: "SELECT * FROM study ORDER BY id").map { row in
      do { return .success(try self.study(row)) } catch let error as ReviewStoreError { return .failure(error) }
    }
  }

  /// The cases of a study in order.
  public func cases(of study: Study) throws -> [StudyCase] {
    try read { try self.cases(of: study, in: $0) }
  }

  /// Makes a study, or resumes the one of that name.
  public func openStudy(_ draft: StudyDraft) throws -> Study {
    if let study = try resumed(draft) { return study }
    return try write { database in
      let study = try self.study(named: draft.name, in: database) ?? self.insertStudy(draft, id: UUID(), in: database)
      try draft.check(resumes: study)
      let sightings = draft.sightings
      let recognition = Recognition(sightings, as: try self.cases(of: study, in: database))
      try self.note(recognition.news(sightings), in: study, database)
      let fresh = draft.cases.indices.lazy.filter { recognition.outcomes[$0] == .new }.map { draft.cases[$0] }
      try self.addCases(fresh, to: study, in: database)
      return study
    }
  }

  /// The study of a draft that adds nothing to it: no waiting for the write lock where there is nothing to write.
  private func resumed(_ draft: StudyDraft) throws -> Study? {
    guard let study = try study(named: draft.name) else { return nil }
    try draft.check(resumes: study)
    let sightings = draft.sightings
    let recognition = Recognition(sightings, as: try cases(of: study))
    guard !recognition.findsNew, recognition.news(sightings).isEmpty else { return nil }
    try requireWritable()
    return study
  }

  /// Makes a new study with its cases and decisions, all or nothing.
  public func createStudy(_ draft: StudyDraft) throws -> Study {
    try write { database in
      guard try self.study(named: draft.name, in: database) == nil else { throw ReviewStoreError.studyExists(draft.name) }
      return try self.makeStudy(draft, in: database)
    }
  }

  /// Makes a study with its cases and the model's decisions on them, in the caller's transaction.
  func makeStudy(_ draft: StudyDraft, in database: Database) throws -> Study {
    let study = try insertStudy(draft, id: draft.settings.isClosed ? draft.contentIdentifier : UUID(), in: database)
    let drafts = draft.distinctCases
    try addCases(drafts, to: study, in: database)
    try addDecisions(on: drafts, to: study, in: database)
    return study
  }

  /// Writes what the model decides on the cases of a study that was just made, which are in the order of their drafts.
  private func addDecisions(on drafts: [CaseDraft], to study: Study, in database: Database) throws {
    guard drafts.contains(where: { $0.decision != nil }) else { return }
    let part = try studyPart(study, in: database)
    let now = Date()
    let chance = UUID()
    var forms = AnswerForms()
    var number = 0
    try ChainWriter.write(in: database) { chain in
      try database.scan(
        "SELECT \(EventRow.CasePart.columns) FROM study_case WHERE study_id = ? ORDER BY position", arguments: [part.rowID]
      ) { found in
        let draft = drafts[number]
        number += 1
        guard let decision = draft.decision else { return }
        var row = EventRow(
          .modelDecision, identifier: UUID(inOrder: number, at: now.milliseconds, chance: chance), of: part,
          on: EventRow.CasePart(found), time: now, programVersion: self.programVersion)
        row.take(decision, form: decision.answer.map { forms.form(of: $0) }, recordingDigest: draft.recordingDigest)
        try chain.append(&row)
      }
    }
  }

  /// Notes where recordings of cases were seen, and what they are where that was not known.
  public func note(_ sightings: [StudyCase.ID: Sighting], in study: Study) throws {
    if sightings.isEmpty { return }
    try write { try self.note(sightings, in: study, $0) }
  }

  private func note(_ sightings: [StudyCase.ID: Sighting], in study: Study, _ database: Database) throws {
    let row = try row(of: study, in: database)
    let update = try database.cachedStatement(
      sql: """
        UPDATE study_case SET path = ?, learned_digest = IFNULL(learned_digest, CASE WHEN recording_digest IS NULL THEN ? END)
        WHERE identifier = ? AND study_id = ?
        """)
    for (id, sighting) in sightings {
      try update.execute(arguments: [sighting.path.storable, sighting.digest?.description.storable, id.uuidString, row])
    }
  }

  func study(named name: String, in database: Database) throws -> Study? {
    try Row.fetchOne(database, sql: "SELECT * FROM study WHERE name = ?", arguments: [name.storableName]).map(study)
  }

  /// The study's row, which means nothing outside this store.
  func row(of study: Study, in database: Database) throws -> Int64 {
    let find = try database.cachedStatement(sql: "SELECT id FROM study WHERE identifier = ?")
    guard let row = try Int64.fetchOne(find, arguments: [study.id.uuidString]) else { throw ReviewStoreError.unknownStudy(study.name) }
    return row
  }

  func cases(of study: Study, in database: Database) throws -> [StudyCase] {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT identifier, position, record, path, repetition, recording_digest, label, source, learned_digest
        FROM study_case WHERE study_id = ? ORDER BY position
        """,
      arguments: [try row(of: study, in: database)])
    var cases: [StudyCase] = []
    while let row = try rows.next() { cases.append(try studyCase(row)) }
    return cases
  }

  func insertStudy(_ draft: StudyDraft, id: UUID, in database: Database) throws -> Study {
    try database.execute(
      sql: "INSERT INTO study (identifier, name, diagnosis, question, blinding, created_ms, settings) VALUES (?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        id.uuidString, draft.name.storableName, draft.diagnosisCode.storable, draft.question.storable, draft.blinding.text,
        Date().milliseconds, draft.settings.json,
      ]
    )
    guard let study = try study(named: draft.name.storableName, in: database) else { throw ReviewStoreError.unknownStudy(draft.name) }
    return study
  }

  func addCases(_ drafts: some Sequence<CaseDraft>, to study: Study, in database: Database) throws {
    let studyRow = try row(of: study, in: database)
    let last = try Int64.fetchOne(database, sql: "SELECT MAX(position) FROM study_case WHERE study_id = ?", arguments: [studyRow])
    var position = (last ?? -1) + 1
    let insert = try RepeatedStatement(
      """
      INSERT INTO study_case (identifier, study_id, position, record, path, repetition, recording_digest, label, source)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, in: database)
    insert.bind(2, studyRow)
    let (now, chance, identifier) = (Date().milliseconds, UUID(), study.id.uuidString)
    var forms = AnswerForms()
    for (number, draft) in drafts.enumerated() {
      let id =
        study.isClosed
        ? UUID(contentOf: draft.content(in: identifier), beside: study.id.followed(by: number))
        : UUID(inOrder: number, at: now, chance: chance)
      insert.bind(1, id.stored)
      insert.bind(3, position)
      insert.bind(4, draft.record.storable)
      insert.bind(5, draft.path.storable)
      insert.bind(6, Int64(draft.repetition))
      insert.bind(7, draft.recordingDigest?.description.storable)
      insert.bind(8, draft.storedLabel(&forms))
      insert.bind(9, draft.source?.storable)
      try insert.run()
      position += 1
    }
    try StudySeal.cover(study: studyRow, programVersion: programVersion, in: database)
  }

  func study(_ row: Row) throws -> Study {
    let identifier: String = try row.decode(forColumn: "identifier")
    guard let id = UUID(uuidString: identifier), let blinding = Visible(text: try row.decode(forColumn: "blinding")) else {
      throw ReviewStoreError.damaged(path: path, reason: "study \(identifier) holds unknown words")
    }
    let (name, settings): (String, String) = (try row.decode(forColumn: "name"), try row.decode(forColumn: "settings"))
    return Study(
      id: id,
      name: name,
      diagnosisCode: try row.decode(forColumn: "diagnosis"),
      question: try row.decode(forColumn: "question"),
      blinding: blinding,
      createdAt: Date(milliseconds: try row.decode(forColumn: "created_ms")),
      settings: try StudySettings(stored: settings, of: name, path: path),
      settingsJSON: settings
    )
  }

  /// By position: looking up names in every row takes most of the time of reading many cases.
  private func studyCase(_ row: Row) throws -> StudyCase {
    let identifier: String = try row.decode(atIndex: 0)
    let label: String? = try row.decode(atIndex: 6)
    let verdict = label.flatMap(Verdict.init(rawValue:))
    let labels = verdict == nil ? label.flatMap(CaseAnswer.init(form:)) : nil
    guard let id = UUID(uuidString: identifier), label == nil || verdict != nil || labels != nil else {
      throw ReviewStoreError.damaged(path: path, reason: "case \(identifier) holds unknown words")
    }
    return StudyCase(
      id: id,
      position: try row.decode(atIndex: 1),
      record: try row.decode(atIndex: 2),
      path: try row.decode(atIndex: 3),
      repetition: try row.decode(atIndex: 4),
      recordingDigest: try row.decode(String?.self, atIndex: 5).map { RecordingDigest(hexadecimal: $0) },
      learnedDigest: try row.decode(String?.self, atIndex: 8).map { RecordingDigest(hexadecimal: $0) },
      label: verdict,
      labels: labels,
      source: try row.decode(atIndex: 7)
    )
  }
}

extension StudyDraft {
  /// The cases; a second one of one path and showing is no case of its own.
  fileprivate var distinctCases: [CaseDraft] {
    var seen: Set<Showing> = []
    let isFirst = { (draft: CaseDraft) in seen.insert(Showing(path: draft.path.storable, repetition: draft.repetition)).inserted }
    let firstTwin = cases.firstIndex { !isFirst($0) }
    // Nearly always there is none, and nothing to copy.
    guard let firstTwin else { return cases }
    return Array(cases[..<firstTwin]) + cases[firstTwin...].filter(isFirst)
  }

  /// An identifier that follows from what a drawn study, or one that relabels, holds.
  fileprivate var contentIdentifier: UUID {
    var forms = AnswerForms()
    return UUID { hash in
      for text in ["study", name.storableName, diagnosisCode, question, blinding.text, settings.json] { hash.add(text) }
      for draft in cases {
        hash.add(draft.record)
        hash.fields.add(draft.repetition)
        hash.add(draft.recordingDigest?.description ?? draft.path)
        hash.add(draft.storedLabel(&forms) ?? "")
        hash.passOn()
      }
    }
  }
}

extension StudyDraft {
  /// Makes sure that a study may go on with further cases, and asks about the same diagnosis.
  ///
  /// - Throws: ``ReviewStoreError/otherDiagnosis(study:stored:wanted:)``, ``ReviewStoreError/sampledStudy(_:)``.
  public func check(resumes study: Study) throws {
    guard study.diagnosisCode == diagnosisCode.storable else {
      throw ReviewStoreError.otherDiagnosis(study: study.name, stored: study.diagnosisCode, wanted: diagnosisCode)
    }
    guard !study.isClosed else { throw ReviewStoreError.sampledStudy(study.name) }
  }

  /// Where its cases are and what they are.
  fileprivate var sightings: [Sighting] {
    cases.map { Sighting(record: $0.record, path: $0.path.storable, digest: $0.recordingDigest) }
  }
}

extension CaseDraft {
  /// What the identifier of a case follows from in a study whose own follows from its cases: what the case is, and of which study.
  fileprivate func content(in study: String) -> [String] {
    ["case", study, record, recordingDigest?.description ?? path, "\(repetition)"]
  }
}
