import Files
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
    do {
      self = try RegularFile(path: url.path, shownAs: file).mapped(limit: 2 << 30)
    } catch {
      switch error {
      case .tooLong(_, _, let limit): throw ModelError.unreadable(file: file, reason: "longer than \(limit) bytes; expected a shorter file")
      case .notRegular: throw ModelError.unreadable(file: file, reason: "not a regular file")
      default: throw ModelError.unreadable(file: file, reason: error.problem)
      }
    }
  }

  /// The little-endian integer at an offset from the start.
  ///
  /// - Precondition: it lies within the data.
  func littleEndianInteger<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) -> Value {
    withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self)) }
  }
}
