import Foundation

/// A file that appears under its name only when it is whole: written beside, then renamed; nothing remains of one that is not finished.
struct OutputFile: ~Copyable {
  private let path: String
  private let partialPath: String
  private let descriptor: Int32
  private var buffer: [UInt8]
  private var isFinished: Bool

  private static let bufferByteCount = 1 << 18

  /// Creates the file beside its final place.
  ///
  /// - Throws: ``ECGFileError/cannotCreate(path:reason:)``.
  init(path: String) throws(ECGFileError) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .cannotCreate(path: path, reason: "something that is no regular file has this name")
    }
    let url = URL(fileURLWithPath: path)
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    let partialPath = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(suffix).partial").path
    let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: InputFile.reason(errno)) }
    self.path = path
    self.partialPath = partialPath
    self.descriptor = descriptor
    buffer = []
    isFinished = false
    buffer.reserveCapacity(Self.bufferByteCount + 4096)
  }

  deinit {
    close(descriptor)
    if !isFinished { unlink(partialPath) }
  }

  /// Appends bytes.
  mutating func write(_ bytes: some Sequence<UInt8>) throws(ECGFileError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  /// Writes what is left to disk, ready to be renamed.
  mutating func flush() throws(ECGFileError) {
    var start = 0
    while start < buffer.count {
      let count = buffer.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .cannotWrite(path: path, reason: InputFile.reason(errno)) }
      start += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Gives the finished file its name where nothing has it yet, not even since a moment ago.
  ///
  /// - Returns: Whether it has the name; where another file does, nothing remains of this one.
  mutating func finishIfNew() throws(ECGFileError) -> Bool {
    try flush()
    guard fsync(descriptor) == 0 else { throw .cannotWrite(path: path, reason: InputFile.reason(errno)) }
    return try giveNewName(path, to: partialPath)
  }

  /// Gives a file a second name, or, where the file system knows no second names, another one; false where the name is taken.
  private func giveNewName(_ name: String, to file: String) throws(ECGFileError) -> Bool {
    if link(file, name) == 0 { return true }
    if errno == EEXIST { return false }
    guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else { throw .cannotWrite(path: path, reason: InputFile.reason(errno)) }
    let claim = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard claim >= 0 else {
      if errno == EEXIST { return false }
      throw .cannotWrite(path: path, reason: InputFile.reason(errno))
    }
    close(claim)
    guard rename(file, name) == 0 else { throw .cannotWrite(path: path, reason: InputFile.reason(errno)) }
    return true
  }

  /// Gives the finished file its name; the file that had it is kept as `NAME~`, or `NAME~2` and so on where there is one already.
  ///
  /// - Returns: The path of the file that was kept; nil where there was none.
  mutating func finishKeepingOriginal() throws(ECGFileError) -> String? {
    if try finishIfNew() { return nil }
    for number in 1...9999 {
      let kept = path + "~" + (number == 1 ? "" : "\(number)")
      guard try giveNewName(kept, to: path) else { continue }
      guard rename(partialPath, path) == 0 else { throw .cannotWrite(path: path, reason: InputFile.reason(errno)) }
      isFinished = true
      return kept
    }
    throw .cannotWrite(path: path, reason: "9999 earlier files are kept beside it")
  }

  /// Gives the finished file its name, in place of any file that had it.
  mutating func finish() throws(ECGFileError) {
    try flush()
    guard rename(partialPath, path) == 0 else { throw .cannotWrite(path: path, reason: InputFile.reason(errno)) }
    isFinished = true
  }
}
