import Synchronization

/// A progress bar that several threads move, begun with the first word of how much there is to do.
final class SharedBar: Sendable {
  private let bar = Mutex<ProgressBar?>(nil)
  private let label: String

  init(_ label: String) { self.label = label }

  /// So many of so many are done.
  func advance(to done: Int, of total: Int) {
    bar.withLock { bar in
      if bar == nil { bar = ProgressBar(label, total: total) }
      bar?.advance(to: done)
      if done == total { bar?.finish() }
    }
  }
}
