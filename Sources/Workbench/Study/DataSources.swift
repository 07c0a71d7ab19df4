import Foundation

/// The data sources of recordings, as their folders tell.
enum DataSources {
  /// By path: the folder below the one that all share, or the folder itself where they share one.
  static func byPath(_ paths: [String]) -> [String: String] {
    let folders = paths.map { (path: $0, parts: ($0 as NSString).deletingLastPathComponent.split(separator: "/").map(String.init)) }
    guard var shared = folders.first?.parts else { return [:] }
    for folder in folders { shared = zip(shared, folder.parts).prefix { $0 == $1 }.map(\.0) }
    return Dictionary(
      folders.map { ($0.path, $0.parts.dropFirst(shared.count).first ?? $0.parts.last ?? "") }, uniquingKeysWith: { first, _ in first })
  }
}
