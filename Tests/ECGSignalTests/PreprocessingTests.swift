import ECGSignal
import Foundation
import TestSupport
import Testing

/// Values by SciPy and NumPy; see Tests/Oracles/signal_preprocessing.py, which says how the input is made.
private struct Golden: Decodable {
  struct Filter: Decodable {
    let order, count, step: Int
    let low, high, rate: Double
    let frequencies, gains, values: [Double]
  }

  struct Resampling: Decodable {
    let rate: Double
    let count, length, step: Int
    let values: [Double]
  }

  let filters: [Filter]
  let resamplings: [Resampling]

  static func load() throws -> Golden {
    try JSONDecoder().decode(Golden.self, from: Data(contentsOf: Checkout.golden("ECGSignal/preprocessing.json")))
  }
}

private func formula(_ count: Int, _ rate: Double) -> [Double] {
  (0..<count).map { index in
    let time = Double(index) / rate
    let waves = sin(2 * .pi * 1.3 * time) + 0.4 * sin(2 * .pi * 17 * time) + 0.3 * sin(2 * .pi * 61 * time)
    return waves + Double(index * 7919 % 101) / 200 - 0.1 * time + 0.5
  }
}

private func thin(_ values: [Double], _ step: Int) -> [Double] {
  stride(from: 0, to: values.count, by: step).map { values[$0] } + values.suffix(1)
}

private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}

@Suite struct PreprocessingTests {
  @Test func zeroPhaseFiltersEqualSciPy() throws {
    for golden in try Golden.load().filters {
      let filter = try ButterworthBandPass(
        order: golden.order, lowerHertz: golden.low, upperHertz: golden.high, samplingRateHertz: golden.rate)
      #expect(filter.sections.count == golden.order)
      let result = thin(filter.zeroPhase(formula(golden.count, golden.rate)), golden.step)
      #expect(
        largestDifference(result, golden.values) < 1e-7, "order \(golden.order), \(golden.low)-\(golden.high) Hz at \(golden.rate) Hz")
    }
  }

  @Test func gainsAtSingleFrequenciesEqualSciPy() throws {
    for golden in try Golden.load().filters {
      let filter = try ButterworthBandPass(
        order: golden.order, lowerHertz: golden.low, upperHertz: golden.high, samplingRateHertz: golden.rate)
      let gains = golden.frequencies.map { gain(of: filter, at: 2 * .pi * $0 / golden.rate) }
      #expect(largestDifference(gains, golden.gains) < 1e-7)
    }
  }

  /// The size of the transfer function at an angular frequency.
  private func gain(of filter: ButterworthBandPass, at angle: Double) -> Double {
    filter.sections.reduce(1) { product, section in
      func size(_ c0: Double, _ c1: Double, _ c2: Double) -> Double {
        hypot(c0 + c1 * cos(angle) + c2 * cos(2 * angle), c1 * sin(angle) + c2 * sin(2 * angle))
      }
      return product * size(section.b0, section.b1, section.b2) / size(1, section.a1, section.a2)
    }
  }

  @Test func resamplingEqualsNumPy() throws {
    for golden in try Golden.load().resamplings {
      guard golden.length > 0 else {
        #expect(throws: SignalError.self) { try LinearResampling(sourceCount: golden.count, from: golden.rate, to: 257) }
        continue
      }
      let resampling = try LinearResampling(sourceCount: golden.count, from: golden.rate, to: 257)
      #expect(resampling.targetCount == golden.length)
      let result = thin(resampling.apply(to: formula(golden.count, golden.rate)), golden.step)
      #expect(largestDifference(result, golden.values) < 1e-12, "\(golden.count) samples at \(golden.rate) Hz")
    }
  }

  @Test func shortSignalsAreFilteredWithWhatTheyHave() throws {
    let filter = try ButterworthBandPass(order: 4, lowerHertz: 0.5, upperHertz: 40, samplingRateHertz: 500)
    for count in 0...30 {
      let result = filter.zeroPhase(formula(count, 500))
      #expect(result.count == count)
      #expect(result.allSatisfy { $0.isFinite })
    }
  }

  @Test func bandsThatTheRateCannotHoldAreNamed() throws {
    func design(_ order: Int, _ lower: Double, _ upper: Double, _ rate: Double) throws {
      _ = try ButterworthBandPass(order: order, lowerHertz: lower, upperHertz: upper, samplingRateHertz: rate)
    }
    #expect(throws: SignalError.rateTooLow(hertz: 80, upperEdgeHertz: 40)) { try design(4, 0.5, 40, 80) }
    #expect(throws: SignalError.rateTooHigh(hertz: 1e9, lowerEdgeHertz: 0.5)) { try design(4, 0.5, 40, 1e9) }
    #expect(throws: SignalError.rateNotPositive(hertz: -1)) { try design(4, 0.5, 40, -1) }
    #expect(throws: SignalError.rateNotPositive(hertz: .infinity)) { try design(4, 0.5, 40, .infinity) }
    for (order, lower, upper) in [(0, 0.5, 40.0), (21, 0.5, 40), (4, 0, 40), (4, 40, 40), (4, .nan, 40), (4, 0.5, .nan)] {
      #expect(throws: SignalError.self) { try design(order, lower, upper, 500) }
    }
  }

  @Test func absurdLengthsAreRefusedBeforeAnythingIsAllocated() throws {
    for (count, rate) in [(1_000_000, 1e-300), (1_000_000, 0.001), (Int.max, 500), (0, 257), (0, 500), (1, 1e300), (10, .nan), (10, 0)] {
      #expect(throws: SignalError.self) { try LinearResampling(sourceCount: count, from: rate, to: 257) }
    }
  }

  @Test func timesOfResampledSamplesFollowTheStretchedGrids() throws {
    let resampling = try LinearResampling(sourceCount: 5000, from: 500, to: 257)
    #expect(resampling.sourceSeconds(ofTarget: 0) == 0)
    #expect(abs(resampling.sourceSeconds(ofTarget: 2569) - 4999.0 / 500) < 1e-9)
    let unchanged = try LinearResampling(sourceCount: 5000, from: 257, to: 257)
    #expect(unchanged.sourceSeconds(ofTarget: 257) == 1)
  }

  @Test func gapsAreBridgedByStraightLines() {
    let gap = Float.nan
    #expect(MissingSamples.interpolated([gap, gap, 2, gap, 4, gap, gap, 1, gap] as [Float]) == [2, 2, 2, 3, 4, 3, 2, 1, 1])
    #expect(MissingSamples.interpolated([1, .infinity, 3] as [Float]) == [1, 2, 3])
    #expect(MissingSamples.interpolated([gap, gap] as [Float]) == nil)
    #expect(MissingSamples.interpolated([] as [Float]) == nil)
    #expect(MissingSamples.interpolated([5] as [Float]) == [5])
  }

  @Test func standardisationUsesThePopulationDeviation() {
    let scores = Standardisation(of: [1, 2, 3, 4])
    #expect(scores.mean == 2.5)
    #expect(abs(scores.deviation - 1.25.squareRoot()) < 1e-15)
    #expect(Standardisation(of: [7, 7, 7]).standardised(7) == 0)
    #expect(Standardisation(of: [7, 7 + 1e-14], flatBelow: 1e-9).deviation == 0)
    #expect(Standardisation(of: []).standardised(3) == 0)
  }
}
