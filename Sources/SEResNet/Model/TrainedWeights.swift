import ECG
import Files
import Foundation

/// A network's weights in memory, to be run or written to a model file.
public struct TrainedWeights: Sendable {
  /// The tensors, in the order of a state dict.
  public let tensors: [NamedTensor]

  /// Weights.
  public init(tensors: [NamedTensor]) { self.tensors = tensors }

  /// The same with other tensors after them.
  package func adding(_ others: [NamedTensor]) -> TrainedWeights { TrainedWeights(tensors: tensors + others) }

  /// The number format of a model file's weights.
  public enum Storage: String, Sendable, CaseIterable {
    /// Single precision.
    case single
    /// Half precision for convolutions and other matrices, single for the rest: half the size.
    case half
  }

  /// A model with these weights, rounded as it would be stored.
  ///
  /// - Throws: ``ModelError``.
  public func model(_ metadata: ModelMetadata, storage: Storage = .single, name: String = "training") throws -> Model {
    try Model(bytes: bytes(metadata, storage, nil), name: name)
  }

  /// Writes a model file: beside its place, then renamed.
  ///
  /// - Parameter fingerprint: What the weights came of; ``Model/trainingFingerprint`` reads it.
  /// - Throws: ``ModelError``.
  public func write(to file: URL, _ metadata: ModelMetadata, storage: Storage = .single, fingerprint: String? = nil) throws {
    do {
      try OutputFile.write(bytes(metadata, storage, fingerprint), to: file.path)
    } catch {
      throw ModelError.unwritable(file: file.relativePath)
    }
  }

  /// Name of the metadata entry that holds a training's fingerprint.
  static let fingerprintEntry = "einthoven-training"

  private func bytes(_ metadata: ModelMetadata, _ storage: Storage, _ fingerprint: String?) throws -> Data {
    let stored = tensors.map { tensor in
      SafetensorsWriter.Tensor(
        name: tensor.name, shape: tensor.shape, values: tensor.values,
        format: storage == .half && tensor.shape.count > 1 ? .float16 : .float32)
    }
    let shapes = Dictionary(tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    var metadata = metadata
    metadata.leadGate = NetworkShape(tensorShapes: { shapes[$0] })?.leadGate?.filters
    var entries = [ModelMetadata.entryName: try metadata.json(), "format": "pt"]
    entries[Self.fingerprintEntry] = fingerprint
    return try SafetensorsWriter.bytes(of: stored, metadata: entries)
  }
}

extension Model {
  /// What the weights came of: a digest of recordings and settings; nil where this program did not train them.
  public var trainingFingerprint: String? { tensors.metadata[TrainedWeights.fingerprintEntry] }

  /// The same network with other metadata, as a file; thresholds that were tuned later, for example.
  ///
  /// - Throws: ``ModelError``.
  public func write(to file: URL, _ metadata: ModelMetadata) throws {
    let weights = TrainedWeights(
      tensors: try shape.tensors.map { name, shape in
        NamedTensor(name: name, shape: shape, values: try tensors.values(of: name, shape: shape))
      })
    let isHalf = tensors.tensors.values.contains { $0.format == .float16 }
    try weights.write(to: file, metadata, storage: isHalf ? .half : .single, fingerprint: trainingFingerprint)
  }
}
