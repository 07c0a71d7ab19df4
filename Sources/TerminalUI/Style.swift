/// How a character is drawn besides its colour.
public struct Attributes: OptionSet, Hashable, Sendable {
  /// The bits, as they are handed to the terminal.
  public let rawValue: UInt8

  /// Attributes from their bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Heavier strokes.
  public static let bold = Attributes(rawValue: 1)
  /// Fainter strokes.
  public static let dim = Attributes(rawValue: 2)
  /// Foreground and background exchanged.
  public static let reverse = Attributes(rawValue: 4)
  /// A line beneath.
  public static let underline = Attributes(rawValue: 8)
}

/// What lies behind a cell.
public enum Ground: UInt8, Hashable, Sendable {
  /// The theme's ground.
  case plain
  /// Every other box of ruled paper: a shade so faint that whatever is drawn on it stays readable, and that boxes can be counted under it.
  case shaded
}

/// What a cell means, how it is stressed, and what lies behind it.
public struct Style: Hashable, Sendable {
  /// The meaning.
  public var ink: Ink
  /// The stress, added to what the theme gives the ink.
  public var attributes: Attributes

  /// What lies behind.
  public var ground: Ground

  /// A style of its parts.
  public init(_ ink: Ink, _ attributes: Attributes = [], ground: Ground = .plain) {
    self.ink = ink
    self.attributes = attributes
    self.ground = ground
  }

  /// Ordinary text.
  public static let plain = Style(.plain)

  /// An ink without stress.
  public static func ink(_ ink: Ink) -> Style { Style(ink) }
  /// The same style in heavier strokes.
  public var bold: Style { adding(.bold) }
  /// The same style in fainter strokes.
  public var dim: Style { adding(.dim) }
  /// The same style with its colours exchanged.
  public var reverse: Style { adding(.reverse) }
  /// The same style underlined.
  public var underline: Style { adding(.underline) }

  private func adding(_ more: Attributes) -> Style { Style(ink, attributes.union(more), ground: ground) }
}
