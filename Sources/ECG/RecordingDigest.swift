import Files

/// A fingerprint of what a recording holds: SHA-256, as 64 lower-case hexadecimal digits.
public struct RecordingDigest: Sendable, Hashable, CustomStringConvertible {
  /// The 32 bytes in place, for there may be many thousand; whatever else a file calls a digest, as it is.
  private enum Content: Sendable, Hashable {
    case bytes(UInt64, UInt64, UInt64, UInt64)
    case text(String)
  }

  private let content: Content

  /// A digest read back from where it was stored; letter case does not count.
  public init(hexadecimal: String) {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var text = hexadecimal
    let isWhole = text.withUTF8 { digits in withUnsafeMutableBytes(of: &words) { Self.read(digits, into: $0) } }
    content = isWhole ? .bytes(words.0, words.1, words.2, words.3) : .text(hexadecimal)
  }

  /// The hexadecimal digits.
  public var description: String {
    switch content {
    case .bytes(let first, let second, let third, let fourth):
      withUnsafeBytes(of: (first, second, third, fourth)) { $0.hexadecimal }
    case .text(let text): text
    }
  }

  /// Reads two digits a byte; false where there are other than that.
  private static func read(_ digits: UnsafeBufferPointer<UInt8>, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    guard digits.count == 2 * bytes.count else { return false }
    for index in bytes.indices {
      guard let high = value(ofDigit: digits[2 * index]), let low = value(ofDigit: digits[2 * index + 1]) else { return false }
      bytes[index] = high << 4 | low
    }
    return true
  }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
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
