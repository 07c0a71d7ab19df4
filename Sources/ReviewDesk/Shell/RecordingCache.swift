import ECGPaper
import Synchronization

/// The recordings read last and read ahead, so that stepping to a neighbour shows its trace at once.
///
/// Holds few, and none that is very long.
final class RecordingCache: Sendable {
  private let entries = Mutex<[(index: Int, recording: LoadedRecording)]>([])
  private static let capacity = 4
  /// Twelve leads of five minutes at 1000 Hz: 14 MB.
  static let longestSampleCount = 300_000

  /// The recording of a record, where it is held.
  func recording(at index: Int) -> LoadedRecording? {
    entries.withLock { $0.first { $0.index == index }?.recording }
  }

  /// Holds a recording, and lets go of the one held longest.
  func insert(_ recording: LoadedRecording, at index: Int) {
    guard recording.recording.sampleCount <= Self.longestSampleCount else { return }
    entries.withLock { entries in
      entries.removeAll { $0.index == index }
      entries.append((index, recording))
      if entries.count > Self.capacity { entries.removeFirst() }
    }
  }
}
