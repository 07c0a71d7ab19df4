import Files
import Testing

@Suite struct HexadecimalTests {
  @Test func everyByteIsReadBackInEitherCase() {
    let bytes = [UInt8](0...255)
    #expect([0, 9, 0xA0, 0xFF].hexadecimal == "0009a0ff")
    #expect([UInt8](hexadecimal: bytes.hexadecimal.utf8) == bytes)
    #expect([UInt8](hexadecimal: bytes.hexadecimal.uppercased().utf8) == bytes)
  }

  @Test(arguments: ["0", "0g", "-1", " 1", "1 ", "0x", "é"]) func otherTextIsNone(text: String) {
    #expect([UInt8](hexadecimal: text.utf8) == nil)
  }
}
