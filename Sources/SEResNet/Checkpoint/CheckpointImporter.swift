import ECG
import Files
import Foundation

/// Turns a PyTorch checkpoint of the paper's network into a model file of this program.
public enum CheckpointImporter {
  /// Converts a state dict at any base width into a safetensors file with metadata.
  ///
  /// Taken are `torch.save(model.state_dict(), …)`, a training's checkpoint that holds one as `state_dict` or `model`, and safetensors; what
  /// DataParallel and torch.compile put before the names is taken off.
  /// The checkpoint is never executed: see ``PickleMachine``. The output is written beside its place and then renamed, so a failure leaves
  /// no file. Imported models follow the released code: the age-known input is always 0.
  ///
  /// - Parameters:
  ///   - source: The `.pth` or `.safetensors` file.
  ///   - destination: The `.safetensors` file; an existing one is replaced.
  ///   - preprocessing: What the network was trained on.
  ///   - thresholds: Decision thresholds by SNOMED CT code or abbreviation; 0.5 for every class that is not named.
  ///   - trainingPositives: Training recordings with each of the 24 diagnoses, in order.
  ///   - provenance: Where the weights come from.
  ///   - licence: Licence of the weights.
  ///   - trainedOn: The training data and their citation.
  ///   - scores: Measured scores by name.
  /// - Throws: ``ModelError``.
  public static func importPyTorch(
    from source: URL, to destination: URL, preprocessing: Preprocessing, thresholds: [String: Double]? = nil,
    trainingPositives: [Int]? = nil,
    provenance: String = "", licence: String = "", trainedOn: String = "", scores: [String: Double] = [:]
  ) throws {
    let file = source.relativePath
    var decisions = [Double](repeating: 0.5, count: Diagnosis.all.count)
    for (index, threshold) in try decisionThresholds(thresholds ?? [:], file: file) { decisions[index] = threshold }
    let metadata = ModelMetadata(
      thresholds: decisions, preprocessing: preprocessing, ageKnownSlot: .alwaysZero,
      trainingPositives: trainingPositives, provenance: provenance, licence: licence, trainedOn: trainedOn, scores: scores
    )
    let checkpoint = try Checkpoint(contentsOf: source)
    guard let stem = checkpoint.shapes["conv1.weight"] else { throw Model.withoutNetwork(Array(checkpoint.shapes.keys), file: file) }
    guard let shape = NetworkShape(stemWeightShape: stem) else {
      throw ModelError.wrongShape(file: file, name: "conv1.weight", found: stem, expected: NetworkShape(baseWidth: 64).tensors[0].shape)
    }
    let expected = shape.tensors
    let known = Set(expected.map(\.name))
    for name in checkpoint.shapes.keys.sorted() where !known.contains(name) && !name.hasSuffix(".num_batches_tracked") {
      throw ModelError.unexpectedTensor(file: file, name: name)
    }
    let tensors = try expected.map { name, shape in
      let values = try checkpoint.values(name, shape)
      if name.hasSuffix(".running_var"), values.contains(where: { $0 < 0 }) { throw ModelError.badWeight(file: file, name: name) }
      return SafetensorsWriter.Tensor(name: name, shape: shape, values: values)
    }
    try write(tensors, metadata: metadata, to: destination)
  }

  /// Reads thresholds as JSON: an object of numbers by SNOMED CT code or abbreviation.
  ///
  /// - Returns: thresholds by the codes of the 24 diagnoses.
  /// - Throws: ``ModelError``, also where two names of one diagnosis have two thresholds.
  public static func thresholds(contentsOf url: URL) throws -> [String: Double] {
    let file = url.relativePath
    let thresholds = try decisionThresholds(numbers(contentsOf: url), file: file)
    return Dictionary(uniqueKeysWithValues: thresholds.map { (Diagnosis.all[$0.key].code, $0.value) })
  }

  /// Reads a JSON object of numbers by SNOMED CT code or abbreviation, whatever they mean.
  ///
  /// - Throws: ``ModelError``.
  public static func numbers(contentsOf url: URL) throws -> [String: Double] {
    let bytes = try Data(mappingRegularFile: url)
    guard bytes.count <= 1 << 20, let numbers = try? JSONDecoder().decode([String: Double].self, from: bytes) else {
      throw ModelError.malformed(
        file: url.relativePath, reason: "cannot be read; expected a JSON object of numbers by SNOMED CT code or abbreviation")
    }
    return numbers
  }

  /// Thresholds by the diagnosis' place in the network's order.
  private static func decisionThresholds(_ named: [String: Double], file: String) throws -> [Int: Double] {
    var result: [Int: Double] = [:]
    for (name, threshold) in named.sorted(by: { $0.key < $1.key }) {
      guard let diagnosis = Diagnosis.named(name) else {
        throw ModelError.malformed(file: file, reason: "thresholds: \"\(name)\" is none of the 24 diagnoses")
      }
      guard (0...1).contains(threshold) else {
        throw ModelError.malformed(
          file: file, reason: "thresholds: \(threshold) for \(diagnosis.abbreviation); expected a number from 0 to 1")
      }
      guard result.updateValue(threshold, forKey: diagnosis.index).map({ $0 == threshold }) ?? true else {
        throw ModelError.malformed(file: file, reason: "thresholds: two for \(diagnosis.abbreviation), by two of its names; expected one")
      }
    }
    return result
  }

  /// Writes the file beside its place and renames it.
  static func write(_ tensors: [SafetensorsWriter.Tensor], metadata: ModelMetadata, to destination: URL) throws {
    let entries = [ModelMetadata.entryName: try metadata.json(), "format": "pt"]
    let bytes = try SafetensorsWriter.bytes(of: tensors, metadata: entries)
    do {
      try OutputFile.write(bytes, to: destination.path)
    } catch {
      throw ModelError.unwritable(file: destination.relativePath)
    }
  }
}

/// The tensors of a file of weights, in either of the two forms in which people keep them.
private struct Checkpoint {
  /// Shapes by parameter name.
  let shapes: [String: [Int]]
  /// The values of a tensor of a shape.
  let values: (String, [Int]) throws -> [Float]

  /// What every checkpoint of PyTorch before version 1.6 begins with: a pickle of its magic number.
  private static let legacyStart: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  init(contentsOf url: URL) throws {
    let bytes = try Data(mappingRegularFile: url)
    if bytes.starts(with: Self.legacyStart) {
      throw ModelError.malformed(
        file: url.relativePath,
        reason:
          "a checkpoint in the form of PyTorch before 1.6; load it with torch.load and save it again with torch.save, then import that")
    }
    // A safetensors header is an object of JSON behind its length.
    guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else {
      let checkpoint = try PyTorchCheckpoint(contentsOf: url)
      shapes = checkpoint.tensors.mapValues(\.shape)
      values = { try checkpoint.values(of: $0, shape: $1) }
      return
    }
    let file = try SafetensorsFile(bytes: bytes, file: url.relativePath)
    let names = try Dictionary(file.tensors.keys.map { (PyTorchCheckpoint.parameterName($0), $0) }) { name, _ in
      throw ModelError.malformed(file: url.relativePath, reason: "two tensors are called \"\(name)\"")
    }
    shapes = names.compactMapValues { file.tensors[$0]?.shape }
    values = { name, shape in
      guard let written = names[name] else { throw ModelError.missingTensor(file: url.relativePath, name: name) }
      return try file.values(of: written, shape: shape)
    }
  }
}
