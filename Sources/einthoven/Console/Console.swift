import Foundation
import PlainText

/// Standard output and standard error.
///
/// What is printed here has lost every control character that came from a file.
enum Console {
  /// Prints a line of results.
  static func print(_ line: String) throws {
    try write(line.withoutControlCharacters + "\n")
  }

  /// Prints a document as a page of its own.
  static func printPage(_ document: Document, title: String) throws {
    for line in document.html(title: title).split(separator: "\n", omittingEmptySubsequences: false).dropLast() { try print(String(line)) }
  }

  /// Prints many lines of results that are there at once, a great many of them at a time.
  static func print(_ lines: some Sequence<String>) throws {
    var text = ""
    for line in lines {
      text += line.withoutControlCharacters
      text += "\n"
      guard text.utf8.count >= 1 << 16 else { continue }
      try write(text)
      text = ""
    }
    if !text.isEmpty { try write(text) }
  }

  /// Prints text whose control characters are the program's own: screens in ANSI colours, SVG.
  static func write(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw CommandFailure.outputFailed(
        "standard output cannot be written (\((error as NSError).localizedDescription)); the results are not complete")
    }
  }

  /// Prints a line about something that went wrong or is suspicious.
  static func complain(_ line: String) { note("einthoven: " + line) }

  /// Says how many records that were done before hold other samples now, and are done anew.
  static func noteChanged(_ count: Int, _ done: String) {
    if count > 0 { complain("\(count == 1 ? "1 record holds" : "\(count) records hold") other samples than before; \(done) anew") }
  }

  /// Prints a line on standard error as it is.
  static func note(_ line: some StringProtocol) {
    try? FileHandle.standardError.write(contentsOf: Data((shortened(line.withoutControlCharacters) + "\n").utf8))
  }

  /// A line without its middle where it quotes more of a file than anybody reads: where and what stands first, what was expected last.
  private static func shortened(_ line: String) -> String {
    guard line.utf8.count > longestLine, line.count > longestLine else { return line }
    return line.prefix(longestLine * 3 / 4) + " … " + line.suffix(longestLine / 4)
  }

  private static let longestLine = 2000
}
