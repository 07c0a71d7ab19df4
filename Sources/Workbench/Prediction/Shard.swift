/// A part of the records, `2/5` being the second of five, for several machines; the parts one after the other are the whole.
public struct Shard: Sendable, Equatable {
  /// Which part, from 1.
  public let index: Int
  /// How many parts.
  public let count: Int

  /// Reads `2/5`; nil where it is no part of up to a million.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], (1...1_000_000).contains(count), (1...count).contains(index) else {
      return nil
    }
    self.index = index
    self.count = count
  }

  /// Whether it is the first part, which has the header of the whole.
  public var isFirst: Bool { index == 1 }

  /// Whether it is the last part, which has the footer of the whole.
  public var isLast: Bool { index == count }

  /// This shard's consecutive part of all elements.
  public func part<Element>(of elements: [Element]) -> ArraySlice<Element> {
    elements[elements.count * (index - 1) / count..<elements.count * index / count]
  }
}
