import Foundation
import PlainText

/// A bar on standard error for work of over a second, where standard error is a terminal; silent elsewhere.
struct ProgressBar {
  private let total: Int
  /// What stands before the bar; it may change while the work goes on.
  var label: String
  private let started = ContinuousClock.now
  private let isShown: Bool
  private var lastDrawn: ContinuousClock.Instant?

  init(_ label: String, total: Int) {
    self.label = label
    self.total = total
    isShown = isatty(STDERR_FILENO) == 1 && total > 1
  }

  /// Says that `done` of the work is done.
  mutating func advance(to done: Int) {
    guard isShown else { return }
    let now = ContinuousClock.now
    guard now - started > .seconds(1), lastDrawn.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
    lastDrawn = now
    draw("\r\(ProgressLine.text(label, done: done, total: total, seconds: (now - started) / .seconds(1)))\u{1B}[K")
  }

  /// Takes the bar away.
  mutating func finish() {
    guard lastDrawn != nil else { return }
    draw("\r\u{1B}[K")
    lastDrawn = nil
  }

  private func draw(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
