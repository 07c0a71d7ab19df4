@preconcurrency import Dispatch
import Foundation
import Synchronization

/// Asks long work to end in good order on SIGINT and SIGTERM; a second signal ends the program at once.
final class Interruption: Sendable {
  /// The signal that came, 0 if none.
  var signal: Int32 { received.load(ordering: .acquiring) }

  private let received = Atomic<Int32>(0)
  private let sources: [any DispatchSourceSignal]

  /// Listens until it is let go; `notify` is called on another thread when a signal comes.
  init(notify: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      Foundation.signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
    }
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [weak self] in
        Foundation.signal(number, SIG_DFL)
        self?.received.store(number, ordering: .releasing)
        notify()
      }
      source.resume()
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { Foundation.signal(number, SIG_DFL) }
  }
}
