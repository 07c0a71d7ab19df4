import Foundation

/// Finds the files in and below folders.
///
/// A folder may hold links in a circle, a link to `/`, or be given twice: each folder is entered once in the life of a walk, however it is
/// reached, so nothing is listed twice. What lies deeper than any collection, or is more than any, is refused instead of walked for minutes.
/// Hidden files and folders, folders below the first that cannot be read, and those that show the running system are left out.
public struct FolderWalk {
  /// Folders within folders that are entered.
  private static let deepest = 64
  /// Entries that a walk looks at before it gives up, in all and on end without one that is wanted.
  private let entryLimit: Int
  private let barrenLimit: Int
  private var entryCount = 0
  private var barrenCount = 0
  private var visited: Set<PathIdentity> = []

  /// A walk that has seen nothing.
  ///
  /// - Parameters:
  ///   - entryLimit: how many files and folders it looks at in all.
  ///   - barrenLimit: how many of these on end may be none that is wanted: a collection has its files together, a whole disk does not.
  public init(entryLimit: Int = 4_000_000, barrenLimit: Int = .max) {
    self.entryLimit = entryLimit
    self.barrenLimit = barrenLimit
  }

  /// The regular files in and below a folder whose paths pass a test, each folder's in the order of their names; links are followed.
  ///
  /// - Throws: ``FileError/missing(path:reason:)`` where the folder itself cannot be read, ``FileError/tooLarge(folder:limit:)``.
  public mutating func files(in folder: String, isRecursive: Bool = true, where isWanted: (String) -> Bool) throws(FileError) -> [String] {
    var found: [String] = []
    let root = folder.hasSuffix("/") ? folder : folder + "/"
    guard try collect(root, depth: isRecursive ? 0 : nil, of: folder, into: &found, where: isWanted) else {
      let code = errno
      throw .missing(path: folder, reason: PathKind(folder) == .regularFile ? "a file; expected a folder" : FileError.reason(code))
    }
    return found
  }

  /// The file systems that show the running system, and no files that anybody made: looking through them takes long.
  private static let systemDevices: Set<dev_t> = {
    func device(_ path: String) -> dev_t? {
      var status = stat()
      return stat(path, &status) == 0 ? status.st_dev : nil
    }
    // Where one is not mounted, its place is an empty folder of another.
    return Set(["/proc", "/sys"].compactMap(device)).subtracting([device("/")].compactMap { $0 })
  }()

  /// Gathers the files in a folder whose path ends in `/`, and below it where its depth is told; false, with `errno` set, where the folder cannot be read.
  private mutating func collect(
    _ folder: String, depth: Int?, of root: String, into files: inout [String], where isWanted: (String) -> Bool
  ) throws(FileError) -> Bool {
    guard let stream = opendir(folder) else { return false }
    var status = stat()
    guard fstat(dirfd(stream), &status) == 0, visited.insert(PathIdentity(status)).inserted,
      !Self.systemDevices.contains(status.st_dev)
    else {
      closedir(stream)
      return true
    }
    var entries: [(name: String, kind: PathKind?)] = []
    while entryCount <= entryLimit, barrenCount <= barrenLimit, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { String(cString: $0) }
      }
      entryCount += 1
      barrenCount += 1
      let kind = PathKind(entryType: entry.pointee.d_type)
      guard !name.utf8.starts(with: ".".utf8) else { continue }
      if kind == .regularFile {
        guard isWanted(folder + name) else { continue }
        barrenCount = 0
      }
      entries.append((name, kind))
    }
    closedir(stream)
    guard entryCount <= entryLimit else { throw .tooLarge(folder: root, limit: "more than \(entryLimit) files") }
    guard barrenCount <= barrenLimit else { throw .tooLarge(folder: root, limit: "more than \(barrenLimit) files without one to read") }
    for (name, kind) in entries.sorted(by: { $0.name < $1.name }) {
      switch kind ?? PathKind(folder + name) {
      case .folder:
        guard let depth else { continue }
        guard depth < Self.deepest else { throw .tooLarge(folder: root, limit: "folders more than \(Self.deepest) deep") }
        _ = try collect(folder + name + "/", depth: depth + 1, of: root, into: &files, where: isWanted)
      case .regularFile:
        guard kind != nil || isWanted(folder + name) else { continue }
        barrenCount = 0
        files.append(folder + name)
      case .other, .missing: break
      }
    }
    return true
  }
}
