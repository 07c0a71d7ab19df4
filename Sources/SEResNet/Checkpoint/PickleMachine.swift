import Files

/// Runs the part of pickle's protocol 2 that PyTorch's checkpoints of weights are written in.
///
/// A pickle is a program for a small stack machine, and Python's runs whatever it names. This one has no way to run anything: it knows
/// tensors, dictionaries, lists, numbers, strings, tuples, booleans and None, and refuses every other opcode and every other name by that name.
/// What it keeps is paid out of a ``ReadingBudget``, for a byte of the program can ask for a copy of anything that was made before.
struct PickleMachine {
  private let program: [UInt8]
  private let file: String
  private var position = 0
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [UInt32: PickleValue] = [:]
  private var budget: ReadingBudget
  /// The members of every dictionary by its number: keys in the order they came.
  private(set) var dictionaries: [[(key: String, value: PickleMember)]] = []

  /// The longest pickle that is looked at: a state dict of this network needs 20 kB.
  static let maximumLength = 1 << 20
  /// How deep tuples may lie in each other: PyTorch needs three.
  private static let maximumNesting = 8
  /// Dimensions that a tensor may have, as many as PyTorch prints.
  private static let maximumDimensions = 8

  /// Prepares to run a program; `file` is for messages.
  init(program: [UInt8], file: String) {
    self.program = program
    self.file = file
    budget = ReadingBudget(path: file, byteCount: program.count)
  }

  /// Runs the program to its STOP and returns the top of the stack.
  ///
  /// - Throws: ``ModelError``.
  mutating func run() throws -> PickleValue {
    guard program.count <= Self.maximumLength else { throw malformed("its pickle has \(program.count) bytes") }
    while true {
      guard let opcode = Opcode(rawValue: try byte()) else {
        throw refused("the pickle opcode 0x\(String(program[position - 1], radix: 16))")
      }
      if opcode == .stop { return try pop() }
      try execute(opcode)
    }
  }

  /// The opcodes of a state dict.
  private enum Opcode: UInt8 {
    case proto = 0x80
    case stop = 0x2E
    case mark = 0x28
    case none = 0x4E
    case float = 0x47
    case emptyList = 0x5D
    case append = 0x61
    case appends = 0x65
    case newTrue = 0x88
    case newFalse = 0x89
    case int8 = 0x4B
    case int16 = 0x4D
    case int32 = 0x4A
    case long = 0x8A
    case unicode = 0x58
    case emptyTuple = 0x29
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case tuple = 0x74
    case emptyDictionary = 0x7D
    case setItem = 0x73
    case setItems = 0x75
    case put = 0x71
    case longPut = 0x72
    case get = 0x68
    case longGet = 0x6A
    case global = 0x63
    case reduce = 0x52
    case build = 0x62
    case persistentIdentifier = 0x51
  }

  private mutating func execute(_ opcode: Opcode) throws {
    // An array that grows takes twice its length, and so does a dictionary.
    try budget.spend(2 * MemoryLayout<PickleValue>.stride)
    switch opcode {
    case .proto:
      let version = try byte()
      guard version == 2 else { throw refused("pickle protocol \(version)") }
    case .mark: marks.append(stack.count)
    case .none, .emptyList: stack.append(.none)
    case .float:
      _ = try integer(UInt64.self)
      stack.append(.none)
    case .append: _ = try pop()
    case .appends: _ = try popToMark()
    case .newTrue: stack.append(.boolean(true))
    case .newFalse: stack.append(.boolean(false))
    case .int8: stack.append(.integer(Int(try byte())))
    case .int16: stack.append(.integer(Int(try integer(UInt16.self))))
    case .int32: stack.append(.integer(Int(try integer(Int32.self))))
    case .long: stack.append(.integer(try longInteger()))
    case .unicode: stack.append(.string(try text(length: Int(try integer(UInt32.self)))))
    case .emptyTuple: try pushTuple([])
    case .tuple1: try pushTuple(try pop(1))
    case .tuple2: try pushTuple(try pop(2))
    case .tuple3: try pushTuple(try pop(3))
    case .tuple: try pushTuple(try popToMark())
    case .emptyDictionary: pushDictionary()
    case .setItem: try setItems(try pop(2))
    case .setItems: try setItems(try popToMark())
    case .put: memo[UInt32(try byte())] = try top()
    case .longPut: memo[try integer(UInt32.self)] = try top()
    case .get: try recall(UInt32(try byte()))
    case .longGet: try recall(try integer(UInt32.self))
    case .global: try pushGlobal()
    case .reduce: try reduce()
    case .build: try build()
    case .persistentIdentifier: try pushStorage()
    case .stop: break
    }
  }

  // MARK: - Reading the program

  private func malformed(_ reason: String) -> ModelError { .malformed(file: file, reason: "broken checkpoint: \(reason)") }
  private func refused(_ what: String) -> ModelError { .refusedPickle(file: file, what: what) }

  private mutating func byte() throws -> UInt8 {
    guard position < program.count else { throw malformed("its pickle ends without STOP") }
    position += 1
    return program[position - 1]
  }

