/// Why a file is not a model that this program can run.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// The file cannot be read.
  case unreadable(file: String, reason: String)
  /// The file cannot be written.
  case unwritable(file: String)
  /// The file's structure is broken: what was found, what was expected.
  case malformed(file: String, reason: String)
  /// A tensor of the network is not there.
  case missingTensor(file: String, name: String)
  /// The network's tensors are there under longer names.
  case prefixedTensors(file: String, prefix: String)
  /// A tensor is there that the network does not have.
  case unexpectedTensor(file: String, name: String)
  /// A tensor has another shape than the network gives it.
  case wrongShape(file: String, name: String, found: [Int], expected: [Int])
  /// A weight is not a finite number, or a variance is negative.
  case badWeight(file: String, name: String)
  /// The metadata entry is missing or says something impossible.
  case badMetadata(file: String, reason: String)
  /// A checkpoint's pickle asks for something other than tensors and the containers that hold them.
  case refusedPickle(file: String, what: String)

  /// One line for a person: which file, which tensor, what was expected.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .unwritable(let file): "\(file): the file cannot be written"
    case .malformed(let file, let reason): "\(file): \(reason)"
    case .missingTensor(let file, let name): "\(file): the tensor \(name) is missing"
    case .prefixedTensors(let file, let prefix):
      "\(file): the names of its tensors begin with \"\(prefix)\"; expected conv1.weight and so on: save the state_dict of that part alone"
    case .unexpectedTensor(let file, let name): "\(file): the tensor \"\(name)\" is no part of the SE-ResNet of Zhao et al. 2022"
    case .wrongShape(let file, let name, let found, let expected):
      "\(file): the tensor \(name) has the shape \(found); expected \(expected)"
    case .badWeight(let file, let name): "\(file): the tensor \(name) holds a value that is not finite, or a negative variance"
    case .badMetadata(let file, let reason): "\(file): metadata: \(reason)"
    case .refusedPickle(let file, let what):
      "\(file): the checkpoint holds \(what), which is refused; expected a state_dict of tensors: torch.save(model.state_dict(), ...)"
    }
  }
}
