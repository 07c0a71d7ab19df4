import Foundation

extension Data {
  /// A regular file mapped into memory.
  ///
  /// Devices and pipes, which may never end, are refused, and so are files too long to be a model: reading one only to say so would take
  /// minutes.
  ///
  /// - Throws: ``ModelError/unreadable(file:reason:)``.
  init(mappingRegularFile url: URL) throws {
    let file = url.relativePath
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
    } catch {
      throw ModelError.unreadable(file: file, reason: "no such file, or it cannot be read")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw ModelError.unreadable(file: file, reason: "not a regular file")
    }
    let limit = 2 << 30
    guard let size = attributes[.size] as? NSNumber, size.intValue <= limit else {
      throw ModelError.unreadable(file: file, reason: "longer than \(limit) bytes; expected a shorter file")
    }
    do {
      self = try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw ModelError.unreadable(file: file, reason: "the file cannot be read")
    }
  }

  /// The little-endian integer at an offset from the start.
  ///
  /// - Precondition: it lies within the data.
  func littleEndianInteger<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) -> Value {
    withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self)) }
  }
}
