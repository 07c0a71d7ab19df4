import Foundation
import LabelReview

/// The cases that one reader of one study has flagged for later: a line each, outside the store, for a flag says nothing about a diagnosis.
public struct FlagFile: Sendable {
  private let file: StateFile

  /// The flags of a study's reader in a folder.
  public init(folder: URL, study: Study, reviewer: String) {
    // A name may hold anything; a file's name holds its bytes in hexadecimal.
    let name = reviewer.utf8.prefix(60).map { String($0, radix: 16) }.joined()
    file = StateFile(folder.appendingPathComponent("\(study.id.uuidString)-\(name)"), limit: 1 << 24)
  }

  /// The cases flagged; none where the file cannot be read.
  public func read() -> Set<StudyCase.ID> { Set(file.lines().compactMap { UUID(uuidString: $0) }) }

  /// Replaces the cases flagged.
  ///
  /// - Throws: what the file system says.
  public func write(_ cases: [StudyCase.ID]) throws { try file.write(cases.map(\.uuidString)) }
}
