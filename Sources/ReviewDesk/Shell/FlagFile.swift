import Foundation
import LabelReview

/// The cases that one reader of one study has flagged for later: a line each, outside the store, for a flag says nothing about a diagnosis.
public struct FlagFile: Sendable {
  private let file: URL

  /// The flags of a study's reader in a folder.
  public init(folder: URL, study: Study, reviewer: String) {
    // A name may hold anything; a file's name holds its bytes in hexadecimal.
    let name = reviewer.utf8.prefix(60).map { String($0, radix: 16) }.joined()
    file = folder.appendingPathComponent("\(study.id.uuidString)-\(name)")
  }

  /// The cases flagged; none where the file cannot be read.
  public func read() -> Set<StudyCase.ID> {
    guard let data = try? Data(contentsOf: file), data.count < 1 << 24 else { return [] }
    return Set(String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { UUID(uuidString: String($0)) })
  }

  /// Replaces the cases flagged.
  ///
  /// - Throws: what the file system says.
  public func write(_ cases: [StudyCase.ID]) throws {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(cases.map { $0.uuidString + "\n" }.joined().utf8).write(to: file, options: .atomic)
  }
}
