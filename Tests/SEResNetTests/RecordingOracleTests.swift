import ECG
import ECGFiles
import Foundation
import SEResNet
import TestSupport
import Testing

/// Whole recordings through the reference checkpoint, against wfdb, SciPy and PyTorch in float64 (Tests/Oracles/seresnet_recordings.py).
@Suite struct RecordingOracleTests {
  private struct Golden: Decodable {
    let windows: Int
    let probabilities: [Float]
  }

  /// Values of Tests/Oracles/seresnet_attribution.py; rows for LAD and sinus rhythm.
  private struct Attribution: Decodable {
    let probabilities: [Float]
    let occlusion, gates, groups, electrodes: [[Float]]
  }

  private static let classes = [11, 14]

  private func golden<Value: Decodable>(_ name: String, as type: Value.Type) throws -> [String: Value] {
    try JSONDecoder().decode([String: Value].self, from: Data(contentsOf: Checkout.golden("SEResNet/\(name)")))
  }

  private func referenceModel(in folder: TemporaryFolder) throws -> Model? {
    guard let checkpoint = Checkout.shared("models/reference-w32.pth") else { return nil }
    let file = folder.url.appendingPathComponent("reference.safetensors")
    try CheckpointImporter.importPyTorch(from: checkpoint, to: file, preprocessing: .zscore05to40)
    return try Model(contentsOf: file)
  }

  private func recording(_ name: String) throws -> Recording? {
    guard let header = Checkout.shared("ecg/\(name).hea") else { return nil }
    let references = try RecordLocator.references(at: header.path)
    return try references.first.map { try Recording(RecordFile.read($0)) }
  }

  @Test func probabilitiesEqualPyTorchs() throws {
    let folder = try TemporaryFolder()
    guard let model = try referenceModel(in: folder) else { return }
    let predictors = try Kernel.available.map { try Predictor(model: model, threads: 2, kernel: $0) }
    let golden = try golden("recordings.json", as: Golden.self)
    for (index, (name, expected)) in golden.sorted(by: { $0.key < $1.key }).enumerated() {
      guard let recording = try recording(name) else { continue }
      // The fastest kernels on every recording, the others in turn.
      for (number, predictor) in predictors.enumerated() where number == 0 || index % (predictors.count - 1) == number - 1 {
        let prepared = try predictor.prepare(recording)
        #expect(prepared.windowCount == expected.windows, "\(name)")
        let result = try #require(predictor.predict(prepared))
        #expect(largestDifference(result.mean.map(Float.init), expected.probabilities) < 1e-4, "\(name)")
        #expect(result.windows.count == expected.windows)
      }
    }
  }

  @Test func attributionsEqualPyTorchs() throws {
    let folder = try TemporaryFolder()
    guard let model = try referenceModel(in: folder) else { return }
    let predictor = try Predictor(model: model, threads: 2)
    func rows(_ values: [[Float]]) -> [[Float]] { Self.classes.map { index in values.map { $0[index] } } }
    for (name, expected) in try golden("attribution.json", as: Attribution.self) {
      guard let recording = try recording(name) else { continue }
      let attribution = try #require(predictor.attribution(of: try predictor.prepare(recording), window: nil))
      #expect(largestDifference(Self.classes.map { attribution.occlusion[$0] }, expected.occlusion) < 1e-4, "\(name)")
      #expect(largestDifference(attribution.gates, expected.gates) < 1e-4, "\(name)")
      #expect(largestDifference(rows(attribution.groups.map(\.occlusion)), expected.groups) < 1e-4, "\(name)")
      #expect(largestDifference(rows(attribution.electrodes.map(\.occlusion)), expected.electrodes) < 1e-4, "\(name)")
    }
  }
}
