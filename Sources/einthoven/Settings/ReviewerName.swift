import Agreement
import Foundation
import LabelReview
import PlainText

/// Who judges: the name given, else the one that was given before, else the answer to a question at the terminal.
enum ReviewerName {
  /// The reviewer in force, whose name is kept in the config for the next time.
  ///
  /// - Throws: ``CommandFailure`` where there is no name; `ReviewStoreError` for one that no reader can have, before any verdict is given under it.
  static func resolved(_ given: String?) throws -> String {
    let before = try DeskConfig.load().reviewer
    if given == nil, let before { return try checked(before) }
    let name = try checked(given ?? asked())
    // Where the config cannot be written, the question comes again.
    if name != before { try? DeskConfig.store(reviewer: name) }
    return name
  }

  /// The reviewer of what is only looked at: nobody is asked, and nothing is kept.
  ///
  /// - Throws: as ``resolved(_:)``.
  static func known(_ given: String?) throws -> String { try checked(given ?? DeskConfig.load().reviewer ?? ofUser ?? "nobody") }

  /// The user's name, unless it stands for whoever has the password.
  static var ofUser: String? {
    let name = Places.environment("USER") ?? Places.environment("LOGNAME") ?? NSUserName()
    return name.isEmpty || name == "root" ? nil : name
  }

  private static func checked(_ name: String) throws -> String {
    let trimmed = name.withoutControlCharacters.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else { throw CommandFailure.usage("no reviewer: give a name with --reviewer") }
    if ReservedRater.contains(trimmed) { throw ReviewStoreError.reservedReviewer(trimmed) }
    return trimmed
  }

  /// Asks at the terminal until there is an answer; without a terminal nobody will judge, and any name will do.
  private static func asked() throws -> String {
    let offered = ofUser
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return offered ?? "nobody" }
    let question = "Your name, under which your verdicts are kept" + (offered.map { " [\($0)]" } ?? "") + ": "
    while true {
      try Console.write(question)
      guard let line = readLine() else { throw CommandFailure.usage("no reviewer: give a name with --reviewer") }
      let answer = line.trimmingCharacters(in: .whitespacesAndNewlines)
      if !answer.isEmpty { return answer }
      if let offered { return offered }
    }
  }
}
