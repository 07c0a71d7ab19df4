import Foundation

/// A recording that was found but not read.
public struct RecordReference: Sendable, Hashable {
  /// The record's name, without folder or extension.
  public let name: String
  /// Its path as the user would type it, for messages and results.
  public let path: String
  /// Its main file: the header of a WFDB record.
  public let url: URL
  /// Its format.
  public let format: FileFormat

  /// A record in `url`, shown as `path`.
  public init(name: String, path: String, url: URL, format: FileFormat) {
    self.name = name
    self.path = path
    self.url = url
    self.format = format
  }
}

extension RecordReference {
  /// A record whose main file is `file`, shown as `path`.
  init(mainFile file: String, shownAs path: String, format: FileFormat) {
    let url = URL(fileURLWithPath: file)
    self.init(name: url.deletingPathExtension().lastPathComponent, path: path, url: url, format: format)
  }

  /// How a file of the record's folder is shown in messages: beside ``path``.
  func shownPath(of fileName: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return fileName }
    return path[...slash] + fileName
  }
}
