@preconcurrency import Dispatch
import Foundation
import Synchronization
import Workbench

/// Asks long work to end in good order on SIGINT and SIGTERM; a second signal ends the program at once.
final class Interruption: Sendable {
  /// The signal that came, 0 if none.
  var signal: Int32 { received.load(ordering: .acquiring) }

  /// What work asks whether to end.
  let request = StopRequest()

  private let received = Atomic<Int32>(0)
  private let sources: [any DispatchSourceSignal]

  /// Listens until it is let go.
  init() {
    sources = [SIGINT, SIGTERM].map { number in
      Foundation.signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
    }
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [weak self, request] in
        Foundation.signal(number, SIG_DFL)
        self?.received.store(number, ordering: .releasing)
        request.stop()
      }
      source.resume()
    }
  }

  /// Ends the command where a signal left records undone.
  ///
  /// - Throws: ``CommandFailure`` with the code 128 + signal.
  func check(_ done: Int, of count: Int, advice: String? = nil) throws {
    guard done < count else { return }
    let message = "interrupted: \(done) of \(count) records are done" + (advice.map { "; " + $0 } ?? "")
    throw CommandFailure(code: 128 + signal, message: message)
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { Foundation.signal(number, SIG_DFL) }
  }
}
