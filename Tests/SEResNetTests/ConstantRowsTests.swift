import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// What is computed once for all rows after a recording's end, against the same rows computed one by one.
@Suite struct ConstantRowsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let counts = [1, 300, 1285, 2570, 3400, 3900, 4095]

  /// Recorded zeros up to a whole window are signal like any other, of which every row is computed.
  private func check(_ model: Model, _ name: String, kernels: [Kernel] = Kernel.available) throws {
    for kernel in kernels {
      let predictors = try [1, 2, 3].map { try Predictor(model: model, threads: $0, kernel: kernel) }
      for count in Self.counts {
        let short = try predictors[0].prepare(FormulaModel.recording(sampleCount: count))
        let filled = try predictors[0].prepare(FormulaModel.recording(sampleCount: count, zeros: 4096 - count))
        let results = predictors.map { $0.logits(of: short, window: 0) }
        #expect(results[0] == results[1] && results[0] == results[2], "\(kernel.name), \(name), \(count): threads")
        let difference = largestDifference(results[0], predictors[0].logits(of: filled, window: 0))
        #expect(difference < 2e-5, "\(kernel.name), \(name), \(count) samples")
        let leftOut = predictors.prefix(2).map { $0.probabilities(of: short, window: 0, without: [.v2, .i]) }
        #expect(leftOut[0] == leftOut[1])
        #expect(largestDifference(leftOut[0], predictors[0].probabilities(of: filled, window: 0, without: [.v2, .i])) < 1e-5)
      }
    }
  }

  @Test(arguments: [8, 16, 40, 64])
  func aShortRecordingIsOneWithZerosAfterIt(baseWidth: Int) throws {
    let kernels = Kernel.available.filter { baseWidth < 40 || $0.name != "portable" }
    try check(NetworkOracleTests.model(baseWidth: baseWidth, in: folder), "base width \(baseWidth)", kernels: kernels)
  }

  @Test(arguments: [true, false])
  func soItIsWithALeadGate(isShared: Bool) throws {
    let tensors = FormulaModel.tensors(baseWidth: 16, leadGate: .init(filters: 4, isShared: isShared))
    try check(Model(contentsOf: folder.write(FormulaModel.bytes(tensors), as: "gate.safetensors")), "gate")
  }

  @Test func roundedOperandsErrNoMoreForIt() throws {
    let model = try NetworkOracleTests.model(baseWidth: 32, in: folder)
    for kernel in Kernel.available where kernel.hasBFloat16 {
      let exact = try Predictor(model: model, threads: 1, kernel: kernel)
      let fast = try Predictor(model: model, threads: 2, kernel: kernel, precision: .fast)
      for count in Self.counts {
        func error(zeros: Int) throws -> Float {
          let prepared = try exact.prepare(FormulaModel.recording(sampleCount: count, zeros: zeros))
          return largestDifference(fast.probabilities(of: prepared, window: 0), exact.probabilities(of: prepared, window: 0))
        }
        #expect(try error(zeros: 0) < 2 * error(zeros: 4096 - count) + 0.001, "\(count) samples")
      }
    }
  }

  /// The rows that are said to be alike are those that see none but alike ones, whatever the convolution.
  @Test func rowsAreAlikeWhereAllTheySeeIs() {
    for (taps, stride, padding) in [(15, 2, 7), (7, 1, 3), (7, 2, 3), (8, 2, 3), (1, 2, 0), (3, 2, 1), (1, 1, 0)] {
      for rows in [1, 8, 31, 64] {
        for outputs in [1, 3, 4, 7] {
          for range in [0..<0, 0..<5, 3..<60, 10..<11, 17..<140, 40..<200, 0..<300] {
            let expected = (0..<rows / outputs).filter { group in
              (0..<outputs).allSatisfy { row in
                (0..<taps).allSatisfy { range.contains((group * outputs + row) * stride - padding + $0) }
              }
            }
            let found = ConstantRows(range).groups(of: outputs, rows: rows, taps: taps, stride: stride, padding: padding).range
            #expect(Array(found) == expected, "\(taps) taps, stride \(stride), \(rows) rows by \(outputs), \(range)")
          }
        }
      }
    }
  }
}
