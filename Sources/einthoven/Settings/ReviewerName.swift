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
    try StudyRules.checkGivenReviewer(trimmed)
    // A name that cannot be kept is asked for again the next time.
    if asks, (try? DeskConfig.load().reviewer) != trimmed { try? DeskConfig.store(reviewer: trimmed) }
    return trimmed
  }

  /// The user's name; nil for root, under which nobody in particular works, and where no reader can have it.
  private static var user: String? {
    let name = Places.environment("USER") ?? Places.environment("LOGNAME") ?? NSUserName()
    return name == "root" || (try? StudyRules.checkGivenReviewer(name)) == nil ? nil : name
  }

  /// The answer, asked for again where no reader can have that name; what is offered where nobody answers.
  private static func ask() -> String? {
    let question = "Your name in the store of verdicts"
    let offer = user
    var isRefused = false
    for _ in 0..<3 {
      // Somebody whose answer was refused is there, and gets no other name for being slow.
      let offered = offer.map { isRefused ? " [\($0)]" : " [\($0), after \(Question.patienceSeconds) s]" } ?? ""
      guard let answer = Question.ask("\(question)\(offered): ", waits: offer == nil || isRefused) else { return isRefused ? nil : offer }
      if answer.isEmpty {
        if let offer { return offer }
        continue
      }
      do {
        try StudyRules.checkGivenReviewer(answer)
        return answer
      } catch {
        isRefused = true
        Console.note("\(error)")
      }
    }
    return nil
  }
}
