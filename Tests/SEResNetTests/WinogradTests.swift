import ECG
import ECGFiles
import Foundation
import SEResNet
import TestSupport
import Testing

/// Winograd's minimal filtering against direct convolution and float64.
@Suite struct WinogradTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Widths at which layers have one panel or many, whole or not, and are shared out by tiles and by panels.
  @Test(arguments: [24, 32, 40, 64])
  func everyKernelAgreesWithDirectConvolution(baseWidth: Int) throws {
    let model = try NetworkOracleTests.model(baseWidth: baseWidth, in: folder)
    for kernel in Kernel.available where baseWidth < 64 || kernel.name != "portable" {
      let direct = try Predictor(model: model, threads: 1, kernel: kernel, method: .direct)
      let prepared = try direct.prepare(FormulaModel.recording())
      let expected = direct.logits(of: prepared, window: 0)
      for threads in [1, 2, 3] {
        let predictor = try Predictor(model: model, threads: threads, kernel: kernel)
        #expect(largestDifference(predictor.logits(of: prepared, window: 0), expected) < 1e-4, "\(kernel.name), \(threads) threads")
      }
    }
  }

  /// Every window of ptbxl-raw and challenge through the reference checkpoint and the shipped model (Tests/Oracles/seresnet_logits.py), whose
  /// measurements are unknown.
  @Test(arguments: ["logits", "logits-default"]) func logitsEqualFloat64OnRealRecordings(oracle: String) throws {
    var file = Checkout.root.appendingPathComponent("Models/default.safetensors")
    if oracle == "logits" {
      guard let checkpoint = Checkout.shared("models/reference-w32.pth") else { return }
      file = folder.url.appendingPathComponent("reference.safetensors")
      try CheckpointImporter.importPyTorch(from: checkpoint, to: file, preprocessing: .zscore05to40)
    }
    let model = try Model(contentsOf: file)
    let predictor = try Predictor(model: model, threads: 2, measuring: UnknownMeasurements(of: model))
    var recording: (name: String, prepared: PreparedRecording)?
    for line in try String(contentsOf: Checkout.golden("SEResNet/\(oracle).csv"), encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: ",")
      let (name, window) = (String(fields[0]), try #require(Int(fields[1])))
      let expected = fields.dropFirst(2).compactMap { Float($0) }
      if recording?.name != name {
        guard let header = Checkout.shared("ecg/\(name).hea") else { return }
        let reference = try #require(try RecordLocator.references(at: header.path).first)
        recording = (name, try predictor.prepare(Recording(RecordFile.read(reference))))
      }
      let prepared = try #require(recording?.prepared)
      let logits = predictor.logits(of: prepared, window: window)
      #expect(largestDifference(logits, expected) < 1e-4, "\(name), window \(window)")
      for (index, threshold) in model.metadata.thresholds.enumerated() {
        let limit = Float(log(threshold / (1 - threshold)))
        #expect((logits[index] >= limit) == (expected[index] >= limit), "\(name): a decision flips")
      }
    }
  }

  @Test func predictorsThatShareWeightsAgree() throws {
    let model = try NetworkOracleTests.model(baseWidth: 24, in: folder)
    let first = try Predictor(model: model, threads: 1)
    let second = Predictor(sharing: first, threads: 2)
    let prepared = try first.prepare(FormulaModel.recording())
    #expect(first.logits(of: prepared, window: 0) == second.logits(of: prepared, window: 0))
  }
}
