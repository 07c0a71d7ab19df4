import ECG
import PlainText

/// Recordings that a run met at two places: the same samples are one recording.
public struct SeenTwice: Sendable {
  private var places: [RecordingDigest: String] = [:]
  private var first: (path: String, other: String)?
  private var count = 0

  /// None yet.
  public init() {}

  /// Notes a recording; one whose samples nobody knows is none that was seen before, and neither is one at the same path.
  public mutating func add(_ digest: RecordingDigest?, path: String) {
    guard let digest else { return }
    guard let other = places[digest] else {
      places[digest] = path
      return
    }
    guard !other.isExactly(path) else { return }
    first = first ?? (path, other)
    count += 1
  }

  /// One line, nil where none was seen twice.
  public var note: String? {
    first.map { Self.sentence($0.path, $0.other, more: count - 1) }
  }

  /// What is said of the first of some recordings that were seen twice.
  static func sentence(_ path: String, _ other: String, more: Int) -> String {
    "\(path) has the same samples as \(other)" + (more > 0 ? ", and so have \(more) more" : "") + ": one recording seen twice"
  }
}
