import ECG
import Foundation

/// The direction of waves in the frontal plane.
///
/// The net areas (or amplitudes) of all limb leads that show a wave are fitted by two numbers, lead I and lead II, by least squares over
/// ``LimbLeads/weights(of:)``; with x = I and y = 2/√3 aVF the axis is their angle (Einthoven's triangle; AHA/ACCF/HRS 2009 measure it from net areas).
/// All leads are used because an axis from two fails where one of them is small; where their gains contradict one another, they are first multiplied by
/// what makes them agree (``Measurements/limbFactors``).
struct HeartAxis {
  /// The axis of the median over beats, in degrees, -180...180.
  let degrees: Double
  /// The interval that holds the axis of 95 of 100 single beats.
  let interval: DegreeInterval
  /// The length of the net vector, as a share of what the leads show without regard to sign.
  let share: Double

  /// The axis of beats' net values in the limb leads; nil where no beat has a value in two leads.
  ///
  /// - Parameters:
  ///   - net: For each beat the net value of each limb lead, in the standard order; nil where there is none.
  ///   - gross: The same, without regard to sign.
  init?(net: [[Double?]], gross: [[Double?]]) {
    let vectors = net.compactMap(Self.vector)
    guard let x = vectors.map(\.x).median, let y = vectors.map(\.y).median else { return nil }
    let axis = atan2(y, x) * 180 / .pi
    degrees = axis
    let total = gross.compactMap { values -> Double? in values.compactMap { $0 }.mean }.median ?? 0
    share = total > 0 ? (x * x + y * y).squareRoot() / total : 0
    let deviations = vectors.map { Self.wrapped(atan2($0.y, $0.x) * 180 / .pi - axis) }
    let (mean, half) = Self.predictionInterval(deviations)
    interval =
      half >= 180
      ? DegreeInterval(low: -180, high: 180)
      : DegreeInterval(low: Self.wrapped(axis + min(0, mean - half)), high: Self.wrapped(axis + max(0, mean + half)))
  }

  /// The frontal vector that fits one beat's values best.
  private static func vector(of values: [Double?]) -> (x: Double, y: Double)? {
    var (aa, ab, bb, av, bv) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var count = 0
    for (lead, value) in zip(Lead.limb, values) {
      guard let value, let weights = LimbLeads.weights(of: lead) else { continue }
      aa += weights.leadI * weights.leadI
      ab += weights.leadI * weights.leadII
      bb += weights.leadII * weights.leadII
      av += weights.leadI * value
      bv += weights.leadII * value
      count += 1
    }
    let determinant = aa * bb - ab * ab
    guard count >= 2, determinant > 1e-9 else { return nil }
    let leadI = (bb * av - ab * bv) / determinant
    let leadII = (aa * bv - ab * av) / determinant
    return (leadI, (leadII - leadI / 2) * 2 / 3.0.squareRoot())
  }

  /// Mean and half width of the interval in which the next of normally distributed values lies 95 times of 100.
  private static func predictionInterval(_ values: [Double]) -> (mean: Double, half: Double) {
    guard let mean = values.mean, values.count >= 2 else { return (0, 180) }
    let count = Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (mean, min(180, studentQuantile(degreesOfFreedom: count - 1) * (variance * (1 + 1 / count)).squareRoot()))
  }

  /// The 0.975 quantile of Student's distribution (Abramowitz and Stegun 26.7.5 from three degrees of freedom on).
  private static func studentQuantile(degreesOfFreedom n: Double) -> Double {
    if n < 1.5 { return 12.706 }
    if n < 2.5 { return 4.303 }
    let x = 1.959964
    let (x3, x5, x7) = (x * x * x, x * x * x * x * x, x * x * x * x * x * x * x)
    return x + (x3 + x) / (4 * n) + (5 * x5 + 16 * x3 + 3 * x) / (96 * n * n) + (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / (384 * n * n * n)
  }

  private static func wrapped(_ degrees: Double) -> Double {
    let turned = (degrees + 180).truncatingRemainder(dividingBy: 360)
    return turned < 0 ? turned + 180 : turned - 180
  }
}
