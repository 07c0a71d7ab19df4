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
    let name = known ?? (asks && Question.canBeAsked ? ask() : user)
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

  /// The answer; what is offered where nobody answers.
  private static func ask() -> String? {
    guard let offer = user else {
      for _ in 0..<3 {
        guard let answer = Question.ask("Your name in the store of verdicts: ", waits: true) else { return nil }
        if !answer.isEmpty { return answer }
      }
      return nil
    }
    let answer = Question.ask("Your name in the store of verdicts [\(offer), after \(Question.patienceSeconds) s]: ", waits: false) ?? ""
    return answer.isEmpty ? offer : answer
  }
}
