/// Everything that the pickle machine can hold: what a state dict is made of, and nothing that does anything.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case string(String)
  case tuple([PickleValue], nesting: Int)
  case dictionary(PickleDictionary)
  case global(KnownGlobal)
  case storage(StorageReference)
  case tensor(TensorReference)
}

/// A dictionary that the pickle fills in after it was memoised, hence a reference.
///
/// It keeps tensors only, so that no pickle can nest dictionaries without end or put one inside itself.
final class PickleDictionary {
  /// Keys in the order they came, each with its tensor; nil where the value is something else.
  var members: [(key: String, tensor: TensorReference?)] = []
}

/// The only names that a checkpoint may refer to.
enum KnownGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case storageType(NumberFormat)

  /// The global of a module and name, nil for every other one.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch", "FloatStorage"): self = .storageType(.float32)
    case ("torch", "HalfStorage"): self = .storageType(.float16)
    case ("torch", "BFloat16Storage"): self = .storageType(.bfloat16)
    case ("torch", "DoubleStorage"): self = .storageType(.float64)
    case ("torch", "LongStorage"): self = .storageType(.int64)
    case ("torch", "IntStorage"): self = .storageType(.int32)
    default: return nil
    }
  }
}

/// A block of numbers in the archive, `data/<key>`.
struct StorageReference: Equatable {
  let format: NumberFormat
  let key: String
  let elementCount: Int
}

/// A view into a storage.
struct TensorReference: Equatable {
  let storage: StorageReference
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}
