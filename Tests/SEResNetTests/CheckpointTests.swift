import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// PyTorch checkpoints: real ones come over unchanged, hostile ones are refused by name.
@Suite struct CheckpointTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func importCheckpoint(_ source: URL, thresholds: [String: Double]? = nil) throws -> Model {
    let target = folder.url.appendingPathComponent("out.safetensors")
    try CheckpointImporter.importPyTorch(
      from: source, to: target, preprocessing: .paper, thresholds: thresholds, trainingPositives: Array(0..<24), provenance: "torch",
      licence: "CC0", trainedOn: "a formula", scores: ["LAD AUROC": 0.5])
    return try Model(contentsOf: target)
  }

  private func probabilities(_ model: Model) throws -> [Float] {
    let predictor = try Predictor(model: model, threads: 1)
    return predictor.probabilities(of: try predictor.prepare(FormulaModel.recording()), window: 0)
  }

  @Test func whatTorchSavedIsWhatIsRead() throws {
    let metadata = FormulaModel.metadata(ageKnownSlot: "always-zero")
    let bytes = FormulaModel.bytes(FormulaModel.tensors(baseWidth: 1), metadata: metadata)
    let expected = try probabilities(Model(contentsOf: folder.write(bytes, as: "formula.safetensors")))
    for name in ["tiny.pth", "tiny-module.pth"] {
      let model = try importCheckpoint(Checkout.golden("SEResNet/\(name)"))
      #expect(model.baseWidth == 1)
      #expect(try probabilities(model) == expected, "\(name)")
    }
    let half = try importCheckpoint(Checkout.golden("SEResNet/tiny-half.pth"))
    #expect(largestDifference(try probabilities(half), expected) < 0.01)
  }

  @Test func metadataIsWritten() throws {
    let model = try importCheckpoint(Checkout.golden("SEResNet/tiny.pth"), thresholds: ["39732003": 0.24, "nsr": 0.1, "RBBB": 0.9])
    let lad = try #require(Diagnosis.named("LAD")).index
    #expect(model.metadata.thresholds[lad] == 0.24)
    #expect(model.metadata.thresholds[14] == 0.1)
    #expect(model.metadata.thresholds[23] == 0.9)
    #expect(model.metadata.thresholds[0] == 0.5)
    #expect(model.metadata.ageKnownSlot == .alwaysZero)
    #expect(model.metadata.trainingPositives == Array(0..<24))
    #expect(model.metadata.scores == ["LAD AUROC": 0.5])
    #expect(model.metadata.licence == "CC0")
  }

  @Test func theSameCheckpointGivesTheSameFile() throws {
    let first = try importCheckpoint(Checkout.golden("SEResNet/tiny.pth")).digest
    #expect(try importCheckpoint(Checkout.golden("SEResNet/tiny.pth")).digest == first)
  }

  @Test func wrongThresholdsAreNamed() throws {
    let source = Checkout.golden("SEResNet/tiny.pth")
    for thresholds in [["XYZ": 0.5], ["LAD": 1.5], ["LAD": .nan], ["LAD": -0.1]] {
      #expect(throws: ModelError.self) { try importCheckpoint(source, thresholds: thresholds) }
    }
    let file = try folder.write(Data(#"{"LAD": 0.25, "426783006": 1}"#.utf8), as: "t.json")
    #expect(try CheckpointImporter.thresholds(contentsOf: file) == ["39732003": 0.25, "426783006": 1])
    for text in [
      "", "[]", #"{"LAD":"high"}"#, #"{"XYZ":0.5}"#, #"{"LAD":1.5}"#, #"{"LAD":0.1,"39732003":0.9}"#, #"{"RBBB":0.1,"CRBBB":0.2}"#,
    ] {
      let file = try folder.write(Data(text.utf8), as: "t.json")
      #expect("\(text)") {
        _ = try CheckpointImporter.thresholds(contentsOf: file)
      } throws: { "\($0)".hasPrefix("\(file.path): ") }
    }
    let twice = try folder.write(Data(#"{"LAD": 0.25, "39732003": 0.25}"#.utf8), as: "t.json")
    #expect(try CheckpointImporter.thresholds(contentsOf: twice) == ["39732003": 0.25], "one value under two names contradicts nothing")
  }

  // MARK: - Hostile files

  private func message(_ bytes: Data) -> String {
    do {
      _ = try importCheckpoint(folder.write(bytes, as: "evil.pth"))
      return "accepted"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  /// A pickle that builds a state dict of one tensor, from a program in the middle.
  private func pickle(_ program: [UInt8]) -> Data {
    Zip.archive(["m/data.pkl": [0x80, 2] + program, "m/byteorder": Array("little".utf8)])
  }

  @Test func picklesThatNameAnythingElseAreRefusedByName() {
    let names = ["os\nsystem", "posix\nsystem", "builtins\neval", "torch\nload", "collections\ndeque"]
    for name in names {
      let call: [UInt8] = Array("c\(name)\n".utf8) + [0x58, 4, 0, 0, 0] + Array("true".utf8) + [0x85, 0x52, 0x2E]
      let expected = "the global \(name.replacingOccurrences(of: "\n", with: "."))"
      #expect(
        message(pickle(call))
          == "evil.pth: the checkpoint holds \(expected), which is refused; expected a state_dict of tensors: torch.save(model.state_dict(), ...)"
      )
    }
    // INST, OBJ, NEWOBJ, STACK_GLOBAL, EXT1, FRAME, DUP, LIST
    for opcode in [0x69, 0x6F, 0x81, 0x93, 0x82, 0x95, 0x32, 0x6C] as [UInt8] {
      #expect(message(pickle([opcode])).contains("the pickle opcode 0x\(String(opcode, radix: 16))"))
    }
    #expect(message(Zip.archive(["m/data.pkl": [0x80, 4, 0x2E]])).contains("pickle protocol 4"))
  }

  @Test func brokenPicklesAreRefused() {
    let orderedDictionary = Array("ccollections\nOrderedDict\n".utf8)
    let storage = Array("ctorch\nFloatStorage\n".utf8)
    let rebuild = Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8)
    let programs: [[UInt8]] = [
      [], [0x2E], [0x4E, 0x2E], [0x52], [0x75], [0x28, 0x75], [0x85], [0x71, 0], [0x68, 9], [0x72, 1], [0x51], [0x62], [0x28, 0x85],
      [0x58, 0xFF, 0xFF, 0xFF, 0xFF], [0x58, 1, 0, 0, 0, 0xFF, 0x2E], [0x8A, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0x63], [0x63, 0x6F, 0x0A],
      [0x7D, 0x4B, 1, 0x4B, 2, 0x73, 0x2E], [0x7D, 0x28, 0x4B, 1, 0x75, 0x2E], [0x4B, 1, 0x7D, 0x62, 0x2E], [0x4B, 1, 0x29, 0x52, 0x2E],
      orderedDictionary + [0x4B, 1, 0x85, 0x52, 0x2E], storage + [0x29, 0x52, 0x2E], rebuild + [0x29, 0x52, 0x2E],
      [0x29] + Array(repeating: 0x85, count: 1_000_000) + [0x2E], Array(repeating: 0x28, count: 1_000_000),
      [0x7D, 0x71, 0, 0x58, 1, 0, 0, 0, 0x61, 0x68, 0, 0x73, 0x2E],
    ]
    for program in programs {
      let message = message(pickle(program))
      #expect(message != "accepted" && message.hasPrefix("evil.pth: "), "\(program.prefix(40))")
      #expect(!message.contains("\n"))
    }
  }

  private func number(_ value: Int64) -> [UInt8] { [0x8A, 8] + withUnsafeBytes(of: value.littleEndian) { Array($0) } }
  private func text(_ value: String) -> [UInt8] { [0x58, UInt8(value.utf8.count), 0, 0, 0] + Array(value.utf8) }

  /// The program of an ordered dictionary of one tensor, 1 × 12 × 15.
  private func stateDictionary(name: String = "conv1.weight", count: Int64 = 180, offset: Int64 = 0, strides: [Int64] = [180, 15, 1])
    -> [UInt8]
  {
    var program = Array("ccollections\nOrderedDict\n".utf8) + [0x29, 0x52, 0x28] + text(name)
    program += Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8) + [0x28, 0x28] + text("storage")
    program += Array("ctorch\nFloatStorage\n".utf8) + text("0") + text("cpu") + number(count) + [0x74, 0x51] + number(offset)
    program += [0x28] + number(1) + number(12) + number(15) + [0x74, 0x28] + strides.flatMap(number) + [0x74, 0x89]
    return program + Array("ccollections\nOrderedDict\n".utf8) + [0x29, 0x52, 0x74, 0x52, 0x75]
  }

  /// A checkpoint of a program that ends with the value it saves.
  private func checkpoint(_ program: [UInt8]) -> Data {
    Zip.archive(["m/data.pkl": [0x80, 2] + program + [0x2E], "m/data/0": Array(repeating: 0, count: 180 * 4)])
  }

  @Test(arguments: ["conv1.weight", "_orig_mod.conv1.weight", "module.conv1.weight", "module._orig_mod.conv1.weight", "model.conv1.weight"])
  func whatWrappersPutBeforeNamesIsTakenOff(name: String) {
    #expect(message(checkpoint(stateDictionary(name: name))).contains("bn1.weight is missing"))
  }

  @Test(arguments: ["state_dict", "model", "model_state_dict"])
  func theWeightsOfATrainingsCheckpointAreFound(name: String) {
    // {"epoch": 3, "lr": 0.5, "loss": [1, 2], "optimizer": {0: (1, None)}, name: OrderedDict(...)}
    var program: [UInt8] = [0x7D] + text("epoch") + [0x4B, 3, 0x73] + text("lr") + [0x47, 0x3F, 0xE0, 0, 0, 0, 0, 0, 0, 0x73]
    program += text("loss") + [0x5D, 0x28, 0x4B, 1, 0x4B, 2, 0x65, 0x4B, 7, 0x61, 0x73]
    program += text("optimizer") + [0x7D, 0x4B, 0, 0x4B, 1, 0x4E, 0x86, 0x73, 0x73]
    #expect(message(checkpoint(program)).contains("torch.save(model.state_dict(), ...)"), "without weights")
    #expect(message(checkpoint(program + text(name) + stateDictionary() + [0x73])).contains("bn1.weight is missing"))
  }

  @Test func otherFormsAreTakenOrSaidHowToBring() throws {
    let legacy: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    #expect(message(Data(legacy + [UInt8](repeating: 0, count: 100))).contains("save it again with torch.save"))
    let metadata = FormulaModel.metadata(ageKnownSlot: "always-zero")
    let bytes = FormulaModel.bytes(FormulaModel.tensors(baseWidth: 1), metadata: metadata)
    let source = try folder.write(bytes, as: "weights.safetensors")
    #expect(try probabilities(importCheckpoint(source)) == probabilities(Model(contentsOf: source)))
  }

  @Test func aPickleThatAsksForMoreThanItsLengthJustifiesIsRefused() {
    // A tuple of 60,000 numbers as the shape of a tensor, recalled two hundred times.
    var shapes: [UInt8] = [0x28] + Array(repeating: [0x4B, 1], count: 60_000).joined() + [0x74, 0x71, 1]
    shapes += Array(repeating: [0x68, 1], count: 200).joined()
    #expect(message(pickle(shapes + [0x2E])) != "accepted")
    let stack = Array(repeating: 0x4E as UInt8, count: 1_000_000)
    #expect(message(pickle(stack + [0x2E])).contains("far more memory"))
    let dimensions = [0x28] + Array(repeating: [0x4B, 1] as [UInt8], count: 9).joined() + [0x74]
    var program = Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8) + [0x28, 0x28] + text("storage")
    program += Array("ctorch\nFloatStorage\n".utf8) + text("0") + text("cpu") + number(1) + [0x74, 0x51] + number(0)
    #expect(message(pickle(program + dimensions + dimensions + [0x89, 0x4E, 0x74, 0x52, 0x2E])).contains("a tensor of 9 dimensions"))
  }

  @Test func tensorsThatReachOutsideTheirStorageAreRefused() {
    func stateDictionary(count: Int64, offset: Int64, strides: [Int64]) -> Data {
      checkpoint(self.stateDictionary(count: count, offset: offset, strides: strides))
    }
    #expect(message(stateDictionary(count: 180, offset: 0, strides: [180, 15, 1])).contains("bn1.weight is missing"))
    let lies: [(Int64, Int64, [Int64])] = [
      (180, 1, [180, 15, 1]), (180, -1, [180, 15, 1]), (180, 0, [180, 16, 1]), (1 << 60, 0, [180, 1 << 58, 1]), (180, .max, [180, 15, 1]),
      (180, 0, [180, .max, .max]), (180, 0, [180, -15, 1]), (179, 0, [180, 15, 1]), (1000, 0, [180, 15, 3]),
    ]
    for (count, offset, strides) in lies {
      #expect(message(stateDictionary(count: count, offset: offset, strides: strides)).contains("conv1.weight reaches outside its storage"))
    }
    #expect(message(stateDictionary(count: -1, offset: 0, strides: [180, 15, 1])).contains("broken checkpoint"))
  }

  @Test func damagedArchivesAreRefused() throws {
    let whole = try Data(contentsOf: Checkout.golden("SEResNet/tiny.pth"))
    for length in Array(0..<60) + stride(from: 60, to: whole.count, by: 1511) {
      #expect(message(whole.prefix(length)).contains("not a PyTorch zip checkpoint"), "\(length) bytes")
    }
    #expect(message(Zip.archive(["m/data.pkl": [0x2E]], method: 8)).contains("is compressed or encrypted"))
    #expect(message(Zip.archive(["m/other": []])).contains("holds no data.pkl"))
    #expect(message(Zip.archive(["m/data.pkl": [0x2E], "m/byteorder": Array("big".utf8)])).contains("not little endian"))
    // Every byte of the directory changed in turn: an answer, never a crash.
    let directory = Zip.archive(["m/data.pkl": [0x80, 2, 0x7D, 0x2E]])
    for index in directory.indices {
      for flip in [0xFF, 0x80, 0x01] as [UInt8] {
        var damaged = directory
        damaged[index] ^= flip
        #expect(message(damaged) != "accepted")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("out.safetensors").path))
  }

  @Test func anyDamagedByteOfARealCheckpointGetsAnAnswer() throws {
    let whole = try Data(contentsOf: Checkout.golden("SEResNet/tiny.pth"))
    for index in stride(from: 0, to: whole.count, by: 211) {
      var damaged = whole
      damaged[index] ^= 0xFF
      #expect(!message(damaged).isEmpty)
    }
  }

  @Test func otherNetworksAreRefused() throws {
    #expect(message(pickle([0x7D, 0x2E])).contains("no state_dict and holds none"))
  }

  @Test func theReferenceCheckpointComesOver() throws {
    guard let source = Checkout.shared("models/reference-w32.pth") else { return }
    #expect(try importCheckpoint(source).baseWidth == 32)
  }
}

/// Writes zip archives of stored entries.
private enum Zip {
  static func archive(_ entries: [String: [UInt8]], method: UInt16 = 0) -> Data {
    var data = Data()
    var directory = Data()
    func append<Value: FixedWidthInteger>(_ value: Value, to target: inout Data) {
      withUnsafeBytes(of: value.littleEndian) { target.append(contentsOf: $0) }
    }
    for (name, bytes) in entries.sorted(by: { $0.key < $1.key }) {
      let offset = UInt32(data.count)
      func appendCommon(to target: inout Data) {
        append(UInt16(20), to: &target)
        append(UInt16(0), to: &target)
        append(method, to: &target)
        append(UInt32(0), to: &target)
        append(UInt32(0), to: &target)
        append(UInt32(bytes.count), to: &target)
        append(UInt32(bytes.count), to: &target)
        append(UInt16(name.utf8.count), to: &target)
        append(UInt16(0), to: &target)
      }
      append(UInt32(0x0403_4B50), to: &data)
      appendCommon(to: &data)
      data.append(contentsOf: name.utf8)
      data.append(contentsOf: bytes)
      append(UInt32(0x0201_4B50), to: &directory)
      append(UInt16(20), to: &directory)
      appendCommon(to: &directory)
      append(UInt16(0), to: &directory)
      append(UInt16(0), to: &directory)
      append(UInt16(0), to: &directory)
      append(UInt32(0), to: &directory)
      append(offset, to: &directory)
      directory.append(contentsOf: name.utf8)
    }
    let start = UInt32(data.count)
    data.append(directory)
    append(UInt32(0x0605_4B50), to: &data)
    append(UInt32(0), to: &data)
    append(UInt16(entries.count), to: &data)
    append(UInt16(entries.count), to: &data)
    append(UInt32(directory.count), to: &data)
    append(start, to: &data)
    append(UInt16(0), to: &data)
    return data
  }
}
