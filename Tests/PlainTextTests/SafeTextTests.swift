import PlainText
import Testing

struct SafeTextTests {
  @Test func controlCharactersAreReplaced() {
    #expect("a\u{1B}[2Jb".withoutControlCharacters == "a\u{FFFD}[2Jb")
    #expect("\r\n\t\u{7F}\u{9B}".withoutControlCharacters == "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")
    #expect("abc\u{202E}txt".withoutControlCharacters == "abc\u{FFFD}txt")
    #expect("\u{061C}\u{2028}\u{2067}\u{FEFF}".withoutControlCharacters == "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")
  }

  @Test(arguments: ["", "plain", "naïve 心電図 👩‍⚕️", "a\u{301}"])
  func harmlessTextIsUntouched(text: String) {
    #expect(Array(text.withoutControlCharacters.utf8) == Array(text.utf8))
  }

  @Test func partsOfStringsWorkToo() {
    #expect("xx\u{07}y".dropFirst().withoutControlCharacters == "x\u{FFFD}y")
  }
}
