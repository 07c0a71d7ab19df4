import Files
import Foundation
import PlainText

/// Finds the recordings that a path means.
public enum RecordLocator {
  /// The recordings that a path means: one record (with or without extension), every record in and below a folder, or those that a text file lists.
  ///
  /// A folder's records are sorted by path. Hidden files, folders that cannot be read, and segments of multi-segment records are left out;
  /// links to folders are followed, each folder once. A list has one record or folder a line, relative to the list's own folder; blank lines
  /// and lines that begin with `#` do not count. A listed record that is missing is returned, so that reading it says so; a record that is
  /// listed twice is one, where it is first, and a folder that is listed twice, or lies in one that was, is searched once.
  ///
  /// - Parameters:
  ///   - path: What a person typed.
  ///   - followingLinks: Whether the records' signal files may be links out of their folders.
  /// - Throws: ``ECGFileError`` where the path names nothing, a folder without recordings, a folder or list of more than any collection has, or
  ///   a file that is neither recording nor list.
  public static func references(at path: String, followingLinks: Bool = false) throws(ECGFileError) -> [RecordReference] {
    var found = try find(path)
    if followingLinks { for index in found.indices { found[index].followsLinks = true } }
    return found
  }

  private static func find(_ path: String) throws(ECGFileError) -> [RecordReference] {
    if PathKind(path) == .folder {
      var walk = FolderWalk()
      let found = try search(folder: path, with: &walk)
      if found.isEmpty { throw .noRecords(path: path) }
      return found
    }
    if let reference = record(at: path) { return [reference] }
    switch PathKind(path) {
    case .missing: throw .missingInput(path: path, reason: "no such file, folder or record")
    case .regularFile:
      do throws(ECGFileError) { return try references(inList: path) } catch {
        guard case .notARecord = error, let name = OtherFormat.name(ofFileAt: path) else { throw error }
        throw .otherFormat(path: path, name: name)
      }
    case .folder, .other: throw .notARecord(path: path, reason: "not a regular file")
    }
  }

  /// The record that a path means, in the first format that knows it.
  private static func record(at path: String) -> RecordReference? {
    for format in FileFormat.allCases {
      if let file = format.reader.mainFile(forPath: path) { return RecordReference(mainFile: file, shownAs: path, format: format) }
    }
    return nil
  }

  private static func search(folder: String, with walk: inout FolderWalk) throws(ECGFileError) -> [RecordReference] {
    func format(of file: String) -> FileFormat? { FileFormat.allCases.first { $0.reader.isMainFile(file) } }
    let files: [String]
    do throws(FileError) {
      files = try walk.files(in: folder) { format(of: $0) != nil }
    } catch {
      throw ECGFileError(error)
    }
    let found = files.compactMap { file in
      format(of: file).map { RecordReference(mainFile: file, shownAs: $0.reader.shownPath(ofMainFile: file), format: $0) }
    }
    let parts = Set(Parallel.map(found) { $0.format.reader.parts(ofMainFile: $0.mainFile) }.joined().map(ExactText.init))
    return found.filter { parts.isEmpty || !parts.contains(ExactText($0.mainFile)) }.sorted { $0.path < $1.path }
  }

  // MARK: Lists

  /// The longest list that is read.
  private static let largestListByteCount = 64 << 20
  /// Files and folders that are looked at for one list: its folders may be anywhere, and a line of one byte can name the whole disk.
  private static let mostEntriesOfAList = 250_000
  /// Of these, so many on end may be no recordings: a list that names `/` is refused before the disk was looked through.
  private static let mostEntriesWithoutRecord = 50_000
  /// Memory that a listed record takes at least.
  private static let referenceByteCount = 240

  /// The files that a list named so far: a folder is the same however its path is spelled, a file of another name is another.
  private struct ListedFiles {
    private struct File: Hashable {
      let folder: PathIdentity?
      let name: ExactText
    }

    private var files: Set<File> = []
    private var folders: [ExactText: PathIdentity] = [:]

    /// Whether a file was not named before.
    mutating func insert(_ file: String) -> Bool {
      let slash = file.utf8.lastIndex(of: UInt8(ascii: "/"))
      let path = ExactText(slash.map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? ".")
      let folder = folders[path] ?? PathIdentity(path.text)
      folders[path] = folder
      // Where there is no folder the path itself is the name.
      let name = folder == nil ? file[...] : slash.map { file[file.utf8.index(after: $0)...] } ?? file[...]
      return files.insert(File(folder: folder, name: ExactText(String(name)))).inserted
    }
  }

  private static func references(inList path: String) throws(ECGFileError) -> [RecordReference] {
    var budget = ReadingBudget(path: path)
    let text = try text(ofList: path, countedIn: &budget)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var walk = FolderWalk(entryLimit: mostEntriesOfAList, barrenLimit: mostEntriesWithoutRecord)
    var found: [RecordReference] = []
    var listed = ListedFiles()
    var entries: Set<ExactText> = []
    var missing: RecordReference?
    var missingCount = 0
    // Line by line: a list of lines takes several times their length.
    var rest = text[...]
    while !rest.isEmpty {
      let line = rest.prefix { !$0.isNewline }
      rest = rest[line.endIndex...].dropFirst()
      let entry = line.trimmingCharacters(in: .whitespaces)
      guard !entry.isEmpty, !entry.hasPrefix("#"), entries.insert(ExactText(entry)).inserted else { continue }
      let target = entry.hasPrefix("/") ? entry : folder + entry
      if PathKind(target) == .folder {
        do throws(ECGFileError) { found += try search(folder: target, with: &walk).filter { listed.insert($0.mainFile) } } catch {
          if !error.isMissingInput { throw error }
        }
        continue
      }
      let known = record(at: target)
      let reference = known ?? RecordReference(mainFile: target + ".hea", shownAs: target, format: .wfdb)
      guard listed.insert(reference.mainFile) else { continue }
      do throws(FileError) { try budget.spend(referenceByteCount + 4 * target.utf8.count) } catch { throw ECGFileError(error) }
      found.append(reference)
      if known == nil {
        missing = missing ?? reference
        missingCount += 1
      }
    }
    guard found.count > missingCount else {
      throw .notARecord(path: path, reason: missing.map { "no record \"\($0.path)\"" } ?? "it lists nothing")
    }
    return found
  }
  private static func text(ofList path: String, countedIn budget: inout ReadingBudget) throws(ECGFileError) -> String {
    let bytes: [UInt8]
    do throws(FileError) {
      let file = try RegularFile(path: path, shownAs: path)
      budget.add(file)
      bytes = try file.contents(limit: largestListByteCount)
    } catch {
      if case .tooLong = error { throw .notARecord(path: path, reason: error.problem) }
      throw ECGFileError(error)
    }
    guard !bytes.contains(0), let text = String(validating: bytes.withoutByteOrderMark, as: UTF8.self) else {
      throw .notARecord(path: path, reason: "not text")
    }
    return text
  }
}
