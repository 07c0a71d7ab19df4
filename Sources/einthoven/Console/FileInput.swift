import Foundation

/// Reads files that are small by nature: no wait for a pipe, no device without end, no more bytes than such a file has.
enum FileInput {
  /// The whole file.
  ///
  /// - Parameters:
  ///   - limit: Bytes that no such file exceeds.
  ///   - expected: What it should be, for messages.
  /// - Throws: ``CommandFailure`` naming the file.
  static func data(_ path: String, limit: Int, expected: String) throws -> Data {
    func noInput(_ reason: String) -> CommandFailure { .noInput("\(path): cannot be read: \(reason); expected \(expected)") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw noInput(String(cString: strerror(errno)).lowercased()) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw noInput("no regular file") }
    guard status.st_size <= limit else {
      throw CommandFailure.badData("\(path): \(status.st_size) bytes; expected \(expected), of at most \(limit)")
    }
    do {
      return try handle.read(upToCount: limit) ?? Data()
    } catch {
      throw noInput((error as NSError).localizedDescription)
    }
  }

  /// The whole file as text.
  ///
  /// - Throws: ``CommandFailure`` naming the file.
  static func text(_ path: String, limit: Int, expected: String) throws -> String {
    guard let text = String(validating: try data(path, limit: limit, expected: expected), as: UTF8.self) else {
      throw CommandFailure.badData("\(path): not UTF-8 text; expected \(expected)")
    }
    return text
  }
}
