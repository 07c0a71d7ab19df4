/// Filters signals forwards and backwards, so that no wave is delayed: `scipy.signal.sosfiltfilt` with its default odd padding.
extension ButterworthBandPass {
  /// Samples that a signal is extended by at either end, point-mirrored about its end point: three times the filter's length.
  var padding: Int { 3 * (2 * sections.count + 1) }

  /// Filters four signals, side by side, in both directions in double precision.
  ///
  /// Each pass starts in the steady state of its first sample. A signal too short for the full extension (where SciPy refuses) is extended
  /// by what it has: one sample less than its length.
  public func filterZeroPhase(_ samples: inout [SIMD4<Double>]) {
    guard let first = samples.first, let last = samples.last else { return }
    let margin = min(padding, samples.count - 1)
    var before = samples[1..<margin + 1].reversed().map { 2 * first - $0 }
    var after = samples[(samples.count - 1 - margin)..<(samples.count - 1)].reversed().map { 2 * last - $0 }

    var forwards = Cascade(sections, settledOn: before.first ?? first)
    forwards.filter(&before, in: before.indices)
    forwards.filter(&samples, in: samples.indices)
    forwards.filter(&after, in: after.indices)

    // The way back ends where the signal begins: nothing hangs on the extension before it.
    var backwards = Cascade(sections, settledOn: after.last ?? samples[samples.count - 1])
    backwards.filter(&after, in: after.indices.reversed())
    backwards.filter(&samples, in: samples.indices.reversed())
  }
}

/// A band-pass at work on four signals; each sample goes through all sections while it is in registers.
private struct Cascade {
  private var sections: [Section]

  /// In the state in which a constant input, seen since ever, leaves it.
  init(_ sections: [SecondOrderSection], settledOn input: SIMD4<Double>) {
    self.sections = sections.map(Section.init)
    // The first section answers a constant with 0, so the others are at rest.
    if !sections.isEmpty { self.sections[0].settle(on: input) }
  }

  /// Filters in place, in the order of the indices.
  mutating func filter(_ samples: inout [SIMD4<Double>], in indices: some Sequence<Int>) {
    sections.withUnsafeMutableBufferPointer { sections in
      samples.withUnsafeMutableBufferPointer { samples in
        for index in indices {
          var value = samples[index]
          for section in sections.indices { value = sections[section].next(value) }
          samples[index] = value
        }
      }
    }
  }

  /// Transposed direct form II; both states are held with their sign changed.
  ///
  /// The numerator of a band-pass's section is g (1 − z⁻²), so one product serves both its coefficients.
  struct Section {
    private let gain, a1, a2: SIMD4<Double>
    private var state1 = SIMD4<Double>.zero
    private var state2 = SIMD4<Double>.zero

    init(_ section: SecondOrderSection) {
      gain = SIMD4(repeating: section.b0)
      a1 = SIMD4(repeating: section.a1)
      a2 = SIMD4(repeating: section.a2)
    }

    mutating func settle(on input: SIMD4<Double>) {
      state1 = gain * input
      state2 = state1
    }

    @inline(__always) mutating func next(_ input: SIMD4<Double>) -> SIMD4<Double> {
      let scaled = gain * input
      let output = scaled - state1
      state1 = a1 * output + state2
      state2 = scaled + a2 * output
      return output
    }
  }
}
