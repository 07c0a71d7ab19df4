import Foundation

/// One second-order section of a digital filter, `(b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²)`.
public struct SecondOrderSection: Sendable, Equatable {
  /// Coefficients of the numerator.
  public let b0, b1, b2: Double
  /// Coefficients of the denominator after its leading 1.
  public let a1, a2: Double

  /// The gain at zero frequency.
  var gainAtZero: Double { (b0 + b1 + b2) / (1 + a1 + a2) }
}

/// A digital Butterworth band-pass: as many second-order sections as its order.
///
/// The analogue prototype's poles are moved to the band (edges pre-warped) and mapped by the bilinear transform, all in double precision.
/// Each section takes one zero at 0 Hz and one at half the sampling rate, which keeps the gains of the sections near one. The transfer
/// function is that of `scipy.signal.butter(order, [lower, upper], "bandpass", fs: rate)`.
public struct ButterworthBandPass: Sendable, Equatable {
  /// The sections, applied one after the other.
  public let sections: [SecondOrderSection]

  /// Designs the filter: `order` poles at each edge of the band.
  ///
  /// - Throws: ``SignalError`` where the band is empty, or does not lie between zero and half the sampling rate.
  public init(order: Int, lowerHertz: Double, upperHertz: Double, samplingRateHertz: Double) throws(SignalError) {
    guard samplingRateHertz > 0, samplingRateHertz.isFinite else { throw .rateNotPositive(hertz: samplingRateHertz) }
    guard (1...20).contains(order), lowerHertz > 0, upperHertz > lowerHertz, upperHertz.isFinite else {
      throw .badBand(order: order, lowerHertz: lowerHertz, upperHertz: upperHertz)
    }
    guard upperHertz < samplingRateHertz / 2 else { throw .rateTooLow(hertz: samplingRateHertz, upperEdgeHertz: upperHertz) }
    // Beyond this ratio the poles are so near to 1 that their distance drowns in rounding.
    guard samplingRateHertz / lowerHertz < 1e6 else { throw .rateTooHigh(hertz: samplingRateHertz, lowerEdgeHertz: lowerHertz) }

    // The bilinear transform at a rate of 2: s = 4 (z − 1) / (z + 1).
    let lower = 4 * tan(.pi * lowerHertz / samplingRateHertz)
    let upper = 4 * tan(.pi * upperHertz / samplingRateHertz)
    let band = Band(width: upper - lower, centreSquared: lower * upper)
    sections = (0..<(order + 1) / 2).flatMap { index in
      // Prototype poles in the upper half plane; the middle one of an odd order is the real pole −1.
      let angle = Double.pi * Double(2 * index + 1) / Double(2 * order)
      let isReal = 2 * index + 1 == order
      let pole = isReal ? Complex(-1, 0) : Complex(-sin(angle), cos(angle))
      return band.sections(ofPrototypePole: pole, isReal: isReal)
    }
  }
}

/// The pass band of the analogue filter, in pre-warped frequencies.
private struct Band {
  let width: Double
  let centreSquared: Double

  /// The sections that a prototype pole (and its conjugate) becomes: two, or one where the pole is real.
  func sections(ofPrototypePole pole: Complex, isReal: Bool) -> [SecondOrderSection] {
    let half = pole * Complex(width / 2, 0)
    let root = (half * half - Complex(centreSquared, 0)).squareRoot()
    let poles = [half + root, half - root]
    if isReal { return [section(poles[0], poles[1])] }
    return poles.map { section($0, $0.conjugate) }
  }

  /// The section of two poles that are conjugate or both real, with the zeros of a band-pass.
  private func section(_ first: Complex, _ second: Complex) -> SecondOrderSection {
    let four = Complex(4, 0)
    let gain = 4 * width / ((four - first) * (four - second)).real
    let (p, q) = ((four + first) / (four - first), (four + second) / (four - second))
    return SecondOrderSection(b0: gain, b1: 0, b2: -gain, a1: -(p + q).real, a2: (p * q).real)
  }
}

/// Just enough complex arithmetic for a filter's poles.
private struct Complex {
  let real: Double
  let imaginary: Double

  init(_ real: Double, _ imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }

  var conjugate: Complex { Complex(real, -imaginary) }

  func squareRoot() -> Complex {
    let size = hypot(real, imaginary)
    let real = ((size + self.real) / 2).squareRoot()
    let imaginary = ((size - self.real) / 2).squareRoot()
    return Complex(real, self.imaginary < 0 ? -imaginary : imaginary)
  }

  static func + (a: Complex, b: Complex) -> Complex { Complex(a.real + b.real, a.imaginary + b.imaginary) }
  static func - (a: Complex, b: Complex) -> Complex { Complex(a.real - b.real, a.imaginary - b.imaginary) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }
  static func / (a: Complex, b: Complex) -> Complex {
    let size = b.real * b.real + b.imaginary * b.imaginary
    let product = a * b.conjugate
    return Complex(product.real / size, product.imaginary / size)
  }
}
