import Files
import Testing

/// Vectors of NIST's Cryptographic Algorithm Validation Program and of FIPS 180-2, appendix B.
@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func digestsAreNISTs(text: String, digest: String) {
    #expect(SHA256.hash(text.utf8).hexadecimal == digest)
  }

  @Test func aMillionLettersInUnevenPiecesAreOneDigest() {
    var hash = SHA256()
    var left = 1_000_000
    var piece = 1
    while left > 0 {
      let count = min(piece, left)
      hash.update(repeatElement(UInt8(ascii: "a"), count: count))
      left -= count
      piece += 1
    }
    #expect(hash.finalize().hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func aLongOneInOnePieceIsTheSame() {
    let digest = SHA256.hash([UInt8](repeating: 0x61, count: 1_000_000))
    #expect(digest.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    #expect(digest.bytes.count == 32)
  }
}
