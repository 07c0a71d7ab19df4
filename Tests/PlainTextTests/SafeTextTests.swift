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

  @Test(arguments: [
    ("two\r\nlines", #"two\x0d\x0alines"#), (#"C:\x86\folder"#, #"C:\x5cx86\folder"#), ("\u{9B}31m", #"\xc2\x9b31m"#),
    ("\u{2028}", #"\xe2\x80\xa8"#), ("\\\n", #"\\x0a"#), (#"\\x0a"#, #"\\x5cx0a"#), ("e\u{301}\u{FEFF}患", "e\u{301}\\xef\\xbb\\xbf患"),
    ("naïve 心電図 \\n", "naïve 心電図 \\n"), ("\\", "\\"), ("", ""),
  ])
  func controlCharactersAreWrittenSoThatTheyAreReadAgain(text: String, written: String) {
    #expect(Array(text.withControlCharactersWritten.utf8) == Array(written.utf8))
    #expect(Array(written.withControlCharactersRead.utf8) == Array(text.utf8))
  }

  @Test(arguments: [#"C:\x86"#, #"\x41"#, #"\x0"#, #"\x"#, #"\x-1\x+1"#, #"\xc2"#, #"\xc2\x41"#, #"\xgg"#])
  func whatIsNoWrittenControlCharacterIsTextLikeAnyOther(text: String) {
    #expect(text.withControlCharactersRead == text)
  }

  @Test func partsOfStringsWorkToo() {
    #expect("xx\u{07}y".dropFirst().withoutControlCharacters == "x\u{FFFD}y")
  }
}
