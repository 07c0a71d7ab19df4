import TerminalUI
import Testing

/// What terminals send besides characters: never read as the letters and digits it is written with.
@Suite("Control sequences")
struct ControlSequenceTests {
  private func characters(_ text: String) -> [RawInput] { text.unicodeScalars.map { .character($0.value) } }

  private func names(_ inputs: [InputDecoder.Input]) -> [String] {
    inputs.map { input in
      switch input {
      case .key(let stroke): "\(stroke)"
      case .mouse(let event): "mouse:\(event.kind) \(event.column) \(event.row)"
      case .paste(let text): "paste:\(text)"
      }
    }
  }

  private func keys(_ text: String) -> [String] {
    var decoder = InputDecoder()
    return names(decoder.decode(characters(text)))
  }

  @Test(
    "Keys that terminfo did not name are known all the same",
    arguments: [
      ("[A", "up"), ("OB", "down"), ("[C", "right"), ("OD", "left"), ("[1C", "right"), ("[H", "home"), ("[8~", "end"), ("[5~", "pageup"),
      ("[6~", "pagedown"), ("[3~", "delete"), ("[2~", "insert"), ("[Z", "shift-tab"), ("OP", "f1"), ("[15~", "f5"), ("[24~", "f12"),
      ("OM", "enter"), ("Oq", "1"), ("Op", "0"),
    ])
  func known(sequence: String, key: String) {
    #expect(keys("\u{1B}" + sequence + "n") == [key, "n"])
  }

  @Test(
    "Keys with Shift, Ctrl and Alt, reports and answers are no keys of ours",
    arguments: [
      "[1;5A", "[1;2P", "[49;5u", "[3;5~", "O5A", "[I", "[O", "[?62;22c", "[5;3R", "[M !!", "]11;rgb:1212/1313/1414\u{7}",
      "]11;rgb:1212/1313/1414\u{1B}\\", "P>|XTerm(370)\u{1B}\\", "[>1;3 q",
    ])
  func unknown(sequence: String) {
    #expect(keys("\u{1B}" + sequence + "n") == ["n"])
  }

  @Test("Alt with a key that begins sequences is still that key")
  func alt() {
    #expect(keys("\u{1B}]12") == ["alt-]", "1", "2"])
    #expect(keys("\u{1B}Pq") == ["alt-P", "q"])
    var decoder = InputDecoder()
    #expect(decoder.decode(characters("\u{1B}[")).isEmpty)
    #expect(decoder.patienceMilliseconds == 50)
    #expect(names(decoder.giveUp()) == ["alt-["])
    #expect(decoder.patienceMilliseconds == nil)
    #expect(names(decoder.decode(characters("1"))) == ["1"])
  }

  @Test("A sequence may arrive in two pieces, cut anywhere", arguments: ["[C", "OC", "[1C"])
  func pieces(sequence: String) {
    let whole = characters("\u{1B}" + sequence)
    for cut in 1..<whole.count {
      var decoder = InputDecoder()
      let first = names(decoder.decode(Array(whole[..<cut]), at: 1))
      // Escape alone cannot wait: it is told, and what follows is still the key and not its letters.
      #expect(first == (cut == 1 ? ["esc"] : []))
      #expect(names(decoder.decode(Array(whole[cut...]), at: 1.04)) == ["right"])
      #expect(names(decoder.decode(characters("C"), at: 1.1)) == ["C"])
    }
  }

  @Test("Escape and then keys, typed, are what they are")
  func typed() {
    var decoder = InputDecoder()
    #expect(names(decoder.decode(characters("\u{1B}"), at: 1)) == ["esc"])
    #expect(names(decoder.decode(characters("["), at: 1.2)) == ["["])
    #expect(names(decoder.decode(characters("C"), at: 1.25)) == ["C"])
    #expect(names(decoder.decode(characters("\u{1B}"), at: 2)) == ["esc"])
    #expect(names(decoder.decode(characters("[C"), at: 2.4)) == ["[", "C"])
    #expect(names(decoder.decode(characters("\u{1B}"), at: 3)) == ["esc"])
    #expect(names(decoder.decode(characters("1"), at: 3.1)) == ["1"])
  }

  @Test("A sequence that is never finished is no key, and the next is one")
  func unfinished() {
    var decoder = InputDecoder()
    #expect(decoder.decode(characters("\u{1B}[1;")).isEmpty)
    #expect(decoder.giveUp().isEmpty)
    #expect(names(decoder.decode(characters("1"))) == ["1"])
    #expect(decoder.decode(characters("\u{1B}[1;")).isEmpty)
    #expect(names(decoder.decode([.key(.up)])) == ["up"])
  }

  @Test("Pasted text whose begin or end arrives in two pieces is still never keys")
  func paste() {
    for beginsLate in [false, true] {
      var decoder = InputDecoder()
      var inputs = decoder.decode(beginsLate ? characters("\u{1B}") : [.pasteStart], at: 1)
      inputs += decoder.decode(characters((beginsLate ? "[200~" : "") + "12\u{1B}"), at: 1.05)
      inputs += decoder.decode(characters("[201"), at: 1.1)
      inputs += decoder.decode(characters("~q"), at: 1.15)
      #expect(names(inputs) == (beginsLate ? ["esc"] : []) + ["paste:12", "q"])
    }
    #expect(keys("\u{1B}[200~1\u{1B}\u{1B}[201~q") == ["paste:1", "q"])
    #expect(keys("\u{1B}[200~\u{1B}[201\u{1B}[2J1\u{1B}[201~q") == ["paste:[201[2J1", "q"])
  }
}
