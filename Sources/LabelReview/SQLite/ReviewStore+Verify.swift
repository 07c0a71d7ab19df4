import Foundation
import GRDB

extension ReviewStore {
  /// Checks the log, the studies with their cases, the tables with their triggers, and that SQLite's indexes say what the events say.
  public func verification(_ depth: StoreVerification.Depth) throws -> StoreVerification {
    try read { database in
      var check = try ChainCheck(database)
      try check.walk(database)
      var result = StoreVerification()
      result.faults = check.faults
      result.events = check.count
      try self.verifyStudies(&result, in: database)
      result.unreadable = try self.studyListing(in: database).compactMap { listed in
        if case .failure(let error) = listed { "\(error)" } else { nil }
      }
      try Self.verifyParts(&result, in: database)
      switch depth {
      case .whole:
        let words = try String.fetchAll(database, sql: "PRAGMA integrity_check(10)")
        result.faults += words.filter { $0 != "ok" }.map { .damagedFile($0) }
      case .figures:
        result.faults += try check.indexFaults(database)
      }
      return result
    }
  }

  private func verifyStudies(_ result: inout StoreVerification, in database: Database) throws {
    var previous = EventRow.chainStart
    var next: Int64 = 1
    var sealed: [Int64: [StudySeal.Content]] = [:]
    let entries = try StudyLogEntry.fetchCursor(database, sql: "\(StudyLogEntry.selection) ORDER BY sequence")
    while let entry = try entries.next() {
      if entry.sequence != next || entry.previousDigest != previous || entry.contentDigest() != entry.digest {
        result.faults.append(.changedEntry(Int(next)))
      }
      next = entry.sequence &+ 1
      previous = entry.digest
      guard entry.kind == StudyLogEntry.Kind.cases.rawValue else { continue }
      guard let content = StudySeal.Content(text: entry.content) else {
        result.faults.append(.changedEntry(Int(entry.sequence)))
        continue
      }
      sealed[entry.studyRow, default: []].append(content)
    }
    let head = try StudyLogEntry.head(of: database)
    if head.sequence != next &- 1 || head.digest != previous { result.faults.append(.changedEntry(Int(next))) }
    let studies = try Row.fetchAll(
      database,
      sql: """
        SELECT study.id, study.name, COUNT(study_case.id), IFNULL(MAX(study_case.position), -1)
        FROM study LEFT JOIN study_case ON study_case.study_id = study.id GROUP BY study.id ORDER BY study.id
        """)
    for row in studies {
      let (study, name): (Int64, String) = (try row.decode(atIndex: 0), try row.decode(atIndex: 1))
      let last: Int64 = try row.decode(atIndex: 3)
      guard let contents = sealed[study] else {
        result.uncovered.append(name)
        continue
      }
      let isAsWritten = try contents.allSatisfy { try StudySeal.content(of: study, from: $0.first, to: $0.last, in: database) == $0 }
      if isAsWritten, (contents.map(\.last).max() ?? -1) >= last {
        result.studies += 1
        result.cases += try row.decode(Int.self, atIndex: 2)
      } else {
        result.faults.append(.changedStudy(name))
      }
    }
  }

  private static func verifyParts(_ result: inout StoreVerification, in database: Database) throws {
    let (expected, found) = (try StoreSchema.expectedParts(), try StoreSchema.parts(of: database))
    let parts = Set(expected.keys).union(found.keys).filter { expected[$0] != found[$0] }
    result.faults += parts.sorted().map { .foreignPart($0) }
  }

  /// Digest of the last event, 64 hexadecimal digits; all zero in a store without events.
  public func headDigest() throws -> String {
    try read { try EventRow.head(of: $0).digest.hexadecimal }
  }
}
