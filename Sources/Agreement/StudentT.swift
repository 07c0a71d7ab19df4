import Foundation

/// Student's t distribution, as far as a confidence interval needs it.
enum StudentT {
  /// The 97.5 % quantile: the interval of ± so many standard errors holds 95 %.
  static func twoSided95(degreesOfFreedom: Double) -> Double {
    let normal = 1.959963984540054
    guard degreesOfFreedom >= 1 else { return .infinity }
    if degreesOfFreedom > 1000 { return expansion(normal, degreesOfFreedom) }
    var low = normal
    var high = 12.8
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if outside(middle, degreesOfFreedom) > 0.05 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// Cornish and Fisher's expansion about the normal quantile (Abramowitz and Stegun 26.7.5); its error is below 1e-13 here.
  private static func expansion(_ z: Double, _ degrees: Double) -> Double {
    let (z3, z5, z7) = (pow(z, 3), pow(z, 5), pow(z, 7))
    let first: Double = (z3 + z) / 4
    let second: Double = (5 * z5 + 16 * z3 + 3 * z) / 96
    let third: Double = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384
    return z + (first + (second + third / degrees) / degrees) / degrees
  }

  /// The probability of a value beyond ±t: the incomplete beta function I(ν / (ν + t²); ν / 2, 1 / 2).
  private static func outside(_ t: Double, _ degrees: Double) -> Double {
    incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  }

  /// The regularised incomplete beta function by its continued fraction (Lentz's method; Abramowitz and Stegun 26.5.8).
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let logBeta: Double = lgamma(a) + lgamma(b) - lgamma(a + b)
    let logFront: Double = a * log(x) + b * log(1 - x) - logBeta
    var c = 1.0
    var d = 1 / (1 - (a + b) * x / (a + 1))
    var fraction = d
    for step in 1...400 {
      let m = Double(step)
      let twice: Double = a + 2 * m
      let even: Double = m * (b - m) * x / ((twice - 1) * twice)
      let odd: Double = -(a + m) * (a + b + m) * x / (twice * (twice + 1))
      for coefficient in [even, odd] {
        d = 1 / (1 + coefficient * d)
        c = 1 + coefficient / c
        fraction *= c * d
      }
      if abs(c * d - 1) < 1e-15 { break }
    }
    return exp(logFront) * fraction / a
  }
}
