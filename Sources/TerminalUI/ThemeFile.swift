/// Themes of a user's own: a TOML file that changes single inks of a base.
///
/// ```toml
/// base = "dark"
/// foreground = "#d4d7dd"
/// background = "#14171c"
/// paints-ground = true
///
/// [inks]
/// trace = "#9be28a"
/// key = "bold #ffffff on #303030"
/// ```
extension Theme {
  /// Reads a theme.
  ///
  /// - Parameters:
  ///   - toml: The text of the file.
  ///   - name: The name by which the theme is chosen.
  ///   - fileName: The file's name, for error messages.
  /// - Throws: ``SettingsError``, of the first mistake.
  public init(parsing toml: String, name: String, fileName: String) throws(SettingsError) {
    let file = try SettingsFile(
      parsing: toml, fileName: fileName, known: ["base", "foreground", "background", "paints-ground", "inks."])
    let baseName = try file.text("base") ?? "dark"
    guard let base = Theme.named(baseName) else {
      throw file.mistake(["base"], "unknown theme '\(baseName)'; expected \(Theme.all.map(\.name).joined(separator: ", "))")
    }
    var swatches = Dictionary(uniqueKeysWithValues: Ink.allCases.map { ($0, base.swatch(of: $0)) })
    for (inkName, text) in try file.texts(in: "inks") {
      guard let ink = Ink.allCases.first(where: { $0.name == inkName }) else {
        let nearest = nearestName(to: inkName, among: Ink.allCases.map(\.name)) ?? Ink.allCases.map(\.name).joined(separator: ", ")
        throw file.mistake(["inks", inkName], "unknown ink '\(inkName)'; expected \(nearest)")
      }
      guard let swatch = Self.swatch(text, over: base.swatch(of: ink)) else {
        throw file.mistake(["inks", inkName], "'\(text)' is no colour; expected such as \"#9be28a\" or \"bold #ffffff on #303030\"")
      }
      swatches[ink] = swatch
    }
    func ground(_ entry: String, _ fallback: Color) throws(SettingsError) -> Color {
      guard let text = try file.text(entry) else { return fallback }
      guard let color = Color(hexadecimal: text) else {
        throw file.mistake([entry], "'\(text)' is no colour; expected such as \"#14171c\"")
      }
      return color
    }
    self.init(
      name: name, foreground: try ground("foreground", base.foreground), background: try ground("background", base.background),
      paintsGround: try file.flag("paints-ground") ?? base.paintsGround, swatches: swatches)
  }

  /// A swatch of words: attributes, a colour, `on` a colour; nil where a word is none of them.
  private static func swatch(_ text: String, over base: Swatch) -> Swatch? {
    var swatch = Swatch(nil, withoutColor: base.attributesWithoutColor)
    var isGround = false
    for word in text.lowercased().split(separator: " ") {
      switch word {
      case "bold": swatch.attributes.insert(.bold)
      case "dim": swatch.attributes.insert(.dim)
      case "underline": swatch.attributes.insert(.underline)
      case "reverse": swatch.attributes.insert(.reverse)
      case "on": isGround = true
      default:
        guard let color = Color(hexadecimal: String(word)) else { return nil }
        if isGround { swatch.background = color } else { swatch.foreground = color }
      }
    }
    return swatch
  }
}

extension Ink {
  /// The name as files write it: `trace-derived`.
  public var name: String {
    String(describing: self).reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
  }
}

extension Color {
  /// The sixteen colours as xterm has them.
  private static let xterm16: [UInt32] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF,
    0xFF00FF,
    0x00FFFF, 0xFFFFFF,
  ]

  /// A colour `#rrggbb`, with the nearest of sixteen colours where there are no more; nil for other text.
  public init?(hexadecimal text: String) {
    guard text.first == "#", text.utf8.count == 7, let rgb = UInt32(text.dropFirst(), radix: 16) else { return nil }
    func distance(_ other: UInt32) -> Int {
      [16, 8, 0].reduce(0) { sum, shift in
        let difference = Int(rgb >> shift & 0xFF) - Int(other >> shift & 0xFF)
        return sum + difference * difference
      }
    }
    let nearest = Self.xterm16.indices.min { distance(Self.xterm16[$0]) < distance(Self.xterm16[$1]) } ?? 7
    self.init(rgb, ansi16: UInt8(nearest))
  }
}
