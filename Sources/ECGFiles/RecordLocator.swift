import Foundation

/// Finds the recordings that a path means.
public enum RecordLocator {
  /// The recordings that a path means: one record (with or without extension), every record in and below a folder, or those that a text file lists.
  ///
  /// A folder's records are sorted by path. Hidden files, folders that cannot be read, and segments of multi-segment records are left out;
  /// links to folders are followed, each folder once. A list has one record or folder a line, relative to the list's own folder; blank lines
  /// and lines that begin with `#` do not count. A listed record that is missing is returned, so that reading it says so.
  ///
  /// - Throws: ``ECGFileError`` where the path names nothing, a folder without recordings, or a file that is neither recording nor list.
  public static func references(at path: String) throws -> [RecordReference] {
    if PathKind(path) == .folder {
      let found = try search(folder: path)
      if found.isEmpty { throw ECGFileError.noRecords(path: path) }
      return found
    }
    if let reference = record(at: path) { return [reference] }
    switch PathKind(path) {
    case .missing: throw ECGFileError.missingInput(path: path, reason: "no such file, folder or record")
    case .regularFile: return try references(inList: path)
    case .folder, .other: throw ECGFileError.notARecord(path: path, reason: "not a regular file")
    }
  }

  /// The record that a path means, in the first format that knows it.
  private static func record(at path: String) -> RecordReference? {
    for format in FileFormat.allCases {
      if let file = format.reader.mainFile(forPath: path) { return RecordReference(mainFile: file, shownAs: path, format: format) }
    }
    return nil
  }

  // MARK: Folders

  private static func search(folder: String) throws -> [RecordReference] {
    var files: [String] = []
    var visited: Set<PathIdentity> = []
    let root = folder.hasSuffix("/") ? folder : folder + "/"
    guard collectFiles(in: root, into: &files, visited: &visited) else {
      throw ECGFileError.missingInput(path: folder, reason: InputFile.reason(errno))
    }
    var found: [(reference: RecordReference, mainFile: String)] = []
    var parts: Set<String> = []
    for file in files {
      guard let format = FileFormat.allCases.first(where: { $0.reader.isMainFile(file) }) else { continue }
      found.append((RecordReference(mainFile: file, shownAs: format.reader.shownPath(ofMainFile: file), format: format), file))
      parts.formUnion(format.reader.parts(ofMainFile: file))
    }
    return found.filter { !parts.contains($0.mainFile) }.map(\.reference).sorted { $0.path < $1.path }
  }

  /// Gathers the files in and below a folder whose path ends in `/`; false, with `errno` set, where the folder cannot be read.
  private static func collectFiles(in folder: String, into files: inout [String], visited: inout Set<PathIdentity>) -> Bool {
    guard let identity = PathIdentity(folder), visited.insert(identity).inserted else { return true }
    guard let stream = opendir(folder) else { return false }
    var entries: [(name: String, kind: PathKind?)] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { String(cString: $0) }
      }
      if !name.utf8.starts(with: ".".utf8) { entries.append((name, PathKind(entryType: entry.pointee.d_type))) }
    }
    closedir(stream)
    for (name, kind) in entries.sorted(by: { $0.name < $1.name }) {
      switch kind ?? PathKind(folder + name) {
      case .folder: _ = collectFiles(in: folder + name + "/", into: &files, visited: &visited)
      case .regularFile: files.append(folder + name)
      case .other, .missing: break
      }
    }
    return true
  }

  // MARK: Lists

  /// The longest list that is read.
  private static let largestListByteCount = 64 << 20

  private static func references(inList path: String) throws -> [RecordReference] {
    let input = try InputFile(path: path, shownAs: path)
    guard input.byteCount <= largestListByteCount else {
      throw ECGFileError.notARecord(path: path, reason: "\(input.byteCount) bytes are too many for a list")
    }
    var bytes = try input.prefix(largestListByteCount)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw ECGFileError.notARecord(path: path, reason: "not text")
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var found: [RecordReference] = []
    var missing: [RecordReference] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let entry = line.trimmingCharacters(in: .whitespaces)
      guard !entry.isEmpty, !entry.hasPrefix("#") else { continue }
      let target = entry.hasPrefix("/") ? entry : folder + entry
      if PathKind(target) == .folder {
        found += (try? search(folder: target)) ?? []
      } else if let reference = record(at: target) {
        found.append(reference)
      } else {
        let missingRecord = RecordReference(mainFile: target + ".hea", shownAs: target, format: .wfdb)
        found.append(missingRecord)
        missing.append(missingRecord)
      }
    }
    guard found.count > missing.count else {
      let example = missing.first.map { "no record \"\($0.path)\"" } ?? "it lists nothing"
      throw ECGFileError.notARecord(path: path, reason: example)
    }
    return found
  }
}
