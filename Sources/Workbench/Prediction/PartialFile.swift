import Files
import Foundation

/// A file of lines that grows beside its place, as `NAME.partial`, and gets its name when it is complete.
///
/// So NAME is always whole, and what an interrupted run has finished is still there for the next run to resume. A pipe or a device is
/// written into as it is.
struct PartialFile {
  private let path: String
  private let partialPath: String?
  private let handle: FileHandle
  private var isEmpty: Bool

  /// Whether what is finished stays for a later run: in a pipe or a device it does not.
  var isResumable: Bool { partialPath != nil }

  /// Where the file grows.
  static func partialPath(of path: String) -> String { path + ".partial" }

  /// Opens the file: empty, or after `kept`, the bytes of an earlier run.
  ///
  /// - Throws: ``JobError`` naming the file.
  init(path: String, keeping kept: Data = Data()) throws {
    self.path = path
    isEmpty = kept.isEmpty
    if PathKind(path) == .folder { throw JobError.cannotCreate("\(path): it is a folder; expected the name of a file") }
    partialPath = OutputFile.isReplaceable(path) ? Self.partialPath(of: path) : nil
    do {
      if let partialPath { try OutputFile.write(kept, to: partialPath, isDurable: false) }
      handle = try FileHandle(forWritingTo: URL(fileURLWithPath: partialPath ?? path))
      if partialPath != nil { try handle.seekToEnd() }
    } catch {
      throw JobError.cannotCreate("\(path): cannot be written (\(error.fileCause))")
    }
  }

  /// Appends lines; they are in the file when this returns.
  mutating func append(_ lines: String) throws {
    var text = lines
    let failure: Int32? = text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        let count = Foundation.write(handle.fileDescriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return errno }
        written += count
      }
      return nil
    }
    if let failure {
      abandon()
      throw JobError.cannotWrite("\(path): cannot be written (\(String(cString: strerror(failure)))); the results are not complete")
    }
    isEmpty = false
  }

  /// Gives the complete file its name.
  mutating func finish() throws {
    guard let partialPath else { return }
    guard fsync(handle.fileDescriptor) == 0, rename(partialPath, path) == 0 else {
      throw JobError.cannotCreate("\(path): cannot be written (\(String(cString: strerror(errno))))")
    }
  }

  /// Leaves what is there for a later run, and nothing where that is nothing.
  func abandon() {
    if isEmpty, let partialPath { unlink(partialPath) }
  }
}
