import ECG
import Testing

/// Samples, folds, studies and recordings are stored by their seeds: these numbers must never change.
struct SeededGeneratorTests {
  @Test func isSplitMix64() {
    // The first outputs for seed 1234567 of the authors' reference program.
    var generator = SeededGenerator(seed: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
  }

  @Test func normalNumbersHaveMeanZeroAndVarianceOne() {
    var generator = SeededGenerator(seed: 1_234_567)
    var values: [Double] = []
    for _ in 0..<20_000 { values.append(generator.normal()) }
    let mean = values.reduce(0, +) / 20_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.04)
  }

  @Test func drawsEachWholeNumberAndOrderEquallyOften() {
    var generator = SeededGenerator(seed: 5, stream: 3)
    var numbers = [Int](repeating: 0, count: 3)
    var orders: [[Int]: Int] = [:]
    for _ in 0..<6_000 {
      numbers[generator.below(3)] += 1
      orders[generator.shuffled(0..<3), default: 0] += 1
    }
    #expect(numbers.allSatisfy { abs($0 - 2_000) < 150 })
    #expect(orders.count == 6 && orders.values.allSatisfy { abs($0 - 1_000) < 120 })
    #expect(generator.below(0) == 0 && generator.below(-1) == 0)
  }
}
