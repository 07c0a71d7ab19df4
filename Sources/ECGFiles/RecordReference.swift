import Foundation

/// A recording that was found but not read.
public struct RecordReference: Sendable, Hashable {
  /// The record's name, without folder or extension.
  public let name: String
  /// Its path as the user would type it, for messages and results.
  public let path: String
  /// The path of its main file, the header of a WFDB record.
  ///
  /// A path, not a URL, which takes ten times the memory: a folder may hold many thousand records.
  let file: String
  /// Its format.
  public let format: FileFormat
  /// Whether its other files may be links to files outside its folder.
  public var followsLinks = false

  /// A record in `url`, shown as `path`.
  public init(name: String, path: String, url: URL, format: FileFormat) {
    self.name = name
    self.path = path
    file = url.path
    self.format = format
  }

  /// Its main file: the header of a WFDB record.
  public var url: URL { URL(fileURLWithPath: file, isDirectory: false) }
}

extension RecordReference {
  /// The path of its main file: the header of a WFDB record.
  public var mainFile: String { file }

  /// Where the samples most likely lie beside the main file, the likeliest first.
  public var likelySampleFiles: [String] {
    guard let dot = file.utf8.lastIndex(of: UInt8(ascii: ".")) else { return [] }
    return [file[..<dot] + ".dat", file[..<dot] + ".mat"]
  }
}

extension RecordReference {
  /// A record whose main file is `file`, shown as `path`.
  init(mainFile file: String, shownAs path: String, format: FileFormat) {
    let fileName = file.afterLastSlash
    let name = fileName.utf8.lastIndex(of: UInt8(ascii: ".")).map { fileName[..<$0] } ?? fileName
    self.name = String(name)
    self.path = path
    self.file = file
    self.format = format
  }

  /// The folder of the main file.
  var folder: String { file.utf8.lastIndex(of: UInt8(ascii: "/")).map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "." }

  /// The name of the main file with its extension.
  var fileName: String { String(file.afterLastSlash) }

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
