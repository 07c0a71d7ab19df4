import Files
import Foundation

/// The tensors of a PyTorch checkpoint: a zip archive of one pickled state dict and the storages that it refers to.
struct PyTorchCheckpoint {
  /// Tensors by parameter name, without what wrappers of the model put before it.
  let tensors: [String: TensorReference]
  private let archive: ZipArchive
  /// The folder inside the archive.
  private let folder: String
  private let file: String

  /// Reads the archive's directory and its pickle.
  ///
  /// - Throws: ``ModelError``.
  init(contentsOf url: URL) throws {
    let file = url.relativePath
    let archive = try ZipArchive(contentsOf: url)
    let pickles = archive.entries.filter { $0.key.hasSuffix("/data.pkl") }
    guard pickles.count == 1, let (pickleName, range) = pickles.first else {
      throw ModelError.malformed(
        file: file, reason: "not a PyTorch zip checkpoint: it holds \(pickles.isEmpty ? "no" : "more than one") data.pkl")
    }
    self.file = file
    self.archive = archive
    folder = String(pickleName.dropLast("data.pkl".count))
    if let order = archive.entries["\(folder)byteorder"], String(decoding: archive.bytes[order].prefix(8), as: UTF8.self) != "little" {
      throw ModelError.malformed(file: file, reason: "its numbers are not little endian")
    }
    guard range.count <= PickleMachine.maximumLength else {
      throw ModelError.malformed(file: file, reason: "broken checkpoint: its pickle has \(range.count) bytes")
    }
    var machine = PickleMachine(program: Array(archive.bytes[range]), file: file)
    let result = try Self.run(&machine)
    guard case .dictionary(let whole) = result else { throw ModelError.malformed(file: file, reason: Self.noStateDict) }
    var tensors: [String: TensorReference] = [:]
    for (key, member) in try Self.stateDict(in: machine.dictionaries, of: whole, file: file) {
      guard case .tensor(let tensor) = member else {
        throw ModelError.malformed(file: file, reason: "\"\(key)\" in the state_dict is no tensor")
      }
      let name = Self.parameterName(key)
      guard tensors.updateValue(tensor, forKey: name) == nil else {
        throw ModelError.malformed(file: file, reason: "two tensors are called \"\(name)\"")
      }
    }
    self.tensors = tensors
  }

  private static let noStateDict =
    "the checkpoint is no state_dict and holds none; save the weights alone with torch.save(model.state_dict(), ...)"
  /// Under which names a training's checkpoint keeps the weights.
  private static let stateNames = ["state_dict", "model_state_dict", "model", "net", "network", "module"]
  /// What wrappers put before every name: DataParallel, torch.compile, a module that holds the network.
  private static let prefixes = ["module.", "_orig_mod.", "model."]

  private static func run(_ machine: inout PickleMachine) throws -> PickleValue {
    do { return try machine.run() } catch let error as FileError { throw ModelError.malformed(file: error.path, reason: error.problem) }
  }

  /// The state dict: the whole, or the entry of a training's checkpoint that is one.
  private static func stateDict(
    in dictionaries: [[(key: String, value: PickleMember)]], of whole: PickleDictionary, file: String
  ) throws -> [(key: String, value: PickleMember)] {
    let members = dictionaries[whole.number]
    for name in stateNames {
      if case .dictionary(let inner)? = members.last(where: { $0.key == name })?.value { return dictionaries[inner.number] }
    }
    let holdsTensors = members.contains { member in if case .tensor = member.value { true } else { false } }
    guard holdsTensors else { throw ModelError.malformed(file: file, reason: noStateDict) }
    return members
  }

  /// A parameter's name in the network itself.
  static func parameterName(_ key: String) -> String {
    var name = key[...]
    while let prefix = prefixes.first(where: { name.hasPrefix($0) }) { name = name.dropFirst(prefix.count) }
    return String(name)
  }

  /// The values of a tensor, in row-major order.
  ///
  /// - Throws: ``ModelError`` where it is missing, has another shape, reaches outside its storage, or holds a value that is not finite.
  func values(of name: String, shape: [Int]) throws -> [Float] {
    guard let tensor = tensors[name] else { throw ModelError.missingTensor(file: file, name: name) }
    guard tensor.shape == shape, let count = shape.elementCount else {
      throw ModelError.wrongShape(file: file, name: name, found: tensor.shape, expected: shape)
    }
    let storage = tensor.storage
    func malformed(_ reason: String) -> ModelError { .malformed(file: file, reason: "broken checkpoint: the tensor \(name) \(reason)") }
    guard let range = archive.entries["\(folder)data/\(storage.key)"] else { throw malformed("has no storage \"\(storage.key)\"") }
    let available = min(storage.elementCount, range.count / storage.format.byteCount)
    guard let last = tensor.lastElement, tensor.offset >= 0, last < available else { throw malformed("reaches outside its storage") }
    let all = archive.bytes.withUnsafeBytes {
      storage.format.floats(in: $0, at: range.lowerBound + tensor.offset * storage.format.byteCount, count: last - tensor.offset + 1)
    }
    let values = tensor.isContiguous ? all : tensor.gather(from: all, count: count)
    guard values.allSatisfy(\.isFinite) else { throw ModelError.badWeight(file: file, name: name) }
    return values
  }
}

extension TensorReference {
  /// The farthest element of the storage that the view touches, nil where a stride is negative or the sum overflows.
  fileprivate var lastElement: Int? {
    var last = offset
    for (size, stride) in zip(shape, strides) {
      guard size > 0, stride >= 0 else { return nil }
      let (reach, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (next, overflow2) = last.addingReportingOverflow(reach)
      guard !overflow, !overflow2 else { return nil }
      last = next
    }
    return last
  }

  /// Whether the elements lie one after the other in row-major order.
  fileprivate var isContiguous: Bool {
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() {
      guard size == 1 || stride == expected else { return false }
      expected *= size
    }
    return true
  }

  /// The elements of a strided view in row-major order.
  fileprivate func gather(from all: [Float], count: Int) -> [Float] {
    (0..<count).map { index in
      var (rest, place) = (index, 0)
      for (size, stride) in zip(shape, strides).reversed() {
        place += rest % size * stride
        rest /= size
      }
      return all[place]
    }
  }
}
