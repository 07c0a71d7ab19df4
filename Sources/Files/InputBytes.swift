import Foundation

/// The bytes of an input that is read once from its beginning to its end: a regular file, a pipe, or standard input.
///
/// A shell hands over what another program writes as a pipe, `<(...)` or `-`. It is waited for as long as somebody holds its other end; one that
/// nobody opens is given up, so that a forgotten FIFO is no program that hangs. Devices are refused: they may have no end.
public enum InputBytes {
  /// The name of standard input on a command line.
  public static let standardInput = "-"
  /// Seconds in which somebody must open the other end of a pipe.
  private static let patienceSeconds = 2.0

  /// All bytes.
  ///
  /// - Throws: ``FileError``, also where there are more than `limit`.
  public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    if path == standardInput { return try stream(STDIN_FILENO, path: "standard input", limit: limit) }
    // O_NONBLOCK: opening must not wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .missing(path: path, reason: FileError.reason(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .missing(path: path, reason: FileError.reason(errno)) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return try RegularFile.contents(of: path, limit: limit)
    case S_IFIFO: return try stream(descriptor, path: path, limit: limit)
    default: throw .notRegular(path: path)
    }
  }

  private static func stream(_ descriptor: Int32, path: String, limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    let piece = 1 << 18
    var waited = 0.0
    while true {
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: piece))
      let count = bytes.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress?.advanced(by: start), piece) }
      let code = errno
      bytes.removeLast(piece - max(0, count))
      guard bytes.count <= limit else { throw .tooLong(path: path, byteCount: nil, limit: limit) }
      if count > 0 || (count < 0 && code == EINTR) { continue }
      if count < 0 {
        guard code == EAGAIN else { throw .missing(path: path, reason: FileError.reason(code)) }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&waiting, 1, -1)
      } else if bytes.isEmpty, descriptor != STDIN_FILENO, waited < patienceSeconds {
        // Nobody has opened the other end yet, or whoever did has left without a word.
        usleep(20_000)
        waited += 0.02
      } else {
        guard !bytes.isEmpty || descriptor == STDIN_FILENO else { throw .missing(path: path, reason: "nothing was written into this pipe") }
        return bytes
      }
    }
  }
}
