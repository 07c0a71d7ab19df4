import Dispatch
import Foundation
import Synchronization

/// Threads for what is done behind the reader's back.
enum IdleThread {
  /// Works on a thread of the lowest priority: the reader's own work comes first.
  static func start(_ work: @escaping @Sendable () -> Void) { start(niceness: 19, work) }

  /// Works on a thread that gives way to others, the more the higher its niceness.
  fileprivate static func start(niceness: Int32, _ work: @escaping @Sendable () -> Void) {
    let thread = Thread {
      // On Linux the priority is that of the calling thread, and of the threads that it starts.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
      work()
    }
    thread.stackSize = 4 << 20
    thread.start()
  }
}

/// Works through what it is given, one after the other, on a thread that gives way to the one that draws.
///
/// A queue of Dispatch works on threads of the program's own priority: a network that computes on all processors would hold up frames there.
final class YieldingQueue: Sendable {
  private static let niceness: Int32 = 10

  /// What is to be done; the thread holds no more than this, so that it ends with the queue.
  private final class Line: Sendable {
    private let waiting = Mutex<[@Sendable () -> Void]>([])
    private let places = DispatchSemaphore(value: 0)

    /// Joins the line; nil ends the work of whoever works through it.
    func append(_ work: (@Sendable () -> Void)?) {
      if let work { waiting.withLock { $0.append(work) } }
      places.signal()
    }

    /// Waits for the next; nil at the end.
    func next() -> (@Sendable () -> Void)? {
      places.wait()
      return waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
  }

  private let line = Line()

  init() {
    IdleThread.start(niceness: Self.niceness) { [line] in
      while let work = line.next() { work() }
    }
  }

  deinit { line.append(nil) }

  /// Does something once all that was given before is done.
  func async(_ work: @escaping @Sendable () -> Void) { line.append(work) }
}
