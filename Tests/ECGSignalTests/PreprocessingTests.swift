import ECG
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

/// A signal beside three variations of it, so that a lane that leaks into another shows.
private func sideBySide(_ signal: [Double]) -> [SIMD4<Double>] { signal.map { SIMD4($0, -$0, 3 * $0, 0) } }

/// The signal of a lane, its variation undone.
private func lane(_ index: Int, of signals: [SIMD4<Double>]) -> [Double] { signals.map { $0[index] / [1, -1, 3][index] } }

private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}

@Suite struct PreprocessingTests {
  @Test func zeroPhaseFiltersEqualSciPy() throws {
    for golden in try Golden.load().filters {
      let filter = try ButterworthBandPass(
        order: golden.order, lowerHertz: golden.low, upperHertz: golden.high, samplingRateHertz: golden.rate)
      #expect(filter.sections.count == golden.order)
      var signals = sideBySide(formula(golden.count, golden.rate))
      filter.filterZeroPhase(&signals)
      for index in 0..<3 {
        let difference = largestDifference(thin(lane(index, of: signals), golden.step), golden.values)
        #expect(difference < 1e-7, "order \(golden.order), \(golden.low)-\(golden.high) Hz at \(golden.rate) Hz")
      }
      #expect(signals.allSatisfy { $0[3] == 0 })
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
      let signals = resampling.apply(to: sideBySide(formula(golden.count, golden.rate)))
      for index in 0..<3 {
        let difference = largestDifference(thin(lane(index, of: signals), golden.step), golden.values)
        #expect(difference < 1e-12, "\(golden.count) samples at \(golden.rate) Hz")
      }
    }
  }

  @Test func shortSignalsAreFilteredWithWhatTheyHave() throws {
    let filter = try ButterworthBandPass(order: 4, lowerHertz: 0.5, upperHertz: 40, samplingRateHertz: 500)
    for count in 0...30 {
      var signals = sideBySide(formula(count, 500))
      filter.filterZeroPhase(&signals)
      #expect(signals.count == count)
      #expect(lane(0, of: signals).allSatisfy { $0.isFinite })
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
    func bridged(_ samples: [Float]) -> [Double]? { MissingSamples.interpolated(samples[...]) }
    #expect(bridged([gap, gap, 2, gap, 4, gap, gap, 1, gap]) == [2, 2, 2, 3, 4, 3, 2, 1, 1])
    #expect(bridged([1, .infinity, 3]) == [1, 2, 3])
    #expect(bridged([gap, gap]) == nil)
    #expect(bridged([]) == nil)
    #expect(bridged([5]) == [5])
  }

  @Test func quartetsHoldAllLeadsInOrderAndBridgeTheirGaps() {
    let count = 7
    var millivolts = (0..<12 * count).map { Float($0) }
    millivolts[1 * count + 3] = .nan
    millivolts[4 * count] = .infinity
    for index in 10 * count..<11 * count { millivolts[index] = .nan }
    var sources = [LeadSource](repeating: .recorded, count: 12)
    sources[8] = .absent
    let recording = Recording(name: "q", samplingRateHertz: 500, millivolts: millivolts, sources: sources)
    let quartets = (0..<LeadQuartet.count).map { LeadQuartet($0, of: recording) }
    #expect(quartets.map(\.samples.count) == [count, count, count])
    #expect(quartets.map(\.isKnown) == [[true, true, true, true], [true, true, true, true], [false, true, false, true]])
    let first = (0..<count).map { index in (0..<12).map { quartets[$0 / 4].samples[index][$0 % 4] } }
    for index in 0..<count {
      let expected = (0..<12).map { $0 == 8 || $0 == 10 ? 0 : $0 == 4 && index == 0 ? 29 : Double($0 * count + index) }
      #expect(first[index] == expected, "the gap in II lies on the line between its neighbours; aVL begins with its first known value")
    }
    #expect(quartets[0].lowest == SIMD4(0, 7, 14, 21) && quartets[0].highest == SIMD4(6, 13, 20, 27))
    #expect(quartets[1].lowest[0] == 29 && quartets[2].lowest[2] == 0 && quartets[2].highest[2] == 0)
  }

  @Test func standardisationUsesThePopulationDeviation() {
    let signals = [1, 2, 3, 4].map { SIMD4($0, -2 * $0, 7, 7 + 1e-14 * $0) }
    let scores = Standardisation.of(signals, flatBelow: SIMD4(0, 0, 0, 1e-9))
    #expect(scores.map(\.mean).prefix(3) == [2.5, -5, 7])
    #expect(abs(scores[0].deviation - 1.25.squareRoot()) < 1e-15)
    #expect(abs(scores[1].deviation - 5.0.squareRoot()) < 1e-15)
    #expect(scores[2].standardised(7) == 0)
    #expect(scores[3].deviation == 0)
    #expect(Standardisation.of([]).map { $0.standardised(3) } == [0, 0, 0, 0])
  }
}
