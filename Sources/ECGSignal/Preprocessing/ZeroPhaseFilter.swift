/// Filters a signal forwards and backwards, so that no wave is delayed: `scipy.signal.sosfiltfilt` with its default odd padding.
extension ButterworthBandPass {
  /// Samples that the signal is extended by at either end, point-mirrored about its end point: three times the filter's length.
  var padding: Int { 3 * (2 * sections.count + 1) }

  /// The signal filtered in both directions, in double precision.
  ///
  /// Each pass starts in the steady state of its first sample. A signal too short for the full extension (where SciPy refuses) is extended
  /// by what it has: one sample less than its length.
  public func zeroPhase(_ samples: [Double]) -> [Double] {
    guard let first = samples.first, let last = samples.last else { return [] }
    let margin = min(padding, samples.count - 1)
    var extended: [Double] = []
    extended.reserveCapacity(samples.count + 2 * margin)
    for offset in stride(from: margin, to: 0, by: -1) { extended.append(2 * first - samples[offset]) }
    extended.append(contentsOf: samples)
    for offset in stride(from: 1, through: margin, by: 1) { extended.append(2 * last - samples[samples.count - 1 - offset]) }
    filter(&extended)
    extended.reverse()
    filter(&extended)
    extended.reverse()
    return Array(extended[margin..<margin + samples.count])
  }

  /// One pass in place, section after section (transposed direct form II).
  private func filter(_ samples: inout [Double]) {
    var input = samples.first ?? 0
    for section in sections {
      // The state in which a constant input, seen since ever, leaves the section.
      let output = input * section.gainAtZero
      var state2 = section.b2 * input - section.a2 * output
      var state1 = output - section.b0 * input
      input = output
      samples.withUnsafeMutableBufferPointer { buffer in
        for index in buffer.indices {
          let x = buffer[index]
          let y = section.b0 * x + state1
          state1 = section.b1 * x - section.a1 * y + state2
          state2 = section.b2 * x - section.a2 * y
          buffer[index] = y
        }
      }
    }
  }
}
