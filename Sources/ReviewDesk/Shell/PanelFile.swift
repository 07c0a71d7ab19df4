import Foundation

/// Which panels a user has folded away: a line each in a file of the state folder, read when the next session starts.
public struct PanelFile: Sendable {
  private let file: URL

  /// The panels noted down in a file.
  public init(_ file: URL) { self.file = file }

  /// The panels folded away; none where the file cannot be read.
  public func read() -> Set<Panel> {
    guard let data = try? Data(contentsOf: file), data.count < 1 << 12 else { return [] }
    return Set(String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { Panel(rawValue: String($0)) })
  }

  /// Replaces the panels folded away.
  ///
  /// - Throws: what the file system says.
  public func write(_ panels: Set<Panel>) throws {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let lines = Panel.allCases.filter(panels.contains).map { $0.rawValue + "\n" }
    try Data(lines.joined().utf8).write(to: file, options: .atomic)
  }
}
