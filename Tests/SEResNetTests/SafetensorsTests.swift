import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// Model files: what is read from them, and what hostile ones are told.
@Suite struct SafetensorsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func model(_ bytes: Data, as name: String = "m.safetensors") throws -> Model {
    try Model(contentsOf: folder.write(bytes, as: name))
  }

  private func message(_ bytes: Data) -> String {
    do {
      _ = try model(bytes)
      return "accepted"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  @Test func metadataComesBackAsWritten() throws {
    let bytes = FormulaModel.bytes(FormulaModel.tensors(baseWidth: 1), metadata: FormulaModel.metadata(preprocessing: "zscore-0.5-40"))
    let model = try model(bytes)
    #expect(model.fileName == "m.safetensors")
    #expect(model.baseWidth == 1)
    #expect(model.metadata.classes == Diagnosis.all)
    #expect(model.metadata.thresholds == Array(repeating: 0.5, count: 24))
    #expect(model.metadata.preprocessing == .zscore05to40)
    #expect(model.metadata.ageKnownSlot == .flag)
    #expect(model.metadata.provenance == "a formula")
    #expect(model.metadata.trainingPositives == nil)
    #expect(model.digest.count == 64)
    let other = try self.model(FormulaModel.bytes(FormulaModel.tensors(baseWidth: 1)))
    #expect(other.digest != model.digest)
  }

  @Test func halfPrecisionTensorsAreRead() throws {
    let tensors = FormulaModel.tensors(baseWidth: 1)
    var entries = ["\"__metadata__\":{\"einthoven\":\"\(FormulaModel.metadata().replacingOccurrences(of: "\"", with: "\\\""))\"}"]
    var data = Data()
    for tensor in tensors {
      let start = data.count
      // 1.0 in half precision.
      for _ in tensor.values { data.append(contentsOf: [0x00, 0x3C]) }
      entries.append("\"\(tensor.name)\":{\"dtype\":\"F16\",\"shape\":\(tensor.shape),\"data_offsets\":[\(start),\(data.count)]}")
    }
    let half = try model(FormulaModel.file(header: "{\(entries.joined(separator: ","))}", data: data), as: "half.safetensors")
    let ones = tensors.map { FormulaModel.Tensor(name: $0.name, shape: $0.shape, values: $0.values.map { _ in 1 }) }
    let single = try model(FormulaModel.bytes(ones))
    let recording = FormulaModel.recording()
    let results = try [half, single].map { model in
      let predictor = try Predictor(model: model, threads: 1)
      return predictor.probabilities(of: try predictor.prepare(recording), window: 0)
    }
    #expect(results[0] == results[1])
  }

  @Test func missingAndMisshapenTensorsAreNamed() {
    let tensors = FormulaModel.tensors(baseWidth: 1)
    #expect(
      message(FormulaModel.bytes(tensors.filter { $0.name != "layer3.0.se.fc.2.weight" }))
        == "m.safetensors: the tensor layer3.0.se.fc.2.weight is missing")
    #expect(message(FormulaModel.bytes(Array(tensors.dropFirst()))).contains("conv1.weight is missing"))
    var turned = tensors
    turned[turned.count - 2].shape.reverse()
    #expect(message(FormulaModel.bytes(turned)) == "m.safetensors: the tensor fc.weight has the shape [18, 24]; expected [24, 18]")
    var wide = tensors
    wide[0] = FormulaModel.Tensor(name: "conv1.weight", shape: [0, 12, 15], values: [])
    #expect(message(FormulaModel.bytes(wide)).contains("conv1.weight has the shape [0, 12, 15]"))
  }

  @Test func weightsThatCannotBeAreNamed() throws {
    for (name, value) in [("layer1.0.conv2.weight", Float.nan), ("fc.bias", .infinity), ("layer4.1.bn2.running_var", -1)] {
      var tensors = FormulaModel.tensors(baseWidth: 1)
      for index in tensors.indices where tensors[index].name == name { tensors[index].values[0] = value }
      let model = try model(FormulaModel.bytes(tensors))
      #expect {
        _ = try Predictor(model: model, threads: 1)
      } throws: {
        "\($0)".hasSuffix("m.safetensors: the tensor \(name) holds a value that is not finite, or a negative variance")
      }
    }
  }

  @Test func lyingHeadersAreRefused() {
    let entry = "\"dtype\":\"F32\""
    let data = Data(count: 64)
    let headers = [
      "", "{", "[]", "null", "{\"a\":1}", "{\"a\":{\(entry)}}",
      "{\"a\":{\(entry),\"shape\":[16],\"data_offsets\":[0,68]}}",
      "{\"a\":{\(entry),\"shape\":[15],\"data_offsets\":[0,64]}}",
      "{\"a\":{\(entry),\"shape\":[16],\"data_offsets\":[64,0]}}",
      "{\"a\":{\(entry),\"shape\":[16],\"data_offsets\":[-64,0]}}",
      "{\"a\":{\(entry),\"shape\":[16],\"data_offsets\":[0]}}",
      "{\"a\":{\(entry),\"shape\":[-16],\"data_offsets\":[0,64]}}",
      "{\"a\":{\(entry),\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}",
      "{\"a\":{\(entry),\"shape\":[9223372036854775807],\"data_offsets\":[0,64]}}",
      "{\"a\":{\(entry),\"shape\":[1e400],\"data_offsets\":[0,64]}}",
      "{\"a\":{\"dtype\":\"COMPLEX\",\"shape\":[16],\"data_offsets\":[0,64]}}",
      "{\"__metadata__\":{\"a\":1}}",
      String(repeating: "[", count: 100_000),
    ]
    for header in headers {
      #expect(message(FormulaModel.file(header: header, data: data)).contains("not a safetensors file"), "\(header.prefix(60))")
    }
    for length in [3, UInt64(1) << 40, .max] {
      #expect(message(FormulaModel.file(header: "{}", data: data, declaredLength: length)).contains("not a safetensors file"))
    }
  }

  @Test func everyTruncationIsRefused() {
    let whole = FormulaModel.bytes(FormulaModel.tensors(baseWidth: 1))
    for length in Array(0..<64) + stride(from: 64, to: whole.count, by: 997) {
      #expect(message(whole.prefix(length)).contains("not a safetensors file"), "\(length) bytes")
    }
  }

  @Test func metadataIsChecked() {
    let tensors = FormulaModel.tensors(baseWidth: 1)
    let good = FormulaModel.metadata()
    let lies: [(String?, String)] = [
      (nil, "is missing"),
      ("not JSON", "not JSON"),
      ("{}", "is missing"),
      (good.replacingOccurrences(of: "\"version\":1", with: "\"version\":2"), "version 2"),
      (good.replacingOccurrences(of: "39732003", with: "12345"), "classes"),
      (good.replacingOccurrences(of: "[0.5,", with: "[1.5,"), "thresholds"),
      (good.replacingOccurrences(of: "[0.5,", with: "["), "thresholds"),
      (good.replacingOccurrences(of: "\"paper\"", with: "\"rock\""), "preprocessing \"rock\""),
      (good.replacingOccurrences(of: "\"flag\"", with: "\"flog\""), "age_known_slot"),
      (good.replacingOccurrences(of: "\"licence\":\"none\"", with: "\"licence\":7"), "licence has the wrong type"),
      (good.replacingOccurrences(of: "\"scores\"", with: "\"training_positives\":[1,2],\"scores\""), "training_positives"),
    ]
    for (metadata, expected) in lies {
      let message = message(FormulaModel.bytes(tensors, metadata: metadata))
      #expect(message.contains("metadata") && message.contains(expected), "\(message)")
    }
  }

  @Test func whatIsNoRegularFileIsRefused() throws {
    #expect(throws: ModelError.self) { try Model(contentsOf: folder.url) }
    #expect(throws: ModelError.self) { try Model(contentsOf: folder.url.appendingPathComponent("none")) }
    #expect(throws: ModelError.self) { try Model(contentsOf: URL(fileURLWithPath: "/dev/zero")) }
    let long = try folder.write(Data(), as: "long.safetensors")
    try FileHandle(forWritingTo: long).truncate(atOffset: 3 << 30)
    #expect(throws: ModelError.self) { try Model(contentsOf: long) }
  }
}
