import Foundation

/// Writes a safetensors file of single-precision tensors.
enum SafetensorsWriter {
  /// One tensor to write.
  struct Tensor {
    let name: String
    let shape: [Int]
    let values: [Float]
  }

  private struct Entry: Encodable {
    let dtype = "F32"
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
  static func bytes(of tensors: [Tensor], metadata: [String: String]) throws -> Data {
    var header: [String: Header] = ["__metadata__": .strings(metadata)]
    var offset = 0
    for tensor in tensors {
      let size = tensor.values.count * 4
      header[tensor.name] = .tensor(Entry(shape: tensor.shape, offsets: [offset, offset + size]))
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
      tensor.values.map(\.bitPattern.littleEndian).withUnsafeBytes { result.append(contentsOf: $0) }
    }
    return result
  }
}
