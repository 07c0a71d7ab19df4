import Synchronization

/// The annotations that a reader made last, so that a stroke upon a day's beats does not read all strokes before it again.
///
/// The log is append-only: what it held up to an event it always will.
final class StrokeCache: Sendable {
  /// Whose annotations of which case.
  struct Place: Sendable, Equatable {
    let study: Int64
    let studyCase: Int64
    let reviewer: [UInt8]
  }

  private struct Held: Sendable {
    let place: Place
    let sequence: Int64
    let history: AnnotationHistory
  }

  private let held = Mutex<Held?>(nil)

  /// The annotations up to an event, where they are those kept; nothing and 0 else.
  func history(of place: Place) -> (history: AnnotationHistory, through: Int64) {
    held.withLock { held in
      guard let held, held.place == place else { return (AnnotationHistory(), 0) }
      return (held.history, held.sequence)
    }
  }

  /// Keeps what stands after an event that was committed.
  func keep(_ history: AnnotationHistory, through sequence: Int64, of place: Place) {
    held.withLock { $0 = Held(place: place, sequence: sequence, history: history) }
  }
}
