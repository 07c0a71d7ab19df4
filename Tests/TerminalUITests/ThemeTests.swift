import TerminalUI
import Testing

@Suite("Themes")
struct ThemeTests {
  /// Inks that are ornament: what they draw may be faint, because nothing is read from it.
  static let ornaments: Set<Ink> = [.paperMinor, .paperMajor]

  @Test("Text reads well on its ground", arguments: Theme.all)
  func contrast(theme: Theme) {
    for ink in Ink.allCases where !Self.ornaments.contains(ink) {
      let swatch = theme.swatch(of: ink)
      let ratio = (swatch.foreground ?? theme.foreground).contrast(with: swatch.background ?? theme.background)
      #expect(ratio >= (ink == .border ? 3 : 4), "\(theme.name) \(ink): \(ratio)")
    }
  }

  @Test("No meaning rests on colour alone", arguments: Theme.all)
  func withoutColor(theme: Theme) {
    for ink in Ink.allCases {
      let look = theme.appearance(of: .ink(ink), depth: .none)
      #expect(look.foreground == nil && look.background == nil)
    }
    for ink in [Ink.selected, .failure] {
      #expect(theme.appearance(of: .ink(ink), depth: .none).attributes.contains(.reverse))
      #expect(!theme.appearance(of: .ink(ink), depth: .indexed256).attributes.contains(.reverse))
    }
    #expect(theme.appearance(of: .ink(.question), depth: .none).attributes.contains(.bold))
  }

  @Test("Every coloured ink has one of the sixteen colours, and heat steps differ", arguments: Theme.all)
  func sixteen(theme: Theme) {
    for ink in Ink.allCases {
      if let color = theme.swatch(of: ink).foreground { #expect(color.ansi16 != nil, "\(ink)") }
    }
    #expect(Set(Ink.heat.map { theme.swatch(of: $0).foreground?.indexed256 }).count == 5)
    #expect(Set(Ink.heat.map { theme.swatch(of: $0).foreground?.ansi16 }).count == 5)
  }

  @Test("Names")
  func names() {
    #expect(Set(Theme.all.map(\.name)).count == Theme.all.count)
    for theme in Theme.all { #expect(Theme.named(theme.name)?.name == theme.name) }
    #expect(Theme.named("plaid") == nil)
  }

  @Test("Nearest of xterm's 256 colours")
  func indexed() {
    #expect(Color(0x000000, ansi16: 0).indexed256 == 16)
    #expect(Color(0xFFFFFF, ansi16: 15).indexed256 == 231)
    #expect(Color(0xFF0000, ansi16: 9).indexed256 == 196)
    #expect(Color(0x5F87AF, ansi16: 4).indexed256 == 67)
    #expect(Color(0x808080, ansi16: 8).indexed256 == 244)
    #expect(Color(0x0A0B0C, ansi16: 0).indexed256 == 232)
    #expect(Color(0xEEEEEE, ansi16: 7).indexed256 == 255)
    #expect(Color(0x0102FF, ansi16: 4).hexadecimal == "#0102ff")
    #expect(abs(Color(0xFFFFFF, ansi16: 15).contrast(with: Color(0, ansi16: 0)) - 21) < 0.01)
  }
}

extension Theme: CustomTestStringConvertible {
  /// Its name, where a failure would print every colour.
  public var testDescription: String { name }
}
