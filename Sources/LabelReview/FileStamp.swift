import Foundation

/// What the file system says of a recording's files without reading them: which files they are, how long, and when they were last written.
///
/// Files that were only moved on one disk keep their stamp. Two files of one stamp are taken for the same until they are read.
public struct FileStamp: Sendable, Hashable {
  /// What is said of one file.
  private struct Mark: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    let byteCount: UInt64
    let writtenAt: UInt64

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      byteCount = UInt64(bitPattern: Int64(status.st_size))
      writtenAt = UInt64(bitPattern: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec))
    }

    init(_ words: ArraySlice<UInt64>) {
      let first = words.startIndex
      (device, inode, byteCount, writtenAt) = (words[first], words[first + 1], words[first + 2], words[first + 3])
    }

    var words: [UInt64] { [device, inode, byteCount, writtenAt] }
  }

  private let main: Mark
  private let samples: Mark?

  /// How long the files are together.
  public var byteCount: Int { Int(clamping: main.byteCount &+ (samples?.byteCount ?? 0)) }

  /// The stamp of a recording's main file and of the first of some files that is there; nil where the main file is no regular file.
  ///
  /// - Parameter isLink: Is told whether the main file is a symbolic link.
  public init?(of mainFile: String, beside others: [String] = [], isLink: inout Bool) {
    var status = stat()
    guard lstat(mainFile, &status) == 0 else { return nil }
    isLink = status.st_mode & S_IFMT == S_IFLNK
    if isLink, stat(mainFile, &status) != 0 { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    main = Mark(status)
    let found = others.first { stat($0, &status) == 0 && status.st_mode & S_IFMT == S_IFREG }
    samples = found == nil ? nil : Mark(status)
  }

  /// The stamp of a recording's files; see ``init(of:beside:isLink:)``.
  public init?(of mainFile: String, beside others: [String] = []) {
    var isLink = false
    self.init(of: mainFile, beside: others, isLink: &isLink)
  }

  /// A stamp read back from where it was kept; nil where it is none.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 || bytes.count == 64 else { return nil }
    let words = stride(from: 0, to: bytes.count, by: 8).map { start in
      bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    main = Mark(words[..<4])
    samples = words.count == 8 ? Mark(words[4...]) : nil
  }

  /// Device, inode, size and time of writing of each file, eight bytes each.
  public var bytes: [UInt8] {
    (main.words + (samples?.words ?? [])).flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
  }
}
