import Foundation

/// Which panels a user has folded away: a line each in a file of the state folder, read when the next session starts.
public struct PanelFile: Sendable {
  private let file: StateFile

  /// The panels noted down in a file.
  public init(_ file: URL) { self.file = StateFile(file, limit: 1 << 12) }

  /// The panels folded away; none where the file cannot be read.
  public func read() -> Set<Panel> { Set(file.lines().compactMap { Panel(rawValue: $0) }) }

  /// Replaces the panels folded away.
  ///
  /// - Throws: what the file system says.
  public func write(_ panels: Set<Panel>) throws { try file.write(Panel.allCases.filter(panels.contains).map(\.rawValue)) }
}
