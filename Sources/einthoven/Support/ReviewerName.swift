import Foundation

/// Who judges: the name given, else the user's.
enum ReviewerName {
  /// The reviewer in force.
  ///
  /// - Throws: ``CommandFailure`` where there is no name.
  static func resolved(_ given: String?) throws -> String {
    let name = given ?? Places.environment("USER") ?? Places.environment("LOGNAME") ?? NSUserName()
    let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else { throw CommandFailure.usage("no reviewer: give a name with --reviewer") }
    return trimmed
  }
}
