import Glibc
import Synchronization

/// Messages from any thread to the one that draws.
///
/// That thread sleeps in poll, where no task of the main actor runs; so a message is laid down and a byte sent through a pipe, which wakes it.
public final class Mailbox<Message: Sendable>: Sendable {
  private struct Contents {
    var messages: [Message] = []
    var hasWoken = false
  }

  private let contents = Mutex(Contents())
  private let readEnd: Int32
  private let writeEnd: Int32

  /// An empty mailbox.
  ///
  /// Where the system has no pipe left, messages wait for the next key.
  public init() {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      }
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    if readEnd >= 0 { _ = Glibc.close(readEnd) }
    if writeEnd >= 0 { _ = Glibc.close(writeEnd) }
  }

  /// Becomes readable when there is a message.
  public var descriptor: Int32 { readEnd }

  /// Lays down a message and wakes the reader, without ever waiting.
  public func post(_ message: Message) {
    contents.withLock { contents in
      contents.messages.append(message)
      if contents.hasWoken { return }
      var byte: UInt8 = 1
      contents.hasWoken = write(writeEnd, &byte, 1) == 1
    }
  }

  /// Takes all messages, in the order in which they were laid down.
  public func takeAll() -> [Message] {
    contents.withLock { contents in
      if contents.hasWoken {
        var byte: UInt8 = 0
        _ = read(readEnd, &byte, 1)
        contents.hasWoken = false
      }
      defer { contents.messages = [] }
      return contents.messages
    }
  }
}
