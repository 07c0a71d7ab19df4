import Foundation

/// Reads regular files by the ten thousand: no wait for a FIFO, no device without end, no more bytes than asked for.
enum InputBytes {
  /// The whole file.
  ///
  /// - Throws: ``EvaluationError/missing(path:reason:)`` where it cannot be opened, is no regular file, or is longer than `limit`.
  static func read(_ path: String, limit: Int) throws(EvaluationError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .missing(path: path, reason: reason(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .missing(path: path, reason: "not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= limit else { throw .missing(path: path, reason: "\(size) bytes; expected at most \(limit)") }
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let count = Foundation.read(descriptor, buffer.baseAddress?.advanced(by: filled), size - filled)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        filled += count
      }
    }
    guard bytes.count == size else { throw .missing(path: path, reason: "cannot be read to its end") }
    return bytes
  }

  /// The files in and below a folder whose names end in `suffix` in any letter case, hidden ones left out, sorted by path.
  ///
  /// Links to folders are not followed, so that no loop is walked.
  ///
  /// - Throws: ``EvaluationError/missing(path:reason:)`` where the folder cannot be read.
  static func files(in folder: String, endingIn suffix: String, isRecursive: Bool) throws(EvaluationError) -> [String] {
    guard let stream = opendir(folder) else {
      let code = errno
      throw .missing(path: folder, reason: code == ENOTDIR && access(folder, F_OK) == 0 ? "a file; expected a folder" : reason(code))
    }
    let root = folder.hasSuffix("/") ? folder : folder + "/"
    var files: [String] = []
    var folders: [String] = []
    while let entry = readdir(stream) {
      let kind = entry.pointee.d_type
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      if kind == UInt8(DT_DIR) {
        folders.append(root + name)
      } else if name.count >= suffix.count, name.suffix(suffix.count).lowercased() == suffix {
        files.append(root + name)
      }
    }
    closedir(stream)
    if isRecursive { for folder in folders { files += (try? Self.files(in: folder, endingIn: suffix, isRecursive: true)) ?? [] } }
    return files.sorted()
  }

  /// A file's name without folder and extension.
  static func recordName(_ path: String) -> String {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    return String(name[..<(name.lastIndex(of: ".") ?? name.endIndex)])
  }

  /// Whether a path names a folder, links followed.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT, ENOTDIR: "no such file or folder"
    case EACCES, EPERM: "permission denied"
    default: String(cString: strerror(code)).lowercased()
    }
  }
}

extension RandomAccessCollection<UInt8> {
  /// Without blanks and line ends on either side.
  func trimmingBlanks() -> SubSequence {
    var rest = self[...]
    while let first = rest.first, first == 32 || (9...13).contains(first) { rest = rest.dropFirst() }
    while let last = rest.last, last == 32 || (9...13).contains(last) { rest = rest.dropLast() }
    return rest
  }
}
