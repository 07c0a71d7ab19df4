import Foundation

/// A recording that was found but not read.
public struct RecordReference: Sendable, Hashable {
  /// The record's name, without folder or extension.
  public let name: String
  /// Its path as the user would type it, for messages and results.
  public let path: String
  /// The path of its main file, the header of a WFDB record.
  ///
  /// A path, not a URL, which takes ten times the memory, and no second one where it begins as the shown one: a folder may hold many thousand records.
  var file: String { isFileBesidePath ? path + fileOrEnding : fileOrEnding }
  private let fileOrEnding: String
  private let isFileBesidePath: Bool
  /// Its format.
  public let format: FileFormat
  /// Whether its other files may be links to files outside its folder.
  public var followsLinks = false

  /// A record in `url`, shown as `path`.
  public init(name: String, path: String, url: URL, format: FileFormat) {
    self.name = name
    self.path = path
    (fileOrEnding, isFileBesidePath) = Self.shortened(url.path, shownAs: path)
    self.format = format
  }

  /// A record whose main file is `file`, shown as `path`.
  init(mainFile file: String, shownAs path: String, format: FileFormat) {
    let fileName = file.afterLastSlash
    let name = fileName.utf8.lastIndex(of: UInt8(ascii: ".")).map { fileName[..<$0] } ?? fileName
    self.name = String(name)
    self.path = path
    (fileOrEnding, isFileBesidePath) = Self.shortened(file, shownAs: path)
    self.format = format
  }

  /// What comes after the shown path in a file's own, or all of that where it begins otherwise; bytes are compared.
  private static func shortened(_ file: String, shownAs path: String) -> (text: String, isEnding: Bool) {
    guard file.utf8.starts(with: path.utf8) else { return (file, false) }
    return (String(decoding: file.utf8.dropFirst(path.utf8.count), as: UTF8.self), true)
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
