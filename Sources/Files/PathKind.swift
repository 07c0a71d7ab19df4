import Foundation

/// What kind of thing a path names, symbolic links followed.
public enum PathKind: Sendable {
  case folder, regularFile
  /// A pipe, a socket or a device.
  case other
  case missing

  /// Asks the system.
  public init(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = .missing
      return
    }
    self.init(status.st_mode)
  }

  /// What a file's mode says.
  init(_ mode: mode_t) {
    switch mode & S_IFMT {
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

/// What tells a file or folder from any other, however it was reached: `a`, `./a` and a link to it are one.
public struct PathIdentity: Hashable, Sendable {
  private let device: UInt64
  private let node: UInt64

  /// The identity of what a path names, symbolic links followed; nil where it names nothing.
  public init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
  }
}
