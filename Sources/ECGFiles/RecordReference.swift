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
  /// The main file and the samples that most likely lie beside it, without reading either.
  public var likelyFiles: [String] {
    let main = url.path
    guard let dot = main.utf8.lastIndex(of: UInt8(ascii: ".")) else { return [main] }
    let stem = String(main[..<dot])
    let samples = ["\(stem).dat", "\(stem).mat"].first { (path: String) in path != main && access(path, F_OK) == 0 }
    return [main] + (samples.map { [$0] } ?? [])
  }
}

extension RecordReference {
  /// A record whose main file is `file`, shown as `path`.
  init(mainFile file: String, shownAs path: String, format: FileFormat) {
    let fileName = file.afterLastSlash
    let name = fileName.utf8.lastIndex(of: UInt8(ascii: ".")).map { fileName[..<$0] } ?? fileName
    self.init(name: String(name), path: path, url: URL(fileURLWithPath: file, isDirectory: false), format: format)
  }

  /// The folder of the main file.
  var folder: String { String(url.path.dropLast(fileName.count + 1)) }

  /// The name of the main file with its extension.
  var fileName: String { String(url.path.afterLastSlash) }

  /// How a file of the record's folder is shown in messages: beside ``path``.
  func shownPath(of fileName: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return fileName }
    return path[...slash] + fileName
  }
}

extension String {
  /// The last component of a path.
  fileprivate var afterLastSlash: Substring {
    utf8.lastIndex(of: UInt8(ascii: "/")).map { self[utf8.index(after: $0)...] } ?? self[...]
  }
}
