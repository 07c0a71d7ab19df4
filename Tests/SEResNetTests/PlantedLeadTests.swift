import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// Lead attribution on networks of which one class hangs on one lead by training (Tests/Oracles/planted_networks.py).
@Suite struct PlantedLeadTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let diagnosis = Diagnosis.leftAxisDeviation.index
  private static let sampleCount = 2056

  /// Sixteen recordings of the script, with the signs of each lead's beats.
  private static let recordings: [(recording: Recording, signs: [Float])] = (0..<16).map { number in
    let signs: [Float] = FormulaModel.uniform(20_000 + UInt32(number), 12).map { $0 < 0.5 ? -1 : 1 }
    let noise = FormulaModel.uniform(40_000 + UInt32(number), 12 * sampleCount)
    let millivolts = noise.indices.map { index in
      let (lead, time) = (index / sampleCount, index % sampleCount)
      let beat = 20 * max(0, 1 - abs(Double(time % 200 - 100)) / 7)
      return Float((Double(signs[lead]) * beat + noise[index] * 8 - 4) / 1000)
    }
    return (Recording(name: "planted", samplingRateHertz: 257, millivolts: millivolts, patient: Patient()), signs)
  }

  private func file(_ planted: Lead) throws -> Data {
    try Data(contentsOf: Checkout.golden("SEResNet/planted-\(planted.name).safetensors"))
  }

  private func attributions(_ file: Data) throws -> [LeadAttribution] {
    let predictor = try Predictor(model: Model(contentsOf: folder.write(file, as: "\(UUID()).safetensors")), threads: 2)
    return try Self.recordings.map { entry in
      try #require(predictor.attribution(of: try predictor.prepare(entry.recording), window: 0, detail: .leads))
    }
  }

  /// The lead that matters most, whichever way it speaks.
  private func first(_ row: [Float]) -> Lead? {
    Lead.allCases.max { abs(row[$0.rawValue]) < abs(row[$1.rawValue]) }
  }

  /// In the networks some hidden units of the gates are dead, and so are their rows.
  @Test(arguments: zip([Lead.aVL, .iii], [6, 5]))
  func thePlantedLeadComesFirst(planted: Lead, rows: Int) throws {
    for (attribution, (_, signs)) in zip(try attributions(file(planted)), Self.recordings) {
      let occlusion = attribution.occlusion[Self.diagnosis]
      #expect(first(occlusion) == planted)
      #expect(occlusion[planted.rawValue] * signs[planted.rawValue] > 0.3, "upright beats speak for the class, others against it")
      #expect(attribution.gates.count { first($0) == planted } >= rows)
    }
  }

  /// The sanity check of Adebayo and others 2018 (arXiv:1810.03292): an explanation that survives other weights explains nothing.
  @Test(arguments: [Lead.aVL, .iii])
  func shuffledWeightsForgetThePlantedLead(planted: Lead) throws {
    let whole = try file(planted)
    let seeds = 1...5
    var (firsts, rows, count) = (0, 0, 0)
    for seed in seeds {
      for attribution in try attributions(shuffled(whole, seed: UInt32(seed))) {
        firsts += first(attribution.occlusion[Self.diagnosis]) == planted ? 1 : 0
        rows += attribution.gates.count { first($0) == planted }
        count += 1
      }
    }
    #expect(Double(firsts) / Double(count) < 0.34)
    #expect(Double(rows) / Double(8 * count) < 0.34)
  }

  /// A file whose weight matrices hold the same numbers in another order; normalisations and biases stay.
  private func shuffled(_ file: Data, seed: UInt32) throws -> Data {
    var bytes = [UInt8](file)
    let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
    for (number, name) in header.keys.sorted().enumerated() {
      guard let entry = header[name] as? [String: Any], let shape = entry["shape"] as? [Int], shape.count > 1 else { continue }
      let offsets = try #require(entry["data_offsets"] as? [Int])
      let size = (entry["dtype"] as? String) == "F16" ? 2 : 4
      let keys = FormulaModel.uniform(seed &* 1000 &+ UInt32(number), (offsets[1] - offsets[0]) / size)
      let start = 8 + length + offsets[0]
      let order = keys.indices.sorted { keys[$0] < keys[$1] }
      let source = Array(bytes[start..<8 + length + offsets[1]])
      for (target, index) in order.enumerated() {
        for byte in 0..<size { bytes[start + target * size + byte] = source[index * size + byte] }
      }
    }
    return Data(bytes)
  }
}
