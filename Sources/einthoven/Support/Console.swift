import Foundation
import PlainText

/// Standard output and standard error. What is printed here has lost every control character that came from a file.
enum Console {
  /// Prints a line of results.
  static func print(_ line: String) throws {
    try write(line.withoutControlCharacters + "\n")
  }

  /// Prints text whose control characters are the program's own: screens in ANSI colours, SVG.
  static func write(_ text: String) throws {
    var text = text
    let written = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, stdout) == $0.count }
    guard written else { throw failure() }
  }

  /// Makes sure that results have left the program.
  static func flush() throws {
    guard fflush(stdout) == 0 else { throw failure() }
  }

  /// Prints a line about something that went wrong or is suspicious.
  static func complain(_ line: String) {
    FileHandle.standardError.write(Data(("einthoven: " + line.withoutControlCharacters + "\n").utf8))
  }

  private static func failure() -> CommandFailure {
    .outputFailed("standard output: \(String(cString: strerror(errno))); the results are not complete")
  }
}
