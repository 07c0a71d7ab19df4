/// Everything that the pickle machine can hold: what a state dict is made of, and nothing that does anything.
enum PickleValue {
  /// None, and what no state dict is made of: numbers with fractions, lists, whatever a training kept beside its weights.
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

/// A dictionary of a pickle; which one, for the pickle fills it in after it was memoised.
///
/// A number, not a reference: so no pickle can put dictionaries into one another without end, or one into itself.
struct PickleDictionary: Equatable {
  let number: Int
}

/// What a dictionary of a pickle holds under a key.
enum PickleMember {
  case tensor(TensorReference)
  case dictionary(PickleDictionary)
  case other
}

/// The only names that a checkpoint may refer to.
enum KnownGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case storageType(NumberFormat)

  /// The global of a module and name, nil for every other one.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
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
