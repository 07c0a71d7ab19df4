import TerminalUI

/// The last key struck, and one that waits to be told from a key that is held down.
///
/// A keyboard repeats a key that is held: for the first time after a quarter of a second to a second, which a hand could strike as well, then every 25 to
/// 95 ms, which no hand can.
struct Strokes: Sendable {
  /// A key that judges, struck again so soon that it may be a keyboard's first repetition.
  struct Waiting: Sendable {
    let key: KeyStroke
    /// The opening of the record that it was struck on.
    let ticket: Int
    let number: Int
  }

  /// The last key, and when, in milliseconds of any clock that only goes forward.
  private(set) var last: (key: KeyStroke, milliseconds: Int)?
  /// The key that waits.
  private(set) var waiting: Waiting?
  private var count = 0

  /// Sooner than this after itself no hand strikes a key that judges.
  static let shortestMilliseconds = 100
  /// A keyboard's first repetition comes within this time.
  static let longestDelayMilliseconds = 1000

  /// Notes down a key; returns how long after the same key it came, nil where another came before it.
  mutating func strike(_ key: KeyStroke, at milliseconds: Int) -> Int? {
    defer { last = (key, milliseconds) }
    return last.flatMap { $0.key == key ? milliseconds - $0.milliseconds : nil }
  }

  /// Lets a key wait; returns the number by which it is known.
  mutating func wait(_ key: KeyStroke, ticket: Int) -> Int {
    count += 1
    waiting = Waiting(key: key, ticket: ticket, number: count)
    return count
  }

  /// Takes the key that waits: the one of a number, or any.
  mutating func take(_ number: Int? = nil) -> Waiting? {
    guard let waiting, number == nil || number == waiting.number else { return nil }
    self.waiting = nil
    return waiting
  }
}
