import Files
import Foundation

/// The folder of a WFDB record, out of which no file name in a header leads.
///
/// WFDB itself lets a header name any file, standard input or a URL. A header from elsewhere could then show the reader's own files, or wait for
/// a FIFO for ever, so this program takes only regular files inside the record's folder. A collection whose signal files are links to a store
/// elsewhere, as git-annex and DataLad keep them, is read where its user says that its links may be followed.
struct WFDBFolder {
  private let path: String
  /// The folder without symbolic links.
  private let root: String
  private let reference: RecordReference

  init(_ reference: RecordReference) {
    self.reference = reference
    path = reference.folder
    root = Self.resolved(path) ?? path
  }

  /// How a file of this folder is shown in messages.
  func shownPath(of fileName: String) -> String { reference.shownPath(of: fileName) }

  /// Opens a signal file.
  ///
  /// - Throws: ``ECGFileError`` with the reason where the name leads out of the folder, or names nothing or no regular file.
  func openSignalFile(_ fileName: String) throws(ECGFileError) -> RegularFile {
    if let problem = Self.problem(withName: fileName) {
      let header = shownPath(of: reference.fileName)
      throw .badSignalFile(file: header, problem: "the signal file \"\(fileName)\" \(problem); expected a file beside the header")
    }
    let path = try pathInside(fileName)
    return try ECGFileError.mapping { () throws(FileError) in try RegularFile(path: path, shownAs: shownPath(of: fileName)) }
  }

  /// The header of a segment, which must lie in this folder too.
  func segmentHeader(_ name: String) throws(ECGFileError) -> WFDBHeader {
    if let problem = Self.problem(withName: name) {
      let header = shownPath(of: reference.fileName)
      throw .badSegment(record: header, segment: name, problem: "\(problem); expected a record beside the header")
    }
    return try WFDBHeader(path: try pathInside(name + ".hea"), shownAs: shownPath(of: name + ".hea"))
  }

  /// What is wrong with a file name that a header gives; nil where it names a file in or below the header's folder.
  static func problem(withName name: String) -> String? {
    if name == "-" { return "is standard input" }
    if name.utf8.first == UInt8(ascii: "/") { return "is an absolute path" }
    if name.utf8.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) }) {
      return "leaves the record's folder"
    }
    if name.utf8.contains(UInt8(ascii: ":")), name.contains("://") { return "is a network address" }
    return nil
  }

  /// A name without the detours that lead to the same file: `./a`, `././a` and `a` are one.
  static func plainName(_ name: String) -> String {
    guard name.utf8.contains(UInt8(ascii: "/")) else { return name }
    return name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// The path of a file that lies in or below the folder, links resolved.
  ///
  /// - Throws: ``ECGFileError`` where it names nothing, or is a link out of the folder that may not be followed.
  func pathInside(_ fileName: String) throws(ECGFileError) -> String {
    let file = path + "/" + fileName
    guard let resolved = Self.resolved(file) else { throw .missingInput(path: shownPath(of: fileName), reason: FileError.reason(errno)) }
    guard reference.followsLinks || root == "/" || resolved.hasPrefix(root + "/") else {
      throw .badSignalFile(
        file: shownPath(of: fileName),
        problem: "is a symbolic link out of the record's folder; expected a file beside the header, or --follow-links")
    }
    return resolved
  }

  /// The path without symbolic links; nil, with `errno` set, where it names nothing.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
