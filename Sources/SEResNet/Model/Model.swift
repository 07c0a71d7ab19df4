import Crypto
import Foundation

/// A network ready to be run: its metadata, and its tensors mapped from a safetensors file.
public struct Model: Sendable {
  /// What the file says about the network.
  public let metadata: ModelMetadata
  /// SHA-256 of the whole file, as 64 lower-case hexadecimal digits.
  public let digest: String
  /// The file's name without its folder.
  public let fileName: String
  /// Channels of the first convolution: 64 in the paper.
  public var baseWidth: Int { shape.baseWidth }

  let shape: NetworkShape
  let tensors: SafetensorsFile

  /// Opens a model file and checks that it holds every tensor of the network, each in its shape.
  ///
  /// - Throws: ``ModelError``.
  public init(contentsOf url: URL) throws {
    let file = url.lastPathComponent
    let tensors = try SafetensorsFile(contentsOf: url)
    guard let stem = tensors.tensors["conv1.weight"] else { throw ModelError.missingTensor(file: file, name: "conv1.weight") }
    guard let shape = NetworkShape(stemWeightShape: stem.shape) else {
      throw ModelError.wrongShape(
        file: file, name: "conv1.weight", found: stem.shape, expected: NetworkShape(baseWidth: 64).tensors[0].shape)
    }
    for (name, expected) in shape.tensors {
      guard let tensor = tensors.tensors[name] else { throw ModelError.missingTensor(file: file, name: name) }
      guard tensor.shape == expected else { throw ModelError.wrongShape(file: file, name: name, found: tensor.shape, expected: expected) }
    }
    guard let entry = tensors.metadata[ModelMetadata.entryName] else {
      throw ModelError.badMetadata(file: file, reason: "the entry \"\(ModelMetadata.entryName)\" is missing; import the checkpoint first")
    }
    self.metadata = try ModelMetadata(json: entry, file: file)
    self.digest = SHA256.hash(data: tensors.bytes).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    self.fileName = file
    self.shape = shape
    self.tensors = tensors
  }
}
