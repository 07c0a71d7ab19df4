import Files
import Foundation

extension UUID {
  /// An identifier made from SHA-256 of texts (RFC 9562, version 8).
  ///
  /// - Parameter neighbour: another identifier near which this one is to lie in an index: it begins with the same eight bytes. An index of many thousand
  ///   identifiers in no order is written a page an entry.
  init(contentOf texts: [String], beside neighbour: UUID? = nil) {
    self.init(beside: neighbour) { hash in
      for text in texts { hash.add(text) }
    }
  }

  /// An identifier made from SHA-256 of what is added to a hash.
  init(beside neighbour: UUID? = nil, _ add: (inout FieldHash) -> Void) {
    var hash = FieldHash(tag: "einthoven-identifier-1")
    add(&hash)
    var bytes = Array(hash.finalize().prefix(16))
    if let neighbour { withUnsafeBytes(of: neighbour.uuid) { bytes.replaceSubrange(0..<8, with: $0.prefix(8)) } }
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }

  /// Where in an index something of this identifier's lies by its position: its first four bytes, and the position in the bits that a version leaves.
  func followed(by position: Int) -> UUID {
    var uuid = uuid
    withUnsafeMutableBytes(of: &uuid) {
      let place = UInt32(truncatingIfNeeded: (position >> 12) << 16 | position & 0x0FFF)
      $0.storeBytes(of: place.bigEndian, toByteOffset: 4, as: UInt32.self)
    }
    return UUID(uuid: uuid)
  }

  /// One of many identifiers that are made at a time, the later behind the earlier (RFC 9562, version 7, with a counter that carries into the time).
  ///
  /// - Parameter chance: a random identifier, from which all of them have their second half.
  init(inOrder number: Int, at milliseconds: Int64, chance: UUID) {
    var uuid = chance.uuid
    let time = UInt64(clamping: milliseconds) &+ UInt64(number) / 4096
    let counter = UInt64(number) % 4096
    withUnsafeMutableBytes(of: &uuid) { $0.storeBytes(of: (time << 16 | 0x7000 | counter).bigEndian, as: UInt64.self) }
    self = UUID(uuid: uuid)
  }

  /// The identifier of a stored text, which `uuidString` and ``stored`` made; nil where there is none.
  init?(stored text: String) {
    var uuid = uuid_t(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    let isWhole = withUnsafeMutableBytes(of: &uuid) { bytes in
      var count = 0
      for character in text.utf8 where character != UInt8(ascii: "-") {
        guard let digit = character.hexadecimalDigitValue, count < 32 else { return false }
        bytes[count / 2] = bytes[count / 2] << 4 | digit
        count += 1
      }
      return count == 32
    }
    guard isWhole else { return nil }
    self = UUID(uuid: uuid)
  }

  /// The text of `uuidString`, which Foundation leaves to C's formatted output: of an import that took a fifteenth of the time.
  var stored: String {
    withUnsafeBytes(of: uuid) { bytes in
      String(unsafeUninitializedCapacity: 36) { text in
        var place = 0
        func put(_ character: UInt8) {
          text[place] = character
          place += 1
        }
        func put(digit: UInt8) { put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10) }
        for (index, byte) in bytes.enumerated() {
          if index == 4 || index == 6 || index == 8 || index == 10 { put(UInt8(ascii: "-")) }
          put(digit: byte >> 4)
          put(digit: byte & 15)
        }
        return place
      }
    }
  }
}
