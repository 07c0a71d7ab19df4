import Foundation
import GRDB

extension ReviewStore {
  /// A store to go on with after this one's file was removed, replaced or cut short: the one that is there now, if it is a copy of this one, with what it
  /// lacks of this one; else a new one beside it, with all of this one that can still be read, and at least the study and its cases.
  ///
  /// - Throws: ``ReviewStoreError`` where neither can be written.
  public func successor(holding study: Study, cases: [StudyCase]) throws -> any ReviewStoring {
    let there = try? storeThere(holding: study)
    if let there, try holdsAll(there) { return there }
    let copy = Self.free(besides: path)
    // Its folder may be gone with it.
    try Self.makeFolder(of: copy)
    if let whole = try? copied(to: copy, holding: study) {
      guard let there, let report = try? there.merge(from: whole), report.conflicts.isEmpty else { return whole }
      Self.remove(copy)
      return there
    }
    Self.remove(copy)
    if let there { return there }
    let fresh = try ReviewStore(path: copy, programVersion: programVersion)
    try fresh.adopt(study, cases: cases)
    return fresh
  }

  private static func remove(_ copy: String) {
    for suffix in ["", "-wal", "-shm"] { unlink(copy + suffix) }
  }

  /// The store that lies at the path now.
  ///
  /// One written over the open file itself cannot be opened beside the open one without mixing the two.
  private func storeThere(holding study: Study) throws -> ReviewStore {
    guard let file, file.isAnotherFile else { throw ReviewStoreError.missing(path: path) }
    let there = try ReviewStore(path: path, programVersion: programVersion, createsIfMissing: false)
    guard there.file?.storeIdentifier == file.storeIdentifier, try there.study(named: study.name)?.id == study.id,
      try there.verify().isEmpty
    else { throw ReviewStoreError.notAStore(path: path) }
    return there
  }

  /// Whether the log of another copy of this store goes on from where this one's ends; an older copy lacks what was written since.
  private func holdsAll(_ there: ReviewStore) throws -> Bool {
    // By the connection that is open: a new one would be to whatever lies at the path.
    guard let head = try? database.writeWithoutTransaction({ try EventRow.head(of: $0) }) else { return false }
    guard head.sequence > 0 else { return true }
    let digest = try there.read { try Data.fetchOne($0, sql: "SELECT digest FROM event WHERE sequence = ?", arguments: [head.sequence]) }
    return digest == head.digest
  }

  /// A copy of what the open connection still reads.
  private func copied(to copy: String, holding study: Study) throws -> ReviewStore {
    try database.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
    let store = try ReviewStore(path: copy, programVersion: programVersion, createsIfMissing: false)
    guard try store.verify().isEmpty, try store.study(named: study.name)?.id == study.id else {
      throw ReviewStoreError.damaged(path: copy, reason: "it does not verify")
    }
    return store
  }

  /// Takes over a study with its cases, so that verdicts on them can be recorded here and merged later.
  private func adopt(_ study: Study, cases: [StudyCase]) throws {
    try write { database in
      try database.execute(
        sql: "INSERT INTO study (identifier, name, diagnosis, question, blinding, created_ms, settings) VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          study.id.uuidString, study.name, study.diagnosisCode, study.question, study.blinding.text, study.createdAt.milliseconds,
          study.settingsJSON,
        ])
      let row = database.lastInsertedRowID
      for studyCase in cases {
        try database.execute(
          sql: """
            INSERT INTO study_case (identifier, study_id, position, record, path, repetition, recording_digest, label, source, learned_digest)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            studyCase.id.uuidString, row, studyCase.position, studyCase.record, studyCase.path, studyCase.repetition,
            studyCase.recordingDigest?.description, studyCase.storedLabel, studyCase.source, studyCase.learnedDigest?.description,
          ])
      }
      try StudySeal.cover(study: row, programVersion: programVersion, in: database)
    }
  }

  /// A name beside a store that nothing has yet, such as `reviews-rescued.sqlite`.
  private static func free(besides path: String) -> String {
    let (stem, suffix) = ((path as NSString).deletingPathExtension, (path as NSString).pathExtension)
    for number in 1... {
      let name = stem + "-rescued" + (number == 1 ? "" : "-\(number)") + (suffix.isEmpty ? "" : "." + suffix)
      if access(name, F_OK) != 0 { return name }
    }
    return path + "-rescued"
  }
}
