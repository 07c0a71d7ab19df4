import Foundation

/// A question to whoever sits at the terminal.
enum Question {
  /// Whether there is somebody to ask: scripts and pipes are not.
  static var canBeAsked: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// How long an answer is waited for where one is offered, so that a script in a terminal goes on.
  static let patienceSeconds = 10

  /// Asks on standard error; returns the line without blanks around it, nil where nobody answered in time, or the input ended.
  ///
  /// - Parameter waits: Whether the answer is waited for, however long it takes.
  static func ask(_ text: String, waits: Bool) -> String? {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    if !waits, poll(&input, 1, Int32(patienceSeconds * 1000)) <= 0 {
      Console.note("")
      // What was typed and not ended must not become keys of what comes next.
      tcflush(STDIN_FILENO, TCIFLUSH)
      return nil
    }
    return readLine()?.trimmingCharacters(in: .whitespaces)
  }
}
