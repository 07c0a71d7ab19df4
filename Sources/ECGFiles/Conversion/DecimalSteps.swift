import ECG

/// Physical values as integers in steps of a power of ten.
enum DecimalSteps {
  /// Steps per physical unit: the fewest, from 1 to 10⁹ by tens, that lose nothing; else the most that 32 bits hold.
  ///
  /// Values that were written with few decimals, as in most text formats, are kept exactly.
  static func gain(for values: [Double]) -> Double {
    let size = values.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    var gain = 1.0
    while gain < 1e9, size * gain * 10 < Double(Int32.max), !isExact(values, gain: gain) { gain *= 10 }
    // A value too large for 32 bits takes steps of more than one unit.
    while size * gain >= Double(Int32.max) { gain /= 10 }
    return gain
  }

  /// The nearest integer steps; what is not finite is missing.
  static func quantised(_ values: [Double], gain: Double) -> [Int32] {
    values.map { value in
      value.isFinite ? Int32(exactly: (value * gain).rounded()) ?? SignalSamples.missing : SignalSamples.missing
    }
  }

  private static func isExact(_ values: [Double], gain: Double) -> Bool {
    values.allSatisfy { value in !value.isFinite || (value * gain).rounded() / gain == value }
  }
}

extension Double {
  /// The fewest digits that read back to the same value, without a trailing `.0`.
  var shortestText: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
