import CCrypto
import Foundation

/// SHA-256 (FIPS 180-4) of bytes that come in pieces, by libcrypto.
///
/// It names what is stored: recordings, models, events of a log. A digest that was ever stored must stay what it was.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer
  // Looked up once: libcrypto would look it up anew for every digest, which takes longer than to hash a line. Never changed.
  nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA2-256", nil)

  /// The digest of nothing yet.
  public init() {
    // Neither call fails but for want of memory, or where the system forbids SHA-256; then no digest can be trusted.
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, Self.algorithm, nil) == 1 else {
      preconditionFailure("libcrypto has no SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "libcrypto lost a digest")
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ update(UnsafeRawBufferPointer($0)) }) == nil {
      Array(bytes).withUnsafeBytes { update($0) }
    }
  }

  /// The digest of all that was taken in.
  public consuming func finalize() -> Digest {
    var bytes = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestFinal_ex(context, &bytes, nil) == 1, "libcrypto lost a digest")
    return Digest(bytes: bytes)
  }

  /// Writes the 32 bytes of the digest of all that was taken in, and begins anew: for many short texts another context each takes longer than hashing them.
  public mutating func finish(into digest: UnsafeMutableRawPointer) {
    let isDone = EVP_DigestFinal_ex(context, digest.assumingMemoryBound(to: UInt8.self), nil) == 1
    precondition(isDone && EVP_DigestInit_ex(context, Self.algorithm, nil) == 1, "libcrypto lost a digest")
  }

  /// The digest of bytes that are there at once.
  public static func hash(_ bytes: some Sequence<UInt8>) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// A finished digest.
  public struct Digest: Sendable, Hashable {
    /// Its 32 bytes.
    public let bytes: [UInt8]

    /// Its 64 lower-case hexadecimal digits.
    public var hexadecimal: String { bytes.hexadecimal }
  }
}
