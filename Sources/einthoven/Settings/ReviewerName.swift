import Agreement
import Foundation
import LabelReview

/// Who judges: the name given, else the user's.
enum ReviewerName {
  /// The reviewer in force.
  ///
  /// - Throws: ``CommandFailure`` where there is no name; `ReviewStoreError` for one that no reader can have, before any verdict is given under it.
  static func resolved(_ given: String?) throws -> String {
    let name = given ?? Places.environment("USER") ?? Places.environment("LOGNAME") ?? NSUserName()
    let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else { throw CommandFailure.usage("no reviewer: give a name with --reviewer") }
    if ReservedRater.contains(trimmed) { throw ReviewStoreError.reservedReviewer(trimmed) }
    return trimmed
  }
}
