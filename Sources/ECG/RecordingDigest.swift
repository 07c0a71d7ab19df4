import Files

/// A fingerprint of what a recording holds: SHA-256, as 64 lower-case hexadecimal digits.
public struct RecordingDigest: Sendable, Hashable, CustomStringConvertible {
  /// The hexadecimal digits.
  public let description: String

  /// A digest read back from where it was stored.
  public init(hexadecimal: String) { description = hexadecimal }
}

extension Recording {
  /// The fingerprint of the signal: sampling rate, how each lead came here, and every sample.
  ///
  /// Labels, age and file format do not enter, so a corrected header or a lossless conversion keeps the digest and a changed sample does not.
  /// Reads all samples: call it off the main thread for long recordings.
  public func digest() -> RecordingDigest {
    var hash = SHA256()
    hash.update("einthoven-recording-1".utf8)
    withUnsafeBytes(of: samplingRateHertz.bitPattern.littleEndian) { hash.update($0) }
    hash.update(sources.map { $0.rawValue }.joined(separator: ",").utf8)
    millivolts.withUnsafeBytes { hash.update($0) }
    return RecordingDigest(hexadecimal: hash.finalize().hexadecimal)
  }
}
