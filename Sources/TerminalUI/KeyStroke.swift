/// A key as a terminal can tell it, alone or with Ctrl or Alt.
public struct KeyStroke: Hashable, Sendable, CustomStringConvertible {
  /// What was struck.
  public enum Key: Hashable, Sendable {
    /// A key that writes a character; the space bar writes a space.
    case character(Unicode.Scalar)
    case enter
    case escape
    case tab
    case shiftTab
    case left
    case right
    case up
    case down
    case pageUp
    case pageDown
    case home
    case end
    case insert
    case backspace
    case delete
    /// A function key, 1 to 24.
    case function(Int)
  }

  /// What was struck.
  public let key: Key
  /// Whether Ctrl was held; only with letters, space and `\ ] ^ _`, which is all that terminals tell apart.
  public let control: Bool
  /// Whether Alt was held.
  public let alt: Bool

  /// A key alone or with Alt.
  public init(_ key: Key, alt: Bool = false) {
    self.key = key
    control = false
    self.alt = alt
  }

  /// A key that writes a character.
  public static func character(_ scalar: Unicode.Scalar, alt: Bool = false) -> KeyStroke { KeyStroke(.character(scalar), alt: alt) }

  /// The key that sends a control character: 0x1B is Escape, 0x0E is `ctrl-n`.
  public init(controlCharacter byte: UInt8, alt: Bool = false) {
    self.alt = alt
    switch byte & 0x7F {
    case 0x09: (key, control) = (.tab, false)
    case 0x0D: (key, control) = (.enter, false)
    case 0x1B: (key, control) = (.escape, false)
    case 0x7F: (key, control) = (.backspace, false)
    case 0x00: (key, control) = (.character(" "), true)
    case let code where code < 0x1B: (key, control) = (.character(Unicode.Scalar(code + 0x60)), true)
    case let code where code < 0x20: (key, control) = (.character(Unicode.Scalar(code + 0x40)), true)
    case let code: (key, control) = (.character(Unicode.Scalar(code)), false)
    }
  }

  /// A key from its name: `a`, `?`, `space`, `pageup`, `f5`, `ctrl-n`, `alt-x` or `shift-tab`.
  ///
  /// Letter case counts for characters, not for names.
  public init?(parsing text: String) {
    var rest = text[...]
    var control = false
    var alt = false
    while true {
      let name = rest.lowercased()
      if name.hasPrefix("ctrl-"), !control {
        control = true
      } else if name.hasPrefix("alt-"), !alt {
        alt = true
      } else {
        break
      }
      guard let dash = rest.firstIndex(of: "-") else { return nil }
      rest = rest[rest.index(after: dash)...]
    }
    guard let key = Self.key(named: String(rest)) else { return nil }
    guard control else {
      self.init(key, alt: alt)
      return
    }
    guard case .character(let scalar) = key, let byte = Self.controlCharacter(of: scalar) else { return nil }
    self.init(controlCharacter: byte, alt: alt)
  }

  /// The name of the key, from which ``init(parsing:)`` makes it again.
  public var description: String {
    (alt ? "alt-" : "") + (control ? "ctrl-" : "") + Self.name(of: key)
  }

  private static let names: [(key: Key, name: String)] = [
    (.character(" "), "space"), (.enter, "enter"), (.escape, "esc"), (.tab, "tab"), (.shiftTab, "shift-tab"), (.left, "left"),
    (.right, "right"), (.up, "up"), (.down, "down"), (.pageUp, "pageup"), (.pageDown, "pagedown"), (.home, "home"), (.end, "end"),
    (.insert, "insert"), (.backspace, "backspace"), (.delete, "delete"),
  ]

  /// The keys that have a name rather than a character, for lists and tests.
  public static let namedKeys: [Key] = names.map(\.key) + (1...24).map { .function($0) }

  private static func name(of key: Key) -> String {
    switch key {
    case .function(let number): return "f\(number)"
    case .character(let scalar) where scalar != " ": return String(Character(scalar))
    default: return names.first { $0.key == key }?.name ?? ""
    }
  }

  private static func key(named text: String) -> Key? {
    let scalars = text.unicodeScalars
    if scalars.count == 1, let scalar = scalars.first, scalar != " ", scalar.cellWidth == .one || scalar.cellWidth == .two {
      return .character(scalar)
    }
    let name = text.lowercased()
    if let named = names.first(where: { $0.name == name }) { return named.key }
    if name.hasPrefix("f"), let number = Int(name.dropFirst()), (1...24).contains(number), name == "f\(number)" { return .function(number) }
    return nil
  }

  private static func controlCharacter(of scalar: Unicode.Scalar) -> UInt8? {
    switch scalar {
    case " ": 0
    case "a"..."z", "A"..."Z", "[", "\\", "]", "^", "_": UInt8(scalar.value & 0x1F)
    default: nil
    }
  }
}