  private mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
    var value: UInt64 = 0
    for shift in 0..<Value.bitWidth / 8 { value |= UInt64(try byte()) << (8 * shift) }
    return Value(truncatingIfNeeded: value)
  }

  private mutating func text(length: Int) throws -> String {
    guard length <= program.count - position else { throw malformed("a string of \(length) bytes runs past its pickle") }
    defer { position += length }
    guard let text = String(validating: program[position..<position + length], as: UTF8.self) else {
      throw malformed("a string is not UTF-8")
    }
    return text
  }

  private mutating func line() throws -> String {
    guard let end = program[position...].firstIndex(of: 10) else { throw malformed("a name has no end") }
    let name = try text(length: end - position)
    position = end + 1
    return name
  }

  /// A little-endian two's complement number of at most eight bytes.
  private mutating func longInteger() throws -> Int {
    let length = Int(try byte())
    guard length <= 8 else { throw refused("an integer of \(length) bytes") }
    guard length > 0 else { return 0 }
    var value: UInt64 = 0
    for shift in 0..<length { value |= UInt64(try byte()) << (8 * shift) }
    let unused = 64 - 8 * length
    return Int(Int64(bitPattern: value << unused) >> unused)
  }

  // MARK: - The stack

  private func top() throws -> PickleValue {
    guard let value = stack.last else { throw malformed("its pickle's stack is empty") }
    return value
  }

  private mutating func pop() throws -> PickleValue { try pop(1)[0] }

  private mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw malformed("its pickle's stack is empty") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("its pickle lacks a MARK") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func pushTuple(_ elements: [PickleValue]) throws {
    let nesting = 1 + (elements.map(\.nesting).max() ?? 0)
    guard nesting <= Self.maximumNesting else { throw refused("tuples nested \(nesting) deep") }
    stack.append(.tuple(elements, nesting: nesting))
  }

  private mutating func pushDictionary() {
    stack.append(.dictionary(PickleDictionary(number: dictionaries.count)))
    dictionaries.append([])
  }

  private mutating func recall(_ key: UInt32) throws {
    guard let value = memo[key] else { throw malformed("its pickle recalls what it never stored") }
    stack.append(value)
  }

  private mutating func setItems(_ items: [PickleValue]) throws {
    guard case .dictionary(let dictionary) = try top(), items.count.isMultiple(of: 2) else { throw malformed("items without a dictionary") }
    for index in stride(from: 0, to: items.count, by: 2) {
      let key: String
      switch items[index] {
      case .string(let text): key = text
      case .integer(let number): key = "\(number)"
      default: throw refused("a dictionary key that is neither a string nor a whole number")
      }
      try budget.spend(2 * MemoryLayout<(String, PickleMember)>.stride)
      let member: PickleMember =
        switch items[index + 1] {
        case .tensor(let tensor): .tensor(tensor)
        case .dictionary(let dictionary): .dictionary(dictionary)
        default: .other
        }
      dictionaries[dictionary.number].append((key, member))
    }
  }

  // MARK: - Names, storages, tensors

  private mutating func pushGlobal() throws {
    let module = try line()
    let name = try line()
    guard let known = KnownGlobal(module: module, name: name) else { throw refused("the global \(module).\(name)") }
    stack.append(.global(known))
  }

  /// `('storage', storage type, key, location, element count)`.
  private mutating func pushStorage() throws {
    guard case .tuple(let parts, _) = try pop(), parts.count == 5, case .string("storage") = parts[0],
      case .global(.storageType(let format)) = parts[1], case .string(let key) = parts[2], case .integer(let count) = parts[4], count >= 0
    else { throw malformed("a storage is not described as PyTorch does it") }
    stack.append(.storage(StorageReference(format: format, key: key, elementCount: count)))
  }

  private mutating func reduce() throws {
    guard case .tuple(let arguments, _) = try pop(), case .global(let global) = try pop() else {
      throw refused("a call of something that is no name")
    }
    switch global {
    case .orderedDictionary:
      guard arguments.isEmpty else { throw refused("an OrderedDict made of arguments") }
      pushDictionary()
    case .rebuildParameter:
      guard case .tensor(let tensor)? = arguments.first else { throw malformed("a parameter is not described as PyTorch does it") }
      stack.append(.tensor(tensor))
    case .rebuildTensor: stack.append(.tensor(try tensor(arguments)))
    case .storageType: throw refused("a call of a storage type")
    }
  }

  /// `(storage, offset, shape, strides, requires_grad, backward_hooks)`.
  private func tensor(_ arguments: [PickleValue]) throws -> TensorReference {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = arguments[2].integers, let strides = arguments[3].integers, shape.count == strides.count
    else { throw malformed("a tensor is not described as PyTorch does it") }
    guard shape.count <= Self.maximumDimensions else { throw refused("a tensor of \(shape.count) dimensions") }
    return TensorReference(storage: storage, offset: offset, shape: shape, strides: strides)
  }

  /// Attributes of an ordered dictionary (PyTorch hangs version numbers there) are dropped; nothing else has any.
  private mutating func build() throws {
    guard case .dictionary = try pop(), case .dictionary = try top() else { throw refused("attributes of something that is no dictionary") }
  }
}

extension PickleValue {
  /// How deep tuples lie in this value.
  fileprivate var nesting: Int {
    guard case .tuple(_, let nesting) = self else { return 0 }
    return nesting
  }

  /// The elements of a tuple of integers.
  fileprivate var integers: [Int]? {
    guard case .tuple(let elements, _) = self, elements.count <= 64 else { return nil }
    var result: [Int] = []
    for element in elements {
      guard case .integer(let value) = element else { return nil }
      result.append(value)
    }
    return result
  }
}
