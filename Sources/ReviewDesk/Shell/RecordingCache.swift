import ECGPaper
import ECGSignal
import Synchronization

/// The recordings read last and read ahead, with what was made of them for the eye, so that stepping to a neighbour shows it at once.
///
/// Holds few, and none that is very long.
final class RecordingCache: Sendable {
  private let entries = Mutex<[(index: Int, recording: LoadedRecording, display: DisplayTraces?)]>([])
  private let capacity: Int
  /// Twelve leads of five minutes at 1000 Hz: 14 MB.
  static let longestSampleCount = 300_000

  /// An empty cache for so many recordings.
  init(capacity: Int = 4) { self.capacity = capacity }

  /// The recording of a record, where it is held.
  func recording(at index: Int) -> LoadedRecording? {
    entries.withLock { $0.first { $0.index == index }?.recording }
  }

  /// What was made of a record under a filter, where that is held.
  func display(at index: Int, filter: DisplayFilter) -> DisplayTraces? {
    entries.withLock { $0.first { $0.index == index }?.display }.flatMap { $0.filter == filter ? $0 : nil }
  }

  /// Holds what was made of a record that is held.
  func insert(_ display: DisplayTraces, at index: Int) {
    entries.withLock { entries in
      if let place = entries.firstIndex(where: { $0.index == index }) { entries[place].display = display }
    }
  }

  /// Holds a recording, and lets go of the one held longest.
  func insert(_ recording: LoadedRecording, at index: Int) {
    guard recording.recording.sampleCount <= Self.longestSampleCount else { return }
    entries.withLock { entries in
      entries.removeAll { $0.index == index }
      entries.append((index, recording, nil))
      if entries.count > capacity { entries.removeFirst() }
    }
  }
}
