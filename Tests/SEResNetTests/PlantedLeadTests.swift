import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// Lead attribution on networks of which one class hangs on one lead by training (Tests/Oracles/planted_networks.py).
@Suite struct PlantedLeadTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Named before the networks were trained; docs/lead-weights.md has the figures of all twelve.
  private static let planted: [Lead] = [.i, .aVL, .v2, .v6]
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

  /// The lead that matters most, whichever way it speaks; nil where none does.
  private func first(_ row: [Float]) -> Lead? {
    guard row.contains(where: { $0 != 0 }) else { return nil }
    return Lead.allCases.max { abs(row[$0.rawValue]) < abs(row[$1.rawValue]) }
  }

  /// First in occlusion, and first in most of the eight rows of gates.
  private func comesFirst(_ planted: Lead, in attribution: LeadAttribution) -> Bool {
    first(attribution.occlusion[Self.diagnosis]) == planted && attribution.gates.count { first($0) == planted } >= 5
  }

  @Test(arguments: Self.planted)
  func thePlantedLeadComesFirst(planted: Lead) throws {
    for (attribution, (_, signs)) in zip(try attributions(file(planted)), Self.recordings) {
      #expect(comesFirst(planted, in: attribution))
      let occlusion = attribution.occlusion[Self.diagnosis][planted.rawValue]
      #expect(occlusion * signs[planted.rawValue] > 0.3, "upright beats speak for the class, others against it")
    }
  }

  /// The sanity check of Adebayo and others 2018 (arXiv:1810.03292): an explanation that survives other weights explains nothing.
  @Test func shuffledWeightsForgetThePlantedLead() throws {
    var (firsts, rows, count) = (0, 0, 0)
    for planted in Self.planted {
      let whole = try file(planted)
      for seed in 1...UInt32(10) {
        let attributions = try attributions(shuffled(whole, seed: seed))
        #expect(!attributions.allSatisfy { comesFirst(planted, in: $0) })
        firsts += attributions.count { first($0.occlusion[Self.diagnosis]) == planted }
        rows += attributions.reduce(0) { $0 + $1.gates.count { first($0) == planted } }
        count += attributions.count
      }
    }
    // By chance one in twelve would be. The 640 attributions hang together: there are forty networks.
    #expect(Double(firsts) / Double(count) < 0.25)
    #expect(Double(rows) / Double(8 * count) < 0.25)
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
