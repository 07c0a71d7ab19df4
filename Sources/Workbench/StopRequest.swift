import Synchronization

/// Asks work on several threads to end in good order, from any thread.
public final class StopRequest: Sendable {
  private struct State {
    var isStopped = false
    var listeners: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())

  /// Nobody asks yet.
  public init() {}

  /// Whether work should end.
  public var isStopped: Bool { state.withLock(\.isStopped) }

  /// Asks for the end; those who listen are told once.
  public func stop() {
    let listeners = state.withLock { state in
      defer { state.listeners = [] }
      guard !state.isStopped else { return [] as [@Sendable () -> Void] }
      state.isStopped = true
      return state.listeners
    }
    for listener in listeners { listener() }
  }

  /// Calls `listener` when the end is asked for: at once where it has been.
  func onStop(_ listener: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if !state.isStopped { state.listeners.append(listener) }
      return state.isStopped
    }
    if isLate { listener() }
  }
}
