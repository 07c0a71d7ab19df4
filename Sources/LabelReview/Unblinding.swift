import Foundation

/// An entry of the log: somebody looked at what a study hides before all its readers had finished.
public struct Unblinding: Sendable, Hashable {
  /// Who.
  public let reviewer: String
  /// At what.
  public let what: String
  /// When, to the millisecond.
  public let time: Date
  /// Digest of the entry, 64 hexadecimal digits.
  public let digest: String
}
