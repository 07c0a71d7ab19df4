import Files
import PlainText

/// Data sources by the folders in which recordings lie.
enum SourceFolders {
  /// The folder below the one that all share, or the folder itself where they share one.
  static func names(of paths: [String]) -> [ExactText: String] {
    let folders = paths.map { (path: $0, parts: PathText.folder(of: $0).split(separator: "/").map(String.init)) }
    guard var shared = folders.first?.parts else { return [:] }
    for folder in folders { shared = zip(shared, folder.parts).prefix { $0 == $1 }.map(\.0) }
    return Dictionary(
      folders.map { (ExactText($0.path), $0.parts.dropFirst(shared.count).first ?? $0.parts.last ?? "") },
      uniquingKeysWith: { first, _ in first })
  }
}
