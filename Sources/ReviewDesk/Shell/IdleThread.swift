import Foundation

/// Threads for what is done behind the reader's back.
enum IdleThread {
  /// Works on a thread of the lowest priority: the reader's own work comes first.
  static func start(_ work: @escaping @Sendable () -> Void) {
    let thread = Thread {
      // On Linux the priority is that of the calling thread alone.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
      work()
    }
    thread.stackSize = 4 << 20
    thread.start()
  }
}
