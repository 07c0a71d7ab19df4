import CAllocations
import ECG
import Foundation
import SEResNet
import TestSupport
import Testing

/// Inference allocates nothing once the predictor is warm.
@Suite struct AllocationTests {
  @Test(arguments: [1, 2], Precision.allCases)
  func passesAllocateNothing(threads: Int, precision: Precision) throws {
    let folder = try TemporaryFolder()
    for (baseWidth, sampleCount) in [(8, 4096), (32, 4096), (32, 2000)] {
      let predictor = try Predictor(
        model: NetworkOracleTests.model(baseWidth: baseWidth, in: folder), threads: threads, precision: precision)
      let prepared = try predictor.prepare(FormulaModel.recording(sampleCount: sampleCount))
      let leftOut: Set<Lead> = [.v2]
      var result: [Float] = []
      // Other threads of the test program may allocate now and then, so the quietest of many short spells counts.
      let spells = (0..<25).map { _ in
        let before = einthoven_allocation_count()
        for _ in 0..<4 {
          predictor.probabilities(of: prepared, window: 0, into: &result)
          predictor.probabilities(of: prepared, window: 0, without: leftOut, into: &result)
        }
        return einthoven_allocation_count() - before
      }
      #expect(spells.dropFirst().min() == 0, "base width \(baseWidth), \(sampleCount) samples")
      #expect(result == predictor.probabilities(of: prepared, window: 0, without: leftOut))
    }
  }

  @Test func theCountCounts() {
    let before = einthoven_allocation_count()
    let array = [Int](unsafeUninitializedCapacity: 1000) { buffer, count in
      buffer[0] = Int(before)
      count = 1
    }
    #expect(einthoven_allocation_count() > before && array.count == 1)
  }
}
