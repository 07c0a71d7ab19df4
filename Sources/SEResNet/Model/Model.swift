import Files
import Foundation
import Synchronization

/// A network ready to be run: its metadata, and its tensors mapped from a safetensors file.
public struct Model: Sendable {
  /// What the file says about the network.
  public private(set) var metadata: ModelMetadata
  /// Whether its calibration was taken away.
  public private(set) var isRaw = false
  /// SHA-256 of the whole file, as 64 lower-case hexadecimal digits; computed when it is first asked for.
  public var digest: String { lazyDigest.value }
  /// The file's name without its folder.
  public let fileName: String
  /// Channels of the first convolution, or of the mixture of the leads: 64 in the paper.
  public var baseWidth: Int { shape.baseWidth }
  /// Which filters its lead gate has; nil in the published form, which weighs no leads.
  public var leadGate: LeadFilters? { shape.leadGate?.filters }

  let shape: NetworkShape
  let tensors: SafetensorsFile
  private let lazyDigest: LazyDigest

  /// Opens a model file and checks that it holds every tensor of the network, each in its shape.
  ///
  /// - Throws: ``ModelError``.
  public init(contentsOf url: URL) throws {
    try self.init(SafetensorsFile(contentsOf: url), name: url.lastPathComponent, file: url.relativePath)
  }

  /// A model of a file's bytes that never were a file; `name` is what it is called.
  ///
  /// - Throws: ``ModelError``.
  init(bytes: Data, name: String) throws {
    try self.init(SafetensorsFile(bytes: bytes, file: name), name: name, file: name)
  }

  /// Why tensors of some names are not the network's: they are missing, or have longer names.
  static func withoutNetwork(_ names: [String], file: String) -> ModelError {
    let (stem, last) = ("conv1.weight", "fc.weight")
    let known = Set(names)
    let prefix = names.filter { $0.hasSuffix(stem) && $0 != stem }.map { String($0.dropLast(stem.count)) }.filter {
      known.contains($0 + last)
    }
    .min { $0.count < $1.count }
    guard let prefix else { return .missingTensor(file: file, name: stem) }
    guard PyTorchCheckpoint.parameterName(prefix).isEmpty else { return .prefixedTensors(file: file, prefix: prefix) }
    return .malformed(file: file, reason: "a checkpoint of PyTorch; 'einthoven model import' makes a model file of it")
  }

  private init(_ tensors: SafetensorsFile, name fileName: String, file: String) throws {
    guard let stem = tensors.tensors["conv1.weight"] else { throw Self.withoutNetwork(Array(tensors.tensors.keys), file: file) }
    guard let shape = NetworkShape(tensorShapes: { tensors.tensors[$0]?.shape }) else {
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
    var metadata = try ModelMetadata(json: entry, file: file)
    let leadGate = shape.leadGate?.filters
    guard metadata.leadGate == nil || metadata.leadGate == leadGate else {
      throw ModelError.badMetadata(
        file: file, reason: "lead_gate \(metadata.leadGate?.rawValue ?? ""), but the tensors have \(leadGate?.rawValue ?? "none")")
    }
    metadata.leadGate = leadGate
    let measurementCount = metadata.measurements?.names.count ?? 0
    guard measurementCount == shape.measurementCount else {
      throw ModelError.badMetadata(
        file: file, reason: "\(measurementCount) measurements, but the tensors take \(shape.measurementCount)")
    }
    self.metadata = metadata
    self.lazyDigest = LazyDigest(of: tensors.bytes)
    self.fileName = fileName
    self.shape = shape
    self.tensors = tensors
  }
}

extension Model {
  /// The model as if its outputs had never been calibrated, its thresholds moved along; the same where they are not.
  public var uncalibrated: Model {
    guard metadata.calibration != nil else { return self }
    var model = self
    model.metadata = metadata.calibrated(by: nil)
    model.isRaw = true
    return model
  }
}

/// A digest that takes too long to be made before it is needed.
private final class LazyDigest: Sendable {
  private let bytes: Data
  private let digest = Mutex<String?>(nil)

  init(of bytes: Data) { self.bytes = bytes }

  var value: String {
    digest.withLock { digest in
      if let digest { return digest }
      let text = SHA256.hash(bytes).hexadecimal
      digest = text
      return text
    }
  }
}
