import Foundation
import Logging
import PlainText

/// Appends what happens at the desk to the log file, a line an event: time in UTC, level, message.
///
/// No patient's data is logged, only names of records.
struct FileLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  private let file: FileHandle

  /// A log that appends to a file; nil where it cannot be opened.
  init?(path: String) {
    guard let stream = fopen(path, "a") else { return nil }
    file = FileHandle(fileDescriptor: dup(fileno(stream)), closeOnDealloc: true)
    fclose(stream)
  }

  /// Sends all logging of the program to the file, if it can be opened; without it nothing is logged.
  static func begin() {
    let log = Places.log.flatMap { FileLog(path: $0) }
    LoggingSystem.bootstrap { _ in
      if let log { log } else { SwiftLogNoOpLogHandler() }
    }
  }

  func log(event: LogEvent) {
    let time = Date.now.formatted(.iso8601)
    try? file.write(contentsOf: Data("\(time) \(event.level) \(event.message.description.withoutControlCharacters)\n".utf8))
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
}
