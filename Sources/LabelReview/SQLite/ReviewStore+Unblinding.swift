import Foundation
import GRDB

extension ReviewStore {
  /// Notes in the log that somebody looked behind the blinding of a study.
  public func recordUnblinding(of study: Study, by reviewer: String, what: String) throws {
    try write { database in
      var entry = StudyLogEntry(
        .unblind, study: try self.row(of: study, in: database), identifier: study.id.uuidString, reviewer: reviewer.storableName,
        content: what.storable, programVersion: self.programVersion)
      try entry.append(to: database)
    }
  }

  /// Who looked behind the blinding of a study, in the order of the log.
  public func unblindings(of study: Study) throws -> [Unblinding] {
    try read { database in
      try StudyLogEntry.unblindings(of: self.row(of: study, in: database), in: database).map {
        Unblinding(reviewer: $0.reviewer, what: $0.content, time: Date(milliseconds: $0.timeMilliseconds), digest: $0.digest.hexadecimal)
      }
    }
  }
}
