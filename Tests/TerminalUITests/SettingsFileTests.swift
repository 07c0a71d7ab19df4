import TerminalUI
import Testing

@Suite("Settings and themes of one's own")
struct SettingsFileTests {
  @Test("Values by name")
  func values() throws {
    let file = try SettingsFile(
      parsing: "theme = \"dark\"\nsize = 2\nwide = true\n[inks]\ntrace = \"#ffffff\"", fileName: "c.toml",
      known: ["theme", "size", "wide", "inks."])
    #expect(try file.text("theme") == "dark")
    #expect(try file.number("size", in: 0...3) == 2)
    #expect(try file.flag("wide") == true)
    #expect(try file.texts(in: "inks") == ["trace": "#ffffff"])
    #expect(try file.text("other") == nil)
  }

  @Test(
    "Mistakes are told with file and line",
    arguments: [
      ("size = 9", "c.toml:1: expected a number from 0.0 to 3.0 for size"), ("\ntheme = 3", "c.toml:2: expected text in quotes for theme"),
      ("\n\nthme = ''", "c.toml:3: unknown entry 'thme'; did you mean 'theme'?"),
    ])
  func mistakes(toml: String, message: String) {
    let error = #expect(throws: SettingsError.self) {
      let file = try SettingsFile(parsing: toml, fileName: "c.toml", known: ["theme", "size"])
      _ = try file.text("theme")
      _ = try file.number("size", in: 0...3)
    }
    #expect(error?.description == message)
  }

  @Test("What would end the parser is refused", arguments: ["[=]", "a = [}", "[", "a = \u{0}", String(repeating: "#", count: 70_000)])
  func hostile(toml: String) {
    #expect(throws: SettingsError.self) { try SettingsFile(parsing: toml, fileName: "c.toml", known: ["a"]) }
  }

  @Test(
    "What is written in quotes is read again",
    arguments: [
      "Ann \"A\"", "back\\slash", "\u{1B}[D", "a\tb\nc\r\nd", "\u{1}\u{1F}\u{7F}", "\u{85}\u{9B}", "\u{2028}\u{2029}",
      "Jose\u{301}", "\\u0041", "#'=[}", "",
    ])
  func quoted(text: String) throws {
    let toml = "a = \(SettingsFile.quoted(text))\nb = \"after\"\n"
    let controls = toml.unicodeScalars.filter { $0.properties.generalCategory == .control }
    #expect(controls.count == 2, "the two line ends")
    let file = try SettingsFile(parsing: toml, fileName: "c.toml", known: ["a", "b"])
    let read = try #require(try file.text("a"))
    #expect(Array(read.utf8) == Array(text.utf8))
    #expect(try file.text("b") == "after")
  }

  @Test("Controls are written by their numbers")
  func escapes() {
    #expect(SettingsFile.quoted("\u{1B}[D\u{0}\n\u{2028}\"\\") == "\"\\u001B[D\\u0000\\u000A\\u2028\\\"\\\\\"")
  }

  @Test("A theme changes single inks of its base")
  func theme() throws {
    let theme = try Theme(
      parsing:
        "base = 'light'\nbackground = '#fffff0'\n[inks]\ntrace = '#102030'\nkey = 'bold #ffffff on #303030'\ntrace-derived = 'underline'",
      name: "mine", fileName: "mine.toml")
    #expect(theme.name == "mine" && theme.background.hexadecimal == "#fffff0" && theme.foreground == Theme.light.foreground)
    #expect(theme.swatch(of: .trace).foreground?.hexadecimal == "#102030")
    #expect(theme.swatch(of: .key).background?.hexadecimal == "#303030" && theme.swatch(of: .key).attributes == .bold)
    #expect(theme.swatch(of: .traceDerived).attributes == .underline)
    #expect(theme.swatch(of: .title) == Theme.light.swatch(of: .title))
    for bad in ["base = 'plaid'", "[inks]\ntrce = '#ffffff'", "[inks]\ntrace = 'pink'", "foreground = '#fff'"] {
      #expect(throws: SettingsError.self) { try Theme(parsing: bad, name: "x", fileName: "x.toml") }
    }
  }
}
