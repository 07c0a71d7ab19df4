import Foundation
import TerminalUI
import TestSupport
import Testing

@Suite("Keymaps")
struct KeymapTests {
  static let actions = [
    "verdict-present", "verdict-absent", "verdict-unsure", "undo", "redo", "note", "flag", "reveal", "search", "sort-list",
    "half-page-left", "half-page-right", "next-beat", "previous-beat", "jump-to-time", "fit-recording", "cabrera", "next-lead",
    "previous-lead", "next-filter", "previous-filter", "calipers", "swap-carets", "snap-to-beat", "march-out", "toggle-overview",
    "toggle-measurements", "toggle-notes", "toggle-progress", "toggle-mouse", "leave-out-leads", "all-leads", "palette", "glyph-test",
    "show-results", "next-record", "previous-record", "next-unjudged", "pan-left",
    "pan-right",
    "page-left", "page-right", "go-start", "go-end", "zoom-time-in", "zoom-time-out", "gain-up", "gain-down", "scale-reset", "next-window",
    "previous-window", "cycle-layout", "next-class", "previous-class", "toggle-predictions", "toggle-heatmap", "toggle-grid",
    "toggle-facts",
    "list-records", "help", "cancel", "confirm", "redraw", "suspend", "quit",
    "all-classes", "go-to-case", "layout-beats", "layout-limb", "layout-rhythm", "layout-sheet", "next-flagged", "previous-flagged",
    "previous-layout", "reverse-list", "show-progress", "toggle-gates",
    "next-other-beat", "previous-other-beat", "show-cautions", "layers", "all-layers", "annotate",
  ]

  /// Actions that have keys in the table [relabel] alone.
  static let relabelling =
    ["accept-set", "accept-label", "toggle-statement", "mark-unsure", "likelihood"] + (1...9).map { "statement-\($0)" }

  /// Actions that have keys in the table [annotate] alone.
  static let annotating = [
    "next-mark", "previous-mark", "delete-mark", "mark-range", "every-shape", "mark-stretch", "snap-marks", "bind-lead",
    "write-annotations", "take-reader-1", "take-reader-2",
  ]

  static func shipped(_ name: String) throws -> Keymap {
    let file = Checkout.root.appendingPathComponent("Keymaps/\(name).toml")
    return try Keymap(
      parsing: String(contentsOf: file, encoding: .utf8), fileName: "\(name).toml", actions: actions + relabelling + annotating)
  }

