import Foundation

/// The stored entries of a zip archive, as PyTorch writes them; zip64 included.
///
/// Compressed or encrypted entries are refused: no checkpoint has them, and without them nothing can unpack to more than the file's own
/// size.
struct ZipArchive {
  /// Where an entry's bytes lie in the file.
  let entries: [String: Range<Int>]
  /// The whole file.
  let bytes: Data
  private let file: String

  private static let maximumEntryCount = 100_000
  private static let endSignature: UInt32 = 0x0605_4B50
  private static let zip64LocatorSignature: UInt32 = 0x0706_4B50
  private static let zip64EndSignature: UInt32 = 0x0606_4B50
  private static let centralSignature: UInt32 = 0x0201_4B50
  private static let localSignature: UInt32 = 0x0403_4B50

  /// Maps a file and reads its directory.
  ///
  /// - Throws: ``ModelError``.
  init(contentsOf url: URL) throws {
    file = url.relativePath
    bytes = try Data(mappingRegularFile: url)
    let reader = DirectoryReader(bytes: bytes, file: file)
    let end = try reader.end()
    guard end.count <= Self.maximumEntryCount else { throw reader.malformed("\(end.count) entries") }
    var entries: [String: Range<Int>] = [:]
    var offset = end.offset
    for _ in 0..<end.count {
      let (name, range, next) = try reader.entry(at: offset)
      guard entries.updateValue(range, forKey: name) == nil else { throw reader.malformed("two entries called \"\(name)\"") }
      offset = next
    }
    self.entries = entries
  }

  /// Reads a zip directory; every offset is checked before it is used.
  private struct DirectoryReader {
    let bytes: Data
    let file: String

    func malformed(_ reason: String) -> ModelError { .malformed(file: file, reason: "not a PyTorch zip checkpoint: \(reason)") }

    func integer<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) throws -> Value {
      guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else { throw malformed("it ends in the middle of its directory") }
      return bytes.littleEndianInteger(at: offset, as: type)
    }

    /// A 64-bit number that must be a place or length within the file.
    func place(at offset: Int) throws -> Int {
      let value = try integer(at: offset, as: UInt64.self)
      guard value <= UInt64(bytes.count) else { throw malformed("an offset of \(value) in \(bytes.count) bytes") }
      return Int(value)
    }

    /// Number of entries, and the offset of the first one's directory record.
    func end() throws -> (count: Int, offset: Int) {
      let lowest = max(0, bytes.count - 22 - 0xFFFF)
      var position = bytes.count - 22
      while position >= lowest, try integer(at: position, as: UInt32.self) != ZipArchive.endSignature { position -= 1 }
      guard position >= lowest else { throw malformed("it has no zip directory") }
      let count = Int(try integer(at: position + 10, as: UInt16.self))
      let offset = Int(try integer(at: position + 16, as: UInt32.self))
      guard count == 0xFFFF || offset == 0xFFFF_FFFF else { return (count, offset) }
      guard try integer(at: position - 20, as: UInt32.self) == ZipArchive.zip64LocatorSignature else { return (count, offset) }
      let record = try place(at: position - 12)
      guard try integer(at: record, as: UInt32.self) == ZipArchive.zip64EndSignature else {
        throw malformed("its zip64 directory is missing")
      }
      return (try place(at: record + 32), try place(at: record + 48))
    }

    /// One directory record: the entry's name and bytes, and the offset of the next record.
    func entry(at offset: Int) throws -> (name: String, range: Range<Int>, next: Int) {
      guard try integer(at: offset, as: UInt32.self) == ZipArchive.centralSignature else {
        throw malformed("a directory record is missing")
      }
      let flags = try integer(at: offset + 8, as: UInt16.self)
      let method = try integer(at: offset + 10, as: UInt16.self)
      let nameLength = Int(try integer(at: offset + 28, as: UInt16.self))
      let extraLength = Int(try integer(at: offset + 30, as: UInt16.self))
      let commentLength = Int(try integer(at: offset + 32, as: UInt16.self))
      let next = offset + 46 + nameLength + extraLength + commentLength
      guard next <= bytes.count else { throw malformed("it ends in the middle of its directory") }
      guard let name = String(validating: bytes[offset + 46..<offset + 46 + nameLength], as: UTF8.self) else {
        throw malformed("an entry's name is not UTF-8")
      }
      guard flags & 1 == 0, method == 0 else { throw malformed("the entry \"\(name)\" is compressed or encrypted; expected it stored") }

      var fields = [
        Int(try integer(at: offset + 24, as: UInt32.self)), Int(try integer(at: offset + 20, as: UInt32.self)),
        Int(try integer(at: offset + 42, as: UInt32.self)),
      ]
      try expandZip64(&fields, extra: offset + 46 + nameLength, length: extraLength)
      let (size, storedSize, localOffset) = (fields[0], fields[1], fields[2])
      guard size == storedSize, try integer(at: localOffset, as: UInt32.self) == ZipArchive.localSignature else {
        throw malformed("the entry \"\(name)\" is not where the directory says")
      }
      let localNameLength = Int(try integer(at: localOffset + 26, as: UInt16.self))
      let localExtraLength = Int(try integer(at: localOffset + 28, as: UInt16.self))
      let start = localOffset + 30 + localNameLength + localExtraLength
      guard start <= bytes.count, size <= bytes.count - start else {
        throw malformed("the entry \"\(name)\" reaches beyond the end of the file")
      }
      return (name, start..<start + size, next)
    }

    /// Replaces each field that is all ones by its 64-bit value in the zip64 extra field (header 1), in the standard's order.
    private func expandZip64(_ fields: inout [Int], extra: Int, length: Int) throws {
      guard fields.contains(0xFFFF_FFFF) else { return }
      var position = extra
      while position + 4 <= extra + length {
        let size = Int(try integer(at: position + 2, as: UInt16.self))
        if try integer(at: position, as: UInt16.self) == 1 {
          var value = position + 4
          for index in fields.indices where fields[index] == 0xFFFF_FFFF {
            guard value + 8 <= position + 4 + size else { throw malformed("a zip64 field is cut short") }
            fields[index] = try place(at: value)
            value += 8
          }
          return
        }
        position += 4 + size
      }
      throw malformed("a zip64 field is missing")
    }
  }
}
