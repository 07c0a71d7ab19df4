import Classification
import Synchronization

/// Ensembles that share their weights, handed out to jobs, one each.
final class FreeEnsembles: Sendable {
  private let all: [Ensemble]
  private let next = Mutex(0)

  init(_ all: [Ensemble]) { self.all = all }

  /// The next one; the first again where there are more jobs than ensembles, whose calls wait for each other.
  func take() -> Ensemble {
    next.withLock { next in
      defer { next += 1 }
      return all[next % all.count]
    }
  }
}
