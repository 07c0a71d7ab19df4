import ECG
import ECGFiles
import Foundation
import SEResNet
import TestSupport
import Testing

/// What bfloat16 does to predictions: at most 0.01 in any probability.
@Suite struct PrecisionTests {
  private let model: Model
  private var unmeasured: UnknownMeasurements? { UnknownMeasurements(of: model) }

  init() throws { model = try Model(contentsOf: Checkout.root.appendingPathComponent("Models/default.safetensors")) }

  /// Where the processor has no bfloat16 the predictor says that it is exact, and is.
  @Test func fastIsNearExact() throws {
    for kernel in Kernel.available {
      let exact = try Predictor(model: model, threads: 1, kernel: kernel, measuring: unmeasured)
      let fast = try Predictor(model: model, threads: 2, kernel: kernel, precision: .fast, measuring: unmeasured)
      #expect(fast.precision == (kernel.hasBFloat16 ? .fast : .exact))
      let prepared = try exact.prepare(FormulaModel.recording())
      let difference = largestDifference(
        fast.probabilities(of: prepared, window: 0), exact.probabilities(of: prepared, window: 0))
      #expect(difference < 0.01 && (difference > 0) == kernel.hasBFloat16, "\(kernel.name)")
    }
  }

  /// Every twentieth recording of the shared folders, or with EINTHOVEN_ALL_RECORDINGS=1 every one.
  @Test(arguments: ["challenge", "ptbxl", "ptbxl-raw", "ludb", "formats"])
  func fastStaysNearExactOnRealRecordings(folder: String) throws {
    guard Kernel.available.first?.hasBFloat16 == true, let url = Checkout.shared("ecg/\(folder)") else { return }
    let step = ProcessInfo.processInfo.environment["EINTHOVEN_ALL_RECORDINGS"] == nil ? 20 : 1
    let exact = try Predictor(model: model, threads: 2, measuring: unmeasured)
    let fast = try Predictor(model: model, threads: 2, precision: .fast, measuring: unmeasured)
    let references = try RecordLocator.references(at: url.path)
    var (largest, worst, count) = (Float(0), "", 0)
    for reference in stride(from: 0, to: references.count, by: step).map({ references[$0] }) {
      // Some of `formats` hold no leads of ours.
      guard let recording = try? Recording(RecordFile.read(reference)), let prepared = try? exact.prepare(recording) else { continue }
      let expected = try #require(exact.predict(prepared))
      let result = try #require(fast.predict(prepared))
      let difference = max(
        largestDifference(result.windows, expected.windows), largestDifference(result.mean.map(Float.init), expected.mean.map(Float.init)))
      if difference > largest { (largest, worst) = (difference, reference.name) }
      count += 1
      for (index, threshold) in model.metadata.thresholds.enumerated() {
        let (before, after) = (expected.mean[index], result.mean[index])
        #expect((before >= threshold) == (after >= threshold) || abs(before - threshold) <= 0.01, "\(reference.name): a decision flips")
      }
    }
    #expect(largest <= 0.01, "\(worst)")
    if step == 1 { print("\(folder): \(count) recordings, largest difference \(largest) on \(worst)") }
  }
}
