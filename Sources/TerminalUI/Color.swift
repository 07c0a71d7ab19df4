/// How many colours a terminal shows.
public enum ColorDepth: String, CaseIterable, Sendable {
  /// None: meaning lies in characters and attributes alone.
  case none
  /// The eight colours and their bright twins.
  case ansi16 = "16"
  /// The 6 x 6 x 6 cube and 24 greys of xterm.
  case indexed256 = "256"
  /// 24 bits.
  case trueColor = "24bit"

  /// Whether a ground can be shaded so faintly that traces stay readable on it.
  public var showsShades: Bool { self == .indexed256 || self == .trueColor }

  /// The depth that an environment asks for; nil goes by what terminfo says of the terminal.
  ///
  /// A NO_COLOR that is not empty asks for none (no-color.org). COLORTERM asks for 24 bits, but for the Linux console, which has sixteen
  /// colours, and GNU screen, which takes the numbers of a colour for attributes; tmux calls itself `screen` too, and sets TMUX.
  public static func asked(by environment: [String: String]) -> ColorDepth? {
    if environment["NO_COLOR"]?.isEmpty == false { return ColorDepth.none }
    guard ["truecolor", "24bit"].contains(environment["COLORTERM"]?.lowercased()) else { return nil }
    let type = environment["TERM"] ?? ""
    let isOldScreen = type.hasPrefix("screen") && (environment["TMUX"] ?? "").isEmpty
    return isOldScreen || type == "linux" ? nil : .trueColor
  }
}

/// A colour in 24 bits, with its place among the sixteen colours that every terminal has.
public struct Color: Hashable, Sendable {
  /// Red, 0-255.
  public let red: UInt8
  /// Green, 0-255.
  public let green: UInt8
  /// Blue, 0-255.
  public let blue: UInt8
  /// The colour to show where there are only sixteen: 0-7 dark, 8-15 bright; nil is the terminal's own.
  public let ansi16: UInt8?

  /// A colour `0xRRGGBB`.
  public init(_ rgb: UInt32, ansi16: UInt8?) {
    red = UInt8(truncatingIfNeeded: rgb >> 16)
    green = UInt8(truncatingIfNeeded: rgb >> 8)
    blue = UInt8(truncatingIfNeeded: rgb)
    self.ansi16 = ansi16.map { $0 & 15 }
  }

  /// As CSS and SVG write it: `#rrggbb`.
  public var hexadecimal: String {
    let digits = String(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue), radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The nearest colour of xterm's table from 16 on; the first sixteen are the user's and may be anything.
  public var indexed256: UInt8 {
    let cube = [red, green, blue].map(Self.nearestLevel)
    let grey = (Int(red) + Int(green) + Int(blue)) / 3
    let greyStep = min(23, max(0, (grey - 3) / 10))
    let candidates = [
      (index: 16 + 36 * cube[0] + 6 * cube[1] + cube[2], color: cube.map { Self.cubeLevels[$0] }),
      (index: 232 + greyStep, color: Array(repeating: 8 + 10 * greyStep, count: 3)),
    ]
    let nearest = candidates.min { distance(to: $0.color) < distance(to: $1.color) }
    return UInt8(nearest?.index ?? 231)
  }

  /// Perceived lightness relative to white, 0-1 (WCAG 2, relative luminance).
  public var luminance: Double {
    let linear = [red, green, blue].map { component -> Double in
      let value = Double(component) / 255
      // A cubic polynomial that stays within 0.01 of the sRGB curve, and needs no power function.
      return value * (value * (value * 0.305306011 + 0.682171111) + 0.012522878)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  /// The contrast of two colours, 1 to 21 (WCAG 2; 4.5 reads well).
  public func contrast(with other: Color) -> Double {
    let light = max(luminance, other.luminance)
    let dark = min(luminance, other.luminance)
    return (light + 0.05) / (dark + 0.05)
  }

  private static let cubeLevels = [0, 95, 135, 175, 215, 255]

  private static func nearestLevel(_ component: UInt8) -> Int {
    let value = Int(component)
    return cubeLevels.indices.min { abs(cubeLevels[$0] - value) < abs(cubeLevels[$1] - value) } ?? 0
  }

  private func distance(to other: [Int]) -> Int {
    let own = [Int(red), Int(green), Int(blue)]
    return zip(own, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
