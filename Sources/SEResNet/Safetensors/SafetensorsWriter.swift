import Foundation

/// Writes a safetensors file of tensors in single or half precision.
package enum SafetensorsWriter {
  /// One tensor to write.
  package struct Tensor {
    let name: String
    let shape: [Int]
    let values: [Float]
    var format = Format.float32

    /// A tensor in single precision, or another format.
    package init(name: String, shape: [Int], values: [Float], format: Format = .float32) {
      self.name = name
      self.shape = shape
      self.values = values
      self.format = format
    }
  }

  /// How numbers are written.
  package enum Format: String, Encodable {
    case float16 = "F16"
    case float32 = "F32"

    var byteCount: Int { self == .float16 ? 2 : 4 }
  }

  private struct Entry: Encodable {
    let dtype: Format
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  /// Any header entry.
  private enum Header: Encodable {
    case strings([String: String])
    case tensor(Entry)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .strings(let strings): try strings.encode(to: encoder)
      case .tensor(let entry): try entry.encode(to: encoder)
      }
    }
  }

  /// The bytes of a file that holds the tensors, in the order given, and a table of strings.
  ///
  /// The same input gives the same bytes.
  package static func bytes(of tensors: [Tensor], metadata: [String: String]) throws -> Data {
    var header: [String: Header] = ["__metadata__": .strings(metadata)]
    var offset = 0
    for tensor in tensors {
      let size = tensor.values.count * tensor.format.byteCount
      header[tensor.name] = .tensor(Entry(dtype: tensor.format, shape: tensor.shape, offsets: [offset, offset + size]))
      offset += size
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = try encoder.encode(header)
    // The format asks that data start on a multiple of eight bytes.
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    var result = Data(capacity: 8 + text.count + offset)
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { result.append(contentsOf: $0) }
    result.append(text)
    for tensor in tensors {
      switch tensor.format {
      case .float16: tensor.values.map { NumberFormat.halfBits($0).littleEndian }.withUnsafeBytes { result.append(contentsOf: $0) }
      case .float32: tensor.values.map(\.bitPattern.littleEndian).withUnsafeBytes { result.append(contentsOf: $0) }
      }
    }
    return result
  }
}
