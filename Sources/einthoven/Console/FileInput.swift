import Files
import Foundation

/// Reads files that are small by nature, and says what was expected where one is missing or something else.
enum FileInput {
  /// The whole file.
  ///
  /// - Parameters:
  ///   - path: The file; where one pass is enough a pipe, or `-` for standard input.
  ///   - limit: Bytes that no such file exceeds.
  ///   - expected: What it should be, for messages.
  /// - Throws: ``CommandFailure`` naming the file.
  static func data(_ path: String, limit: Int, expected: String, mayBeStream: Bool = false) throws -> Data {
    do throws(FileError) {
      return Data(try mayBeStream ? InputBytes.read(path, limit: limit) : RegularFile.contents(of: path, limit: limit))
    } catch {
      if case .tooLong = error { throw CommandFailure.badData("\(path): \(error.problem); expected \(expected)") }
      throw CommandFailure.noInput("\(path): cannot be read: \(error.problem); expected \(expected)")
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
