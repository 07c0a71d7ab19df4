import Foundation

/// What the file system says of a recording's files without reading them: which files they are, how long, and when they were last written.
///
/// Files that were only moved on one disk keep their stamp. Two files of one stamp are taken for the same until they are read.
public struct FileStamp: Sendable, Hashable {
  /// Device, inode, size and time of writing of each file, eight bytes each.
  public let bytes: [UInt8]

  /// How long the files are together.
  public var byteCount: Int {
    stride(from: 16, to: bytes.count, by: 32).reduce(0) { sum, start in
      sum + Int(truncatingIfNeeded: bytes[start..<min(start + 8, bytes.count)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
  }

  /// A stamp read back from where it was kept.
  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// The stamp of files; nil where one is missing or no regular file.
  public init?(of paths: [String]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(paths.count * 32)
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      let nanoseconds = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
      for value in [
        UInt64(status.st_dev), UInt64(status.st_ino), UInt64(bitPattern: Int64(status.st_size)), UInt64(bitPattern: nanoseconds),
      ] {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    self.bytes = bytes
  }
}
