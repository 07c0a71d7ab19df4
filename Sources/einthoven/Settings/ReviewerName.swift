import Agreement
import Foundation
import LabelReview
import TerminalUI

/// Who judges: the name given, else the one that was given before, else the one that is asked for, once.
enum ReviewerName {
  /// The reviewer in force; a name that was given or answered is the default from then on.
  ///
  /// - Parameter asks: Whether somebody may be asked at the terminal; where not, the user's name has to do.
  /// - Throws: ``CommandFailure`` where there is no name; `ReviewStoreError` for one that no reader can have, before any verdict is given under it.
  static func resolved(_ given: String?, asks: Bool) throws -> String {
    let known = try given ?? DeskConfig.load().reviewer
    let name = known ?? (asks && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 ? ask() : user)
    let trimmed = name?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    guard !trimmed.isEmpty else { throw CommandFailure.usage("no reviewer: give a name with --reviewer") }
    if ReservedRater.contains(trimmed) { throw ReviewStoreError.reservedReviewer(trimmed) }
    // A name that cannot be kept is asked for again the next time.
    if asks, (try? DeskConfig.load().reviewer) != trimmed { try? DeskConfig.store(reviewer: trimmed) }
    return trimmed
  }

  /// The user's name; nil for root, under which nobody in particular works.
  private static var user: String? {
    let name = Places.environment("USER") ?? Places.environment("LOGNAME") ?? NSUserName()
    return name == "root" ? nil : name
  }

  private static func ask() -> String? {
    let offer = user
    let question = "Your name in the store of verdicts" + (offer.map { " [\($0)]" } ?? "") + ": "
    for _ in 0..<3 {
      try? FileHandle.standardError.write(contentsOf: Data(question.utf8))
      guard let answer = readLine()?.trimmingCharacters(in: .whitespaces) else { return nil }
      if !answer.isEmpty { return answer }
      if let offer { return offer }
    }
    return nil
  }
}