  private func key(_ name: String) throws -> KeyStroke { try #require(KeyStroke(parsing: name)) }

  @Test("Shipped keymaps bind every action, and no key twice", arguments: ["default", "vim", "emacs"])
  func shippedKeymaps(name: String) throws {
    let keymap = try Self.shipped(name)
    #expect(keymap.name == name)
    for action in Self.actions {
      #expect(!keymap.keys(for: action).isEmpty, "\(action)")
      for key in keymap.keys(for: action) { #expect(keymap.action(for: key) == action, "\(key)") }
    }
    for action in Self.relabelling {
      #expect(!keymap.keys(for: action).isEmpty && keymap.keys(for: action) == keymap.relabellingKeys(for: action), "\(action)")
      for key in keymap.keys(for: action) { #expect(keymap.relabellingAction(for: key) == action, "\(key)") }
    }
    for (verdict, key) in [("verdict-present", "1"), ("verdict-absent", "2"), ("verdict-unsure", "3"), ("help", "?"), ("cancel", "esc")] {
      #expect(keymap.action(for: try self.key(key)) == verdict)
    }
  }

  @Test("Keys that the command line's contract fixes")
  func contract() throws {
    let keymap = try Self.shipped("default")
    #expect(keymap.action(for: try key("u")) == "undo")
    #expect(keymap.action(for: try key("q")) == "quit")
    #expect(keymap.keys(for: "next-record").map(\.description) == ["n", "down"])
  }

  @Test("A user's file changes single actions of its base")
  func userFile() throws {
    let bases = [try Self.shipped("default"), try Self.shipped("vim")]
    let toml = """
      base = "vim"
      [keys]
      undo = "U"
      next-record = ["j", "u"]   # taken from undo
      quit = []
      pan-left = 'q'
      """
    let keymap = try Keymap(parsing: toml, fileName: "keymap.toml", actions: Self.actions, bases: bases)
    #expect(keymap.name == "keymap.toml")
    #expect(keymap.action(for: try key("U")) == "undo")
    #expect(keymap.keys(for: "undo").map(\.description) == ["U"])
    #expect(keymap.action(for: try key("u")) == "next-record")
    #expect(keymap.action(for: try key("down")) == nil)
    #expect(keymap.keys(for: "quit").isEmpty)
    #expect(keymap.action(for: try key("q")) == "pan-left")
    #expect(keymap.action(for: try key("h")) == nil)
    #expect(keymap.action(for: try key("k")) == "previous-record")
    let fromDefault = try Keymap(parsing: "[keys]\nhelp = 'h'\n", fileName: "keymap.toml", actions: Self.actions, bases: bases)
    #expect(fromDefault.action(for: try key("n")) == "next-record")
    #expect(fromDefault.action(for: try key("?")) == nil)
  }

  @Test("A key taken from the base leaves the other keys of its action")
  func takenKey() throws {
    let keymap = try Keymap(
      parsing: "keys.help = \"n\"", fileName: "keymap.toml", actions: Self.actions, bases: [try Self.shipped("default")])
    #expect(keymap.keys(for: "next-record").map(\.description) == ["down"])
    #expect(keymap.action(for: try key("n")) == "help")
  }

  @Test("An empty file changes nothing")
  func emptyFile() throws {
    let base = try Self.shipped("default")
    let keymap = try Keymap(parsing: "", fileName: "keymap.toml", actions: Self.actions, bases: [base])
    for action in Self.actions { #expect(keymap.keys(for: action) == base.keys(for: action)) }
    #expect(try Keymap(parsing: "", fileName: "keymap.toml", actions: Self.actions).keys(for: "help").isEmpty)
  }
}

@Suite("Mistakes in keymaps")
struct KeymapErrorTests {
  struct Mistake: CustomTestStringConvertible {
    let toml: String
    let message: String
    var testDescription: String { message }
  }

  @Test(
    "Each is told with its line",
    arguments: [
      Mistake(
        toml: "# mine\n[keys]\nundo = 'z'\nverdict-presnt = '1'\n",
        message: "my.toml:4: unknown action 'verdict-presnt'; did you mean 'verdict-present'?"),
      Mistake(
        toml: "[keys]\nmake-coffee = 'c'",
        message: "my.toml:2: unknown action 'make-coffee'; expected one of those that [?] shows in the program"),
      Mistake(
        toml: "[keys]\r\nundo = [\r\n  'u', # good\r\n  'ctrl-1',\r\n]\r\n",
        message: "my.toml:4: 'ctrl-1' for undo is no key; expected a character or a name such as space, pageup, f5, ctrl-n, alt-x"),
      Mistake(
        toml: "[keys]\nundo = 'x'\n\nquit = ['q', 'x']",
        message: "my.toml:4: the key 'x' for quit is already bound to undo on line 2; expected one action a key"),
      Mistake(
        toml: "[keys]\nzoom-time-in = 'ctrl-i'\nhelp = 'tab'",
        message: "my.toml:3: the key 'tab' for help is already bound to zoom-time-in on line 2; expected one action a key"),
      Mistake(toml: "[keys]\nundo = 3", message: "my.toml:2: undo has the wrong type; expected a key or a list of keys"),
      Mistake(toml: "[keys]\nundo = [\n'a',\n['b']\n]", message: "my.toml:4: undo has the wrong type; expected keys as strings"),
      Mistake(toml: "\nkeys = 'none'", message: "my.toml:2: keys has the wrong type; expected a table of actions"),
      Mistake(toml: "name = 7", message: "my.toml:1: name has the wrong type; expected a string"),
      Mistake(toml: "base = ['vim']", message: "my.toml:1: base has the wrong type; expected a string"),
      Mistake(toml: "name = 'x'\nbase = 'nano'", message: "my.toml:2: unknown base 'nano'; expected default, vim"),
      Mistake(
        toml: "[keys]\nundo = 'u'\n[colors]\nred = 1",
        message: "my.toml:3: unknown entry 'colors'; expected name, base, [keys] or [relabel]"),
      Mistake(toml: "\n\nkeys.undu = 'u'", message: "my.toml:3: unknown action 'undu'; did you mean 'undo'?"),
      Mistake(toml: "keys = { help = 'h', hlep = 'x' }", message: "my.toml:1: unknown action 'hlep'; did you mean 'help'?"),
      Mistake(
        toml: "name = '''\n[keys]\nundo = 'ctrl-1'\n'''\n[keys]\n\"undo\" = 'nokey'",
        message: "my.toml:6: 'nokey' for undo is no key; expected a character or a name such as space, pageup, f5, ctrl-n, alt-x"),
      Mistake(
        toml: "[keys]\nundo = '='\nquit = ']'\nhelp = '\\\\'",
        message: #"my.toml:4: '\\' for help is no key; expected a character or a name such as space, pageup, f5, ctrl-n, alt-x"#),
      Mistake(
        toml: "[keys]\nquit = 'zzz'\nundo = 3",
        message: "my.toml:2: 'zzz' for quit is no key; expected a character or a name such as space, pageup, f5, ctrl-n, alt-x"),
    ]
  )
  func told(mistake: Mistake) throws {
    let bases = [try KeymapTests.shipped("default"), try KeymapTests.shipped("vim")]
    let error = try #require(throws: KeymapError.self) {
      try Keymap(parsing: mistake.toml, fileName: "my.toml", actions: KeymapTests.actions, bases: bases)
    }
    #expect(error.description == mistake.message)
  }

  @Test(
    "Text that is no TOML",
    arguments: [("[keys]\nundo = \n", 2), ("[keys]\nundo = 'u'\nundo = 'z'", 3), ("[keys\n", 1), ("a = 'é\u{0}'", 1)])
  func syntax(toml: String, line: Int) throws {
    let error = try #require(throws: KeymapError.self) { try Keymap(parsing: toml, fileName: "my.toml", actions: ["undo"]) }
    #expect(error.line == line)
    #expect(error.description.hasPrefix("my.toml:\(line): not TOML: "))
    #expect(!error.description.contains("\n"))
  }

  @Test(
    "Tables without a name are refused", arguments: ["[=]", "\n[ ", "[[.a]]", "[é]", "\u{FEFF}[\n", "\r\n\t[\u{1}]", "[#]", "[ [ .", "["])
  func namelessTables(toml: String) throws {
    let error = try #require(throws: KeymapError.self) { try Keymap(parsing: toml, fileName: "my.toml", actions: ["undo"]) }
    #expect(error.line == (toml.hasPrefix("\n") || toml.hasPrefix("\r\n") ? 2 : 1))
  }

  @Test(
    "Blanks and line separators of Unicode outside quotes are refused, with their line",
    arguments: ["\u{85}", "\u{A0}", "\u{1680}", "\u{2009}", "\u{2028}", "\u{2029}", "\u{3000}", "\u{FEFF}", "é"])
  func foreignText(character: String) throws {
    let texts = [
      "\u{FEFF}\n[keys]\nundo = [\"y\",\(character)\"x\"]\n", "\n\nundo = \(character)",
      "# \"\(character)\"\nname = '\(character)'\n\(character)",
    ]
    for toml in texts {
      let error = #expect(throws: KeymapError.self) { try Keymap(parsing: toml, fileName: "my.toml", actions: ["undo"]) }
      #expect(error?.line == 3)
    }
  }

  @Test("Text within quotes and comments may be any")
  func quotedForeignText() throws {
    #expect(
      try Keymap(parsing: "\u{FEFF}# é\nname = \"é\u{A0}\u{3000}\" # \u{A0}", fileName: "my.toml", actions: []).name == "é\u{A0}\u{3000}")
  }

  @Test("Size and depth are bounded")
  func bounds() throws {
    let long = try #require(throws: KeymapError.self) {
      try Keymap(parsing: String(repeating: "#", count: 70_000), fileName: "my.toml", actions: [])
    }
    #expect(long.description == "my.toml:1: more than 65536 bytes; expected a keymap")
    for deep in [String(repeating: "a.", count: 30_000) + "a = 1", "a = " + String(repeating: "[", count: 60_000)] {
      #expect(throws: KeymapError.self) { try Keymap(parsing: deep, fileName: "my.toml", actions: []) }
    }
  }

  @Test("A shipped file has no base")
  func shippedBase() throws {
    let error = try #require(throws: KeymapError.self) { try Keymap(parsing: "base = 'vim'", fileName: "a.toml", actions: []) }
    #expect(error.description == "a.toml:1: a base ('vim') is only for keymaps of a user's own")
  }

  @Test("Garbage is refused or read, and never more than that")
  func garbage() {
    var random = SplitMix(state: 7)
    let pieces = [
      "[", "]", "{", "}", "=", "\"", "'", "'''", "\"\"\"", "\\", "#", "\n", "\r\n", ".", ",", "keys", "undo", " ", "é", "1", "\u{0}", "-",
      "\t", "\u{FEFF}", "[[", "a.b", "true", "2026-11-22", "\u{85}", "\u{A0}", "\u{2028}",
    ]
    for _ in 0..<20_000 {
      let toml = (0..<random.next() % 24).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
      _ = try? Keymap(parsing: toml, fileName: "garbage", actions: ["undo"])
      _ = try? Keymap(parsing: "[keys]\nundo = 'u'\n" + toml, fileName: "garbage", actions: ["undo"])
    }
  }

  @Test("The nearest name")
  func nearest() {
    let names = ["undo", "quit", "next-record", "next-window"]
    #expect(nearestName(to: "next-rekord", among: names) == "next-record")
    #expect(nearestName(to: "undoo", among: names) == "undo")
    #expect(nearestName(to: "xyz", among: names) == nil)
    #expect(nearestName(to: "", among: names) == nil)
    #expect(nearestName(to: "undo", among: []) == nil)
    #expect(nearestName(to: String(repeating: "x", count: 100_000), among: names) == nil)
  }
}
