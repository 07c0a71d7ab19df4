import Files
import Foundation

/// Fields one after the other, as they are hashed: the byte 0 where a field is null, else the byte 1, its length in bytes (UInt64, little-endian) and the bytes.
///
/// Their lengths are there with them, so that no two lists of fields give the same bytes. A long log is made of hundreds of bytes an event: they are written
/// into memory that is kept, not appended to arrays.
struct FieldBytes: ~Copyable {
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  /// How many bytes there are.
  private(set) var count = 0

  init(capacity: Int = 1 << 12) {
    self.capacity = capacity
    memory = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { memory.deallocate() }

  /// All bytes; gone at the next change.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

  /// Forgets the bytes, not the memory.
  mutating func clear() { count = 0 }

  mutating func add(_ text: String?) {
    guard var text else { return add(nil as UnsafeRawBufferPointer?) }
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  mutating func add(_ data: Data) { data.withUnsafeBytes { add($0) } }

  mutating func add(_ field: UnsafeRawBufferPointer?) {
    guard let field else {
      reserve(1)
      memory.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
      count += 1
      return
    }
    begin(field.count)
    append(field)
  }

  /// The decimal digits of a number.
  mutating func add(_ number: (some FixedWidthInteger)?) {
    guard let number else { return add(nil as UnsafeRawBufferPointer?) }
    var magnitude = UInt64(number.magnitude)
    var length = number < 0 ? 1 : 0
    var rest = magnitude
    repeat {
      length += 1
      rest /= 10
    } while rest > 0
    begin(length)
    if number < 0 { memory.storeBytes(of: UInt8(ascii: "-"), toByteOffset: count, as: UInt8.self) }
    count += length
    var place = count
    repeat {
      place -= 1
      memory.storeBytes(of: UInt8(ascii: "0") + UInt8(magnitude % 10), toByteOffset: place, as: UInt8.self)
      magnitude /= 10
    } while magnitude > 0
  }

  /// Appends bytes as they are: a tag, or fields made before.
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    (memory + count).copyMemory(from: start, byteCount: bytes.count)
    count += bytes.count
  }

  mutating func append(tag: String) {
    var tag = tag
    tag.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// What stands before a field of so many bytes, with room for it.
  private mutating func begin(_ length: Int) {
    reserve(9 + length)
    memory.storeBytes(of: 1, toByteOffset: count, as: UInt8.self)
    memory.storeBytes(of: UInt64(length).littleEndian, toByteOffset: count + 1, as: UInt64.self)
    count += 9
  }

  private mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    let larger = max(capacity * 2, count + more)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    moved.copyMemory(from: memory, byteCount: count)
    memory.deallocate()
    (memory, capacity) = (moved, larger)
  }
}

/// SHA-256 over a tag and fields.
struct FieldHash: ~Copyable {
  /// So many bytes are gathered before they are hashed: calls for a few bytes each take longer than the hash.
  private static let piece = 1 << 16

  /// What was added since the last piece.
  var fields = FieldBytes()
  private var hash = SHA256()

  init(tag: String) { fields.append(tag: tag) }

  mutating func add(_ text: String?) { fields.add(text) }

  mutating func add(_ data: Data) { fields.add(data) }

  /// Hashes what was gathered, where that is much: between the rows of a long list.
  mutating func passOn() {
    if fields.count > Self.piece { takeIn() }
  }

  /// The digest of all that was added; the hash begins anew, without a tag.
  mutating func finalize() -> Data {
    takeIn()
    var digest = Data(count: 32)
    digest.withUnsafeMutableBytes { if let start = $0.baseAddress { hash.finish(into: start) } }
    return digest
  }

  private mutating func takeIn() {
    hash.update(fields.bytes)
    fields.clear()
  }
}
