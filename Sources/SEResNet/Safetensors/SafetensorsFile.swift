import Foundation

/// A safetensors file, mapped into memory: named tensors of floating-point numbers and a table of strings.
///
/// The format is 8 bytes of header length (little endian), a JSON header, then the tensors' bytes. Every length and offset is checked
/// against the file before use; only tensors that are asked for are looked at.
package struct SafetensorsFile: Sendable {
  /// One tensor's entry in the header.
  struct Tensor: Sendable, Equatable {
    let shape: [Int]
    let format: NumberFormat
    /// Offset of its first byte in the file.
    let offset: Int
    let elementCount: Int
  }

  /// The whole file.
  let bytes: Data
  /// The tensors by name.
  let tensors: [String: Tensor]
  /// The entries of `__metadata__`.
  package let metadata: [String: String]
  private let file: String

  /// A header longer than this is a lie: this network's has 20 kB.
  private static let maximumHeaderLength = 1 << 20

  /// Maps the file and reads its header.
  ///
  /// - Throws: ``ModelError``.
  package init(contentsOf url: URL) throws {
    try self.init(bytes: Data(mappingRegularFile: url), file: url.relativePath)
  }

  /// Reads the header of a file's bytes; `file` is what errors call it.
  ///
  /// - Throws: ``ModelError``.
  package init(bytes: Data, file: String) throws {
    self.file = file
    self.bytes = bytes
    func malformed(_ reason: String) -> ModelError { .malformed(file: file, reason: "not a safetensors file: \(reason)") }
    if Self.pyTorchStarts.contains(where: { bytes.starts(with: $0) }) {
      throw ModelError.malformed(file: file, reason: "a checkpoint of PyTorch; 'einthoven model import' makes a model file of it")
    }
    guard bytes.count >= 8 else { throw malformed("\(bytes.count) bytes; expected a header") }
    let declared = bytes.littleEndianInteger(at: 0, as: UInt64.self)
    guard declared <= UInt64(min(Self.maximumHeaderLength, bytes.count - 8)) else {
      throw malformed("a header of \(declared) bytes in a file of \(bytes.count)")
    }
    let dataStart = 8 + Int(declared)
    guard let header = try? JSONDecoder().decode([String: HeaderEntry].self, from: bytes[8..<dataStart]) else {
      throw malformed("the header is not a JSON object of tensors")
    }
    var tensors: [String: Tensor] = [:]
    var metadata: [String: String] = [:]
    for (name, entry) in header {
      switch entry {
      case .strings(let strings): metadata = strings
      case .tensor(let shape, let format, let offsets):
        guard let tensor = Tensor(shape: shape, formatName: format, offsets: offsets, dataStart: dataStart, end: bytes.count) else {
          throw malformed("tensor \"\(name)\": \(format) \(shape) at \(offsets) in \(bytes.count - dataStart) bytes of data")
        }
        tensors[name] = tensor
      }
    }
    // Two tensors over the same bytes would be two names for one weight, and a small file a large network.
    var end = 0
    for (name, tensor) in tensors.sorted(by: { $0.value.offset < $1.value.offset }) where tensor.elementCount > 0 {
      guard tensor.offset >= end else { throw malformed("tensor \"\(name)\" lies over another one") }
      end = tensor.offset + tensor.elementCount * tensor.format.byteCount
    }
    self.tensors = tensors
    self.metadata = metadata
  }

  /// How files of PyTorch begin: an archive, or, before its version 1.6, a pickle.
  private static let pyTorchStarts: [[UInt8]] = [Array("PK\u{03}\u{04}".utf8), [0x80, 0x02]]

  /// Whether there is a tensor of this name.
  package func holds(_ name: String) -> Bool { tensors[name] != nil }

  /// Hands the values of a tensor to `body`, straight from the mapped file where they are single-precision numbers at an aligned address.
  ///
  /// Values may be infinite or NaN.
  ///
  /// - Throws: ``ModelError`` where it is missing or has another shape; what `body` throws.
  package func withValues<Result>(of name: String, shape: [Int], _ body: (UnsafeBufferPointer<Float>) throws -> Result) throws -> Result {
    let tensor = try tensor(name, shape: shape)
    return try bytes.withUnsafeBytes { bytes in
      if tensor.format == .float32, let base = bytes.baseAddress, Int(bitPattern: base + tensor.offset).isMultiple(of: 4) {
        let values = UnsafeRawBufferPointer(rebasing: bytes[tensor.offset..<tensor.offset + 4 * tensor.elementCount])
        return try body(values.assumingMemoryBound(to: Float.self))
      }
      return try tensor.format.floats(in: bytes, at: tensor.offset, count: tensor.elementCount).withUnsafeBufferPointer(body)
    }
  }

  private func tensor(_ name: String, shape: [Int]) throws -> Tensor {
    guard let tensor = tensors[name] else { throw ModelError.missingTensor(file: file, name: name) }
    guard tensor.shape == shape else { throw ModelError.wrongShape(file: file, name: name, found: tensor.shape, expected: shape) }
    return tensor
  }

  /// The values of a tensor as single-precision numbers.
  ///
  /// - Throws: ``ModelError`` where it is missing, has another shape, or holds a value that is not finite.
  package func values(of name: String, shape: [Int]) throws -> [Float] {
    let tensor = try tensor(name, shape: shape)
    let values = bytes.withUnsafeBytes { tensor.format.floats(in: $0, at: tensor.offset, count: tensor.elementCount) }
    guard values.allSatisfy(\.isFinite) else { throw ModelError.badWeight(file: file, name: name) }
    return values
  }
}

/// A header's entry: a tensor, or the table of strings.
private enum HeaderEntry: Decodable {
  case strings([String: String])
  case tensor(shape: [Int], format: String, offsets: [Int])

  enum CodingKeys: String, CodingKey {
    case shape, dtype
    case offsets = "data_offsets"
  }

  package init(from decoder: any Decoder) throws {
    if decoder.codingPath.first?.stringValue == "__metadata__" {
      self = .strings(try [String: String](from: decoder))
      return
    }
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self = .tensor(
      shape: try members.decode([Int].self, forKey: .shape), format: try members.decode(String.self, forKey: .dtype),
      offsets: try members.decode([Int].self, forKey: .offsets)
    )
  }
}

extension SafetensorsFile.Tensor {
  /// A tensor's entry, nil where its format, shape and offsets do not agree with each other and with the file.
  fileprivate init?(shape: [Int], formatName: String, offsets: [Int], dataStart: Int, end: Int) {
    guard let format = NumberFormat(safetensorsName: formatName), offsets.count == 2, shape.count <= 8 else { return nil }
    let (first, last) = (offsets[0], offsets[1])
    guard first >= 0, first <= last, last <= end - dataStart, let count = shape.elementCount else { return nil }
    let (size, overflow) = count.multipliedReportingOverflow(by: format.byteCount)
    guard !overflow, size == last - first else { return nil }
    self.init(shape: shape, format: format, offset: dataStart + first, elementCount: count)
  }
}

extension [Int] {
  /// The product of a shape's dimensions, nil where one is negative or the product overflows.
  package var elementCount: Int? {
    var product = 1
    for dimension in self {
      guard dimension >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }
}
