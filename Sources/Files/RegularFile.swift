import Foundation

/// A regular file open for reading.
///
/// FIFOs and devices are refused without waiting for them: a FIFO waits for a writer for ever, a device may have no end. What was opened is
/// asked, not the path, so that nobody can put another file in its place between the question and the reading.
public struct RegularFile: ~Copyable {
  /// The path shown in messages.
  public let shownPath: String
  /// The file's size when it was opened.
  public let byteCount: Int
  /// What tells it from any other file.
  public let identity: PathIdentity
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: ``FileError/missing(path:reason:)`` or ``FileError/notRegular(path:)``.
  public init(path: String, shownAs shownPath: String) throws(FileError) {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw .missing(path: shownPath, reason: FileError.reason(errno)) }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      throw .notRegular(path: shownPath)
    }
    descriptor = opened
    byteCount = Int(status.st_size)
    identity = PathIdentity(status)
    self.shownPath = shownPath
  }

  deinit { close(descriptor) }

  /// Fills a buffer with the bytes at an offset.
  ///
  /// - Throws: ``FileError`` where the file cannot be read or ends before the buffer is full.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) {
    var filled = 0
    while filled < buffer.count {
      let count = pread(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, off_t(offset + filled))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .missing(path: shownPath, reason: FileError.reason(errno)) }
      guard count > 0 else { throw .cutShort(path: shownPath, expectedBytes: offset + buffer.count, foundBytes: offset + filled) }
      filled += count
    }
  }

  /// The file's first bytes, at most `limit` of them.
  ///
  /// - Throws: ``FileError``.
  public func prefix(_ limit: Int) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: min(limit, byteCount)) { buffer, filled in
      let wanted = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: min(limit, byteCount))
      do throws(FileError) {
        try read(into: wanted, at: 0)
        filled = wanted.count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// All of the file.
  ///
  /// - Throws: ``FileError``, also where it is longer than `limit`.
  public func contents(limit: Int) throws(FileError) -> [UInt8] {
    guard byteCount <= limit else { throw .tooLong(path: shownPath, byteCount: byteCount, limit: limit) }
    return try prefix(limit)
  }

  /// All of the file mapped into memory: its pages are read when they are looked at.
  ///
  /// - Throws: ``FileError``, also where it is longer than `limit`.
  public func mapped(limit: Int) throws(FileError) -> Data {
    guard byteCount <= limit else { throw .tooLong(path: shownPath, byteCount: byteCount, limit: limit) }
    guard byteCount > 0 else { return Data() }
    let length = byteCount
    guard let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw .missing(path: shownPath, reason: FileError.reason(errno))
    }
    return Data(bytesNoCopy: start, count: length, deallocator: .unmap)
  }

  /// The bytes of a file.
  ///
  /// - Throws: ``FileError``, also where it is longer than `limit`.
  public static func contents(of path: String, limit: Int) throws(FileError) -> [UInt8] {
    try RegularFile(path: path, shownAs: path).contents(limit: limit)
  }
}
