import Foundation

/// A file that appears under its name only when it is whole: written beside, brought to the disk, then renamed.
///
/// So a reader never sees half of it, a full disk or a lost current leaves the old file as it was, and nothing remains of one that is not finished.
public struct OutputFile: ~Copyable {
  private let path: String
  private let partialPath: String
  private let descriptor: Int32
  private let isDurable: Bool
  private var buffer: [UInt8]
  private var isFinished: Bool

  private static let bufferByteCount = 1 << 18

  /// Creates the file beside its final place.
  ///
  /// - Parameters:
  ///   - path: Its name; what is there and no regular file, a link included, is refused: a name put in the place of a device would end it.
  ///   - isDurable: Whether the name is given only when the bytes are on the disk; not worth the wait for many small files that can be made again.
  /// - Throws: ``FileError/cannotCreate(path:reason:)``.
  public init(path: String, isDurable: Bool = true) throws(FileError) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .cannotCreate(path: path, reason: "something that is no regular file has this name")
    }
    let (folder, name) = Self.split(path)
    let partialPath = folder + ".\(name).\(String(UInt64.random(in: .min ... .max), radix: 36)).partial"
    let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: FileError.reason(errno)) }
    self.path = path
    self.partialPath = partialPath
    self.descriptor = descriptor
    self.isDurable = isDurable
    buffer = []
    isFinished = false
    buffer.reserveCapacity(Self.bufferByteCount + 4096)
  }

  deinit {
    close(descriptor)
    if !isFinished { unlink(partialPath) }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)``.
  public mutating func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  /// Writes what is left, ready to be renamed.
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)``.
  public mutating func flush() throws(FileError) {
    var start = 0
    while start < buffer.count {
      let count = buffer.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .cannotWrite(path: path, reason: FileError.reason(errno)) }
      start += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Gives the finished file its name, in place of any file that had it.
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)``.
  public mutating func finish() throws(FileError) {
    try bringToDisk()
    guard rename(partialPath, path) == 0 else { throw .cannotWrite(path: path, reason: FileError.reason(errno)) }
    isFinished = true
    if isDurable { bringFolderToDisk() }
  }

  private mutating func bringToDisk() throws(FileError) {
    try flush()
    // Some file systems cannot be told to; they write when they like.
    if isDurable, fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP {
      throw .cannotWrite(path: path, reason: FileError.reason(errno))
    }
  }

  private func bringFolderToDisk() {
    let folder = open(Self.split(path).folder + ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// The folder of a path with its slash, empty for the current one, and the name in it.
  private static func split(_ path: String) -> (folder: String, name: Substring) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path[...]) }
    let name = path.utf8.index(after: slash)
    return (String(path[..<name]), path[name...])
  }
}

extension OutputFile {
  /// Gives the finished file its name where nothing has it yet, not even since a moment ago.
  ///
  /// - Returns: Whether it has the name; where another file does, nothing remains of this one.
  /// - Throws: ``FileError/cannotWrite(path:reason:)``.
  public mutating func finishIfNew() throws(FileError) -> Bool {
    try bringToDisk()
    guard try giveNewName(path, to: partialPath) else { return false }
    if isDurable { bringFolderToDisk() }
    return true
  }

  /// Gives the finished file its name; the file that had it is kept as `NAME~`, or `NAME~2` and so on where there is one already.
  ///
  /// - Returns: The path of the file that was kept; nil where there was none.
  /// - Throws: ``FileError/cannotWrite(path:reason:)``.
  public mutating func finishKeepingOriginal() throws(FileError) -> String? {
    if try finishIfNew() { return nil }
    for number in 1...9999 {
      let kept = path + "~" + (number == 1 ? "" : "\(number)")
      guard try giveNewName(kept, to: path) else { continue }
      guard rename(partialPath, path) == 0 else { throw .cannotWrite(path: path, reason: FileError.reason(errno)) }
      isFinished = true
      if isDurable { bringFolderToDisk() }
      return kept
    }
    throw .cannotWrite(path: path, reason: "9999 earlier files are kept beside it")
  }

  /// Gives a file a second name, or, where the file system knows no second names, another one; false where the name is taken.
  private func giveNewName(_ name: String, to file: String) throws(FileError) -> Bool {
    if link(file, name) == 0 { return true }
    if errno == EEXIST { return false }
    guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else { throw .cannotWrite(path: path, reason: FileError.reason(errno)) }
    let claim = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard claim >= 0 else {
      if errno == EEXIST { return false }
      throw .cannotWrite(path: path, reason: FileError.reason(errno))
    }
    close(claim)
    guard rename(file, name) == 0 else {
      let reason = FileError.reason(errno)
      unlink(name)
      throw .cannotWrite(path: path, reason: reason)
    }
    return true
  }
}

extension OutputFile {
  /// Writes a whole file; a link is followed to what it names.
  ///
  /// What is there and no regular file, such as a pipe or `/dev/stdout`, is written into instead of replaced.
  ///
  /// - Throws: ``FileError``.
  public static func write(_ bytes: some Collection<UInt8>, to path: String, isDurable: Bool = true) throws(FileError) {
    guard isReplaceable(path) else { return try pour(Array(bytes), into: path) }
    var file = try OutputFile(path: target(of: path), isDurable: isDurable)
    try file.write(bytes)
    try file.finish()
  }

  /// Whether nothing is at a path, or a regular file, links followed.
  public static func isReplaceable(_ path: String) -> Bool {
    switch PathKind(path) {
    case .missing, .regularFile: true
    case .folder, .other: false
    }
  }

  /// What a path names without its links; the path itself where it names nothing.
  private static func target(of path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Writes into a pipe or a device.
  private static func pour(_ bytes: [UInt8], into path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: FileError.reason(errno)) }
    defer { close(descriptor) }
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .cannotWrite(path: path, reason: FileError.reason(errno)) }
      start += count
    }
  }
}
