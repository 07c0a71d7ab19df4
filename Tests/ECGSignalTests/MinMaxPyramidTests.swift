import ECGSignal
import Testing

@Suite struct MinMaxPyramidTests {
  @Test func agreesWithAPlainScanOnEveryKindOfRange() {
    let samples = (0..<5000).map { (index: Int) -> Float in
      let hash = (index * 7919 + index * index) % 1009
      return Float(hash) - 500
    }
    let pyramid = MinMaxPyramid(samples[...])
    var start = 0
    for length in [1, 2, 15, 16, 17, 255, 256, 257, 1000, 4096, 5000] {
      for offset in 0..<8 {
        start = (start * 31 + 17 * offset) % 5000
        let range = start..<min(5000, start + length)
        let expected = MinMaxPyramid.Extremes(minimum: samples[range].min() ?? 0, maximum: samples[range].max() ?? 0)
        #expect(pyramid.extremes(in: range) == expected)
      }
    }
  }

  @Test func workOnASliceCountsFromItsStart() {
    let samples = (0..<100).map(Float.init)
    #expect(MinMaxPyramid(samples[50...]).extremes(in: 0..<2) == .init(minimum: 50, maximum: 51))
  }

  @Test func missingSamplesDoNotCount() {
    var samples = [Float](repeating: .nan, count: 100)
    #expect(MinMaxPyramid(samples[...]).extremes(in: 0..<100) == nil)
    samples[37] = 2
    #expect(MinMaxPyramid(samples[...]).extremes(in: 0..<100) == .init(minimum: 2, maximum: 2))
    #expect(MinMaxPyramid(samples[...]).extremes(in: 40..<400) == nil)
    #expect(MinMaxPyramid([][...]).extremes(in: 0..<1) == nil)
  }
}
