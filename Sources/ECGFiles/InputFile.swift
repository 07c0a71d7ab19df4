import Foundation

/// A regular file open for reading; FIFOs, devices and folders are refused without waiting for them.
struct InputFile: ~Copyable {
  /// The path shown in messages.
  let shownPath: String
  /// The file's size when it was opened.
  let byteCount: Int
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: ``ECGFileError/missingInput(path:reason:)`` or, for what is no regular file, ``ECGFileError/badSignalFile(file:problem:)``.
  init(path: String, shownAs shownPath: String) throws(ECGFileError) {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw .missingInput(path: shownPath, reason: Self.reason(errno)) }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      throw .badSignalFile(file: shownPath, problem: "is not a regular file")
    }
    descriptor = opened
    byteCount = Int(status.st_size)
    self.shownPath = shownPath
  }

  deinit { close(descriptor) }

  /// Fills a buffer with the bytes at an offset.
  ///
  /// - Throws: ``ECGFileError`` where the file cannot be read or ends before the buffer is full.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ECGFileError) {
    var filled = 0
    while filled < buffer.count {
      let count = pread(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, off_t(offset + filled))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .missingInput(path: shownPath, reason: Self.reason(errno)) }
      guard count > 0 else {
        throw .shortSignalFile(file: shownPath, expectedBytes: offset + buffer.count, foundBytes: offset + filled)
      }
      filled += count
    }
  }

  /// The file's first bytes, at most `limit` of them.
  func prefix(_ limit: Int) throws(ECGFileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(limit, byteCount))
    var failure: ECGFileError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(ECGFileError) { try read(into: buffer, at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// What the system says about an error number.
  static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT, ENOTDIR: "no such file or folder"
    case EACCES, EPERM: "permission denied"
    default: String(cString: strerror(code)).lowercased()
    }
  }
}

/// What kind of thing a path names, symbolic links followed.
enum PathKind {
  case folder, regularFile, other, missing

  init(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = .missing
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: self = .folder
    case S_IFREG: self = .regularFile
    default: self = .other
    }
  }

  /// What a folder's listing says of an entry; nil where the entry itself has to be asked.
  init?(entryType: UInt8) {
    switch Int(entryType) {
    case Int(DT_DIR): self = .folder
    case Int(DT_REG): self = .regularFile
    default: return nil
    }
  }
}

/// What tells a file or folder from any other, however it was reached.
struct PathIdentity: Hashable {
  private let device: UInt64
  private let node: UInt64

  /// The identity of what a path names, symbolic links followed; nil where it names nothing.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
  }
}

extension URL {
  /// The URL without its extension, if that is one of those given.
  func deletingExtension(_ extensions: Set<String>) -> URL { extensions.contains(pathExtension) ? deletingPathExtension() : self }
}
