import TerminalUI
import Testing

@Suite("Keys and their names")
struct KeyStrokeTests {
  static let everyKey: [KeyStroke] = {
    let characters = (UInt32(0x21)...0x7E).compactMap { Unicode.Scalar($0) } + ["é", "ß", "µ", "ж", "心"]
    let keys = KeyStroke.namedKeys + characters.map { .character($0) }
    let controls = (UInt8(0)...0x1F).map { KeyStroke(controlCharacter: $0) } + [KeyStroke(controlCharacter: 0x7F)]
    return keys.map { KeyStroke($0) } + keys.map { KeyStroke($0, alt: true) } + controls
      + (UInt8(0)...0x1F).map { KeyStroke(controlCharacter: $0, alt: true) }
  }()

  @Test("A key's name makes the key again", arguments: everyKey)
  func roundTrip(stroke: KeyStroke) {
    #expect(KeyStroke(parsing: stroke.description) == stroke)
  }

  @Test("Names as people write them")
  func names() {
    let same = [
      ("CTRL-N", "ctrl-n"), ("Ctrl-n", "ctrl-n"), ("ctrl-N", "ctrl-n"), ("PageUp", "pageup"), ("F12", "f12"), ("Shift-Tab", "shift-tab"),
      ("ctrl-i", "tab"), ("ctrl-m", "enter"), ("ctrl-[", "esc"), ("alt-ctrl-x", "alt-ctrl-x"), ("ctrl-alt-x", "alt-ctrl-x"),
      ("alt--", "alt--"), ("-", "-"), ("alt-X", "alt-X"), ("ctrl-space", "ctrl-space"),
    ]
    for (written, name) in same { #expect(KeyStroke(parsing: written)?.description == name, "\(written)") }
    #expect(KeyStroke(parsing: "a") != KeyStroke(parsing: "A"))
    #expect(KeyStroke(parsing: "?") == .character("?"))
  }

  @Test(
    "What names no key",
    arguments: [
      "", " ", "ab", "ctrl-", "ctrl-1", "ctrl--", "ctrl-left", "shift-a", "f0", "f25", "f01", "meta-x", "ctrl-ctrl-a", "\u{1B}", "\u{301}",
      "e\u{301}", "alt-", "é́", "hyper",
    ]
  )
  func noKeys(text: String) {
    #expect(KeyStroke(parsing: text) == nil)
  }
}

@Suite("Raw input")
struct InputDecoderTests {
  private func keys(_ raw: [RawInput]) -> [String] {
    var decoder = InputDecoder()
    return decoder.decode(raw).map { input in
      switch input {
      case .key(let stroke): stroke.description
      case .mouse(let event): "mouse:\(event.kind) \(event.column) \(event.row)"
      case .paste(let text): "paste:\(text)"
      }
    }
  }

  private func characters(_ text: String) -> [RawInput] { text.unicodeScalars.map { .character($0.value) } }

  @Test("Alt is an escape that arrives with a key")
  func alt() {
    #expect(keys(characters("\u{1B}xy")) == ["alt-x", "y"])
    #expect(keys(characters("\u{1B}")) == ["esc"])
    #expect(keys(characters("\u{1B}\u{1B}")) == ["esc", "esc"])
    #expect(keys(characters("a\u{1B}")) == ["a", "esc"])
    #expect(keys([.character(0x1B), .key(.left)]) == ["alt-left"])
    #expect(keys(characters("\u{1B}\r")) == ["alt-enter"])
  }

  @Test("Escape and a key that arrive apart are two keys")
  func apart() {
    var decoder = InputDecoder()
    #expect(decoder.decode(characters("\u{1B}")) == [.key(KeyStroke(.escape))])
    #expect(decoder.decode(characters("1")) == [.key(.character("1"))])
  }

  @Test("Controls and what is no character")
  func controls() {
    #expect(keys(characters("\r\t\u{7F}\u{8}\u{0E}\u{0}")) == ["enter", "tab", "backspace", "ctrl-h", "ctrl-n", "ctrl-space"])
    #expect(keys([.character(0x9B), .character(0xD800), .character(0x110000), .pasteEnd, .character(0x31)]) == ["1"])
  }

  @Test("Pasted text is never keys")
  func paste() {
    let raw: [RawInput] = characters("a") + [.pasteStart] + characters("1\r2\u{1B}3\u{7}\t") + [.key(.up), .pasteStart, .pasteEnd]
    #expect(keys(raw + characters("q")) == ["a", "paste:1\n23\t", "q"])
  }

  @Test("A paste may come in pieces, and may end without an end")
  func pieces() {
    var decoder = InputDecoder()
    #expect(decoder.decode([.pasteStart] + characters("12")).isEmpty)
    #expect(decoder.isPasting)
    #expect(decoder.decode(characters("3")).isEmpty)
    #expect(decoder.decode([.pasteEnd]) == [.paste("123")])
    #expect(!decoder.isPasting)
    #expect(decoder.giveUp().isEmpty)
    _ = decoder.decode([.pasteStart] + characters("4"))
    #expect(decoder.giveUp() == [.paste("4")])
    #expect(decoder.decode(characters("5")) == [.key(.character("5"))])
  }

  @Test("A paste takes no more memory than a page of text")
  func endless() {
    var decoder = InputDecoder()
    _ = decoder.decode([.pasteStart])
    for _ in 0..<20 { _ = decoder.decode(Array(repeating: .character(0x78), count: 10_000)) }
    guard case .paste(let text)? = decoder.giveUp().first else {
      Issue.record("no paste")
      return
    }
    #expect(text.count == InputDecoder.longestPaste)
  }
}
