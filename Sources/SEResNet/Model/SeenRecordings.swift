import ECG
import Foundation

/// The recordings that a network learnt from, by the first six bytes of their digests: what it says of them is no independent word.
///
/// Eight characters a recording in the model's file. Among 43,000 recordings asked about and as many learnt from, one is taken for another with a
/// probability of less than a hundred-thousandth.
public struct SeenRecordings: Sendable, Equatable {
  private static let byteCount = 6
  private let prefixes: Set<UInt64>

  /// Recordings by their digests.
  public init(_ digests: some Sequence<RecordingDigest>) { prefixes = Set(digests.compactMap { Self.prefix(of: $0) }) }

  /// How many there are.
  public var count: Int { prefixes.count }

  /// Whether the network learnt from a recording.
  public func contains(_ digest: RecordingDigest) -> Bool { Self.prefix(of: digest).map { prefixes.contains($0) } ?? false }

  /// These and others.
  public func union(_ other: SeenRecordings) -> SeenRecordings { SeenRecordings(prefixes: prefixes.union(other.prefixes)) }

  /// As a model's file has them: Base64 of all prefixes, in ascending order.
  var text: String {
    var bytes: [UInt8] = []
    for prefix in prefixes.sorted() { for place in (0..<Self.byteCount).reversed() { bytes.append(UInt8(prefix >> (8 * place) & 0xFF)) } }
    return Data(bytes).base64EncodedString()
  }

  /// Reads what ``text`` wrote; nil where it is something else.
  init?(text: String) {
    guard let data = Data(base64Encoded: text), data.count.isMultiple(of: Self.byteCount) else { return nil }
    let bytes = [UInt8](data)
    prefixes = Set(
      stride(from: 0, to: bytes.count, by: Self.byteCount).map { start in
        bytes[start..<start + Self.byteCount].reduce(0) { $0 << 8 | UInt64($1) }
      })
  }

  private init(prefixes: Set<UInt64>) { self.prefixes = prefixes }

  private static func prefix(of digest: RecordingDigest) -> UInt64? { UInt64(digest.description.prefix(2 * byteCount), radix: 16) }
}
