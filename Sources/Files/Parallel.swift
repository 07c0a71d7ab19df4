import Dispatch
import Synchronization

/// Short work on very many files at once.
public enum Parallel {
  /// So many are worth a thread of their own.
  private static let stretch = 512

  /// What `body` makes of each element, in their order; on all processors where there are many.
  public static func map<Element: Sendable, Result: Sendable>(_ elements: [Element], _ body: @Sendable (Element) -> Result) -> [Result] {
    guard elements.count > stretch else { return elements.map(body) }
    let count = (elements.count + stretch - 1) / stretch
    let stretches = Mutex<[[Result]]>(Array(repeating: [], count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let results = elements[index * stretch..<min(elements.count, (index + 1) * stretch)].map(body)
      stretches.withLock { $0[index] = results }
    }
    return stretches.withLock { Array($0.joined()) }
  }
}
