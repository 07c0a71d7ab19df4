import Files
import Foundation

/// A small file of lines in the state folder: what one session leaves to the next, of which nothing is lost that cannot be chosen again.
struct StateFile: Sendable {
  private let file: URL
  private let limit: Int

  /// A file of at most `limit` bytes; a longer one is none of ours.
  init(_ file: URL, limit: Int) {
    self.file = file
    self.limit = limit
  }

  /// Its lines without their ends; none where it cannot be read.
  func lines() -> [String] {
    guard let bytes = try? RegularFile.contents(of: file.path, limit: limit) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Replaces its lines, in a folder that is made where there is none.
  ///
  /// - Throws: `FileError`, and what the file system says of the folder.
  func write(_ lines: some Sequence<String>) throws {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try OutputFile.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: file.path, isDurable: false)
  }
}
