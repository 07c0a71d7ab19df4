import ECG
import Synchronization

/// Measurers for whoever has a recording to measure, on any thread: as many as are at work at the same time, each with memory that is used again.
package final class MeasurerPool: Sendable {
  /// A measurer that nobody works with: it is handed to one caller at a time.
  private struct Idle: @unchecked Sendable {
    let measurer: ECGMeasurer
  }

  private let idle = Mutex<[Idle]>([])

  /// A pool; measurers are made when they are needed.
  package init() {}

  /// Measures a recording; see ``ECGMeasurer/measure(_:encoded:)``.
  package func measure(_ recording: Recording, encoded: EncodedLeads? = nil) -> Measurements {
    let taken = idle.withLock { $0.popLast() } ?? Idle(measurer: ECGMeasurer())
    defer { idle.withLock { $0.append(taken) } }
    return taken.measurer.measure(recording, encoded: encoded)
  }
}
