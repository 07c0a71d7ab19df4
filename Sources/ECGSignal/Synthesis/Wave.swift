import ECG
import Foundation

/// One activation of the heart: a pulse of the heart vector in a fixed direction, Gaussian on both sides of its peak.
///
/// Several of them that overlap and point in different directions make the loops of a vectorcardiogram. Source of the idea: McSharry et al. 2003,
/// IEEE Trans. Biomed. Eng. 50:289, and its three-dimensional form in Sameni et al. 2007, EURASIP J. Adv. Signal Process.
public struct Wave: Sendable, Hashable {
  /// The heart vector at the peak.
  public var vector: HeartVector
  /// When the peak comes: after the start of the QRS complex for ventricular waves, of the P wave for atrial ones, at one beat a second.
  public var peakMilliseconds: Double
  /// Standard deviation of the Gaussian before the peak.
  public var riseMilliseconds: Double
  /// Standard deviation of the Gaussian after the peak.
  public var fallMilliseconds: Double

  /// A wave by length and direction of its vector; without `fall` it is symmetric.
  public init(
    _ millivolts: Double, frontal frontalDegrees: Double, posterior posteriorDegrees: Double, at peakMilliseconds: Double, rise: Double,
    fall: Double? = nil
  ) {
    vector = HeartVector(millivolts: millivolts, frontalDegrees: frontalDegrees, posteriorDegrees: posteriorDegrees)
    self.peakMilliseconds = peakMilliseconds
    riseMilliseconds = rise
    fallMilliseconds = fall ?? rise
  }

  /// The vector's integral over time, in millivolt milliseconds.
  public var area: HeartVector { vector * ((riseMilliseconds + fallMilliseconds) * (Double.pi / 2).squareRoot()) }

  /// The share of the peak's vector that is present some time after the peak.
  public func share(millisecondsAfterPeak time: Double) -> Double {
    let deviations = time / (time < 0 ? riseMilliseconds : fallMilliseconds)
    return exp(-0.5 * deviations * deviations)
  }

  /// The wave a little later or earlier, stronger or weaker, and in another direction: what makes one heart differ from the next.
  func varied(using generator: inout SeededGenerator) -> Wave {
    var wave = self
    wave.vector *= 1 + 0.08 * generator.normal()
    wave.vector = wave.vector.turned(byDegrees: 4 * generator.normal())
    wave.vector.z += 0.06 * generator.normal() * (vector * vector).sum().squareRoot()
    wave.peakMilliseconds *= 1 + 0.025 * generator.normal()
    return wave
  }
}
