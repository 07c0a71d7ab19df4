/// What is wrong with a keymap, and where.
public struct KeymapError: Error, Equatable, CustomStringConvertible {
  /// What can be wrong.
  public enum Problem: Equatable, Sendable {
    /// The text is no TOML; the parser's own words.
    case syntax(String)
    /// More text than any keymap has.
    case tooLong
    /// A name outside `[keys]` and `[relabel]` that means nothing.
    case unknownEntry(String)
    /// An action that does not exist, with the nearest one that does.
    case unknownAction(String, nearest: String?)
    /// Text that names no key.
    case unknownKey(String, action: String)
    /// A value of the wrong kind.
    case wrongType(entry: String, expected: String)
    /// A key that two actions of one file claim, with the line of the first claim.
    case boundTwice(key: String, action: String, otherAction: String, otherLine: Int)
    /// An action that must have a key, and has none.
    case noKeyLeft(action: String)
    /// A base that is not there, with those that are.
    case unknownBase(String, known: [String])
  }

  /// The longest keymap in bytes.
  public static let longestFile = 65_536

  /// The file, as it was named.
  public let fileName: String
  /// The line, counted from 1.
  public let line: Int
  /// What is wrong.
  public let problem: Problem

  /// One line: file, line, what is wrong and what was expected.
  public var description: String { "\(fileName):\(line): \(text)" }

  private var text: String {
    switch problem {
    case .syntax(let message): "not TOML: \(message)"
    case .tooLong: "more than \(Self.longestFile) bytes; expected a keymap"
    case .unknownEntry(let name): "unknown entry '\(name)'; expected name, base, [keys] or [relabel]"
    case .unknownAction(let name, let nearest?): "unknown action '\(name)'; did you mean '\(nearest)'?"
    case .unknownAction(let name, nil): "unknown action '\(name)'; expected one of those that [?] shows in the program"
    case .unknownKey(let key, let action):
      "'\(key)' for \(action) is no key; expected a character or a name such as space, pageup, f5, ctrl-n, alt-x"
    case .wrongType(let entry, let expected): "\(entry) has the wrong type; expected \(expected)"
    case .boundTwice(let key, let action, let other, let line):
      "the key '\(key)' for \(action) is already bound to \(other) on line \(line); expected one action a key"
    case .noKeyLeft(let action): "no key is left for \(action); expected at least one"
    case .unknownBase(let name, let known):
      known.isEmpty
        ? "a base ('\(name)') is only for keymaps of a user's own" : "unknown base '\(name)'; expected \(known.joined(separator: ", "))"
    }
  }
}
