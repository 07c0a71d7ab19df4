/// Why a signal cannot be filtered or resampled.
public enum SignalError: Error, Equatable, CustomStringConvertible {
  /// The sampling rate is not a positive number.
  case rateNotPositive(hertz: Double)
  /// The upper edge of a band-pass is not below half the sampling rate.
  case rateTooLow(hertz: Double, upperEdgeHertz: Double)
  /// The sampling rate is so far above the band that the filter's coefficients lose their meaning.
  case rateTooHigh(hertz: Double, lowerEdgeHertz: Double)
  /// The edges are not ordered 0 < lower < upper, or the order is not 1…20.
  case badBand(order: Int, lowerHertz: Double, upperHertz: Double)
  /// Resampling would leave no sample.
  case tooShort(seconds: Double)
  /// Resampling would make more samples than fit sensibly in memory.
  case tooLong(seconds: Double, limitSeconds: Double)

  /// One line for a person: what, and what was expected.
  public var description: String {
    switch self {
    case .rateNotPositive(let hertz): "sampling rate \(hertz) Hz; expected a positive number"
    case .rateTooLow(let hertz, let edge): "sampling rate \(hertz) Hz; a band-pass up to \(edge) Hz needs more than \(2 * edge) Hz"
    case .rateTooHigh(let hertz, let edge): "sampling rate \(hertz) Hz is too high for a band-pass from \(edge) Hz"
    case .badBand(let order, let lower, let upper):
      "a band-pass of order \(order) from \(lower) to \(upper) Hz; expected an order of 1 to 20 and 0 < lower < upper"
    case .tooShort(let seconds): "\(seconds) s of signal; expected at least one sample after resampling"
    case .tooLong(let seconds, let limit): "\(seconds) s of signal; expected at most \(limit) s"
    }
  }
}
