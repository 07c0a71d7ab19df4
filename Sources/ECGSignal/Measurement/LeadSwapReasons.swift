import ECG
import Foundation

/// What a reader can see for themselves of a suspected swap, in words.
///
/// The network decides; these are the published signs among what it was shown: the inverted P, QRS and T of I and its likeness to V6 (right and
/// left arm), the inverted II (right arm and left leg), a P wave in I taller than in II (Abdollah and Milliken 1997, left arm and leg), and R waves
/// that do not grow steadily from V1 to V6 (chest leads).
struct LeadSwapReasons {
  private let shape: BeatOutline

  init(_ shape: BeatOutline) { self.shape = shape }

  /// The signs that are there, most telling first, and how the network rates the exchange.
  ///
  /// - Parameter ratio: how many times as plausible the leads are once exchanged.
  func reasons(for swap: LeadSwap, ratio: Double) -> [String] {
    let signs =
      switch swap {
      case .rightArmLeftArm: armSigns
      case .rightArmLeftLeg: upsideDownSigns
      case .leftArmLeftLeg: leftSideSigns
      case .v1V2, .v2V3, .v3V4, .v4V5, .v5V6: swap.chestPair.map(chestSigns) ?? []
      }
    let times = ratio >= 1000 ? "more than 1000" : ratio >= 10 ? String(Int(ratio)) : String(format: "%.1f", ratio)
    return signs + ["with \(swap.words) exchanged the twelve leads are \(times) times as usual as they are now"]
  }

  private var armSigns: [String] {
    var signs = inverted(.i)
    let likeness = correlation(.i, .v6)
    if likeness < -0.3 { signs.append("the QRS of I mirrors that of V6 (correlation \(text(likeness)))") }
    if net(.qrs, .aVR) > 0 { signs.append("the QRS of aVR is positive") }
    return signs
  }

  private var upsideDownSigns: [String] {
    var signs = inverted(.ii)
    if net(.qrs, .aVR) > 0 { signs.append("the QRS of aVR is positive") }
    return signs
  }

  private var leftSideSigns: [String] {
    var signs: [String] = []
    let (one, two) = (net(.p, .i), net(.p, .ii))
    if one > two, one > Self.visible { signs.append("the P wave is larger in I than in II") }
    if net(.p, .iii) < -Self.visible { signs.append("the P wave of III is negative") }
    if net(.qrs, .iii) < 0, net(.qrs, .i) > 0 { signs.append("the QRS of III is negative") }
    return signs
  }

  private func chestSigns(_ pair: (Lead, Lead)) -> [String] {
    var signs: [String] = []
    let now = steps(Lead.chest)
    let exchanged = steps(Lead.chest.map { $0 == pair.0 ? pair.1 : $0 == pair.1 ? pair.0 : $0 })
    if exchanged < now {
      signs.append("neighbouring chest leads are less alike now (differences add up to \(text(now))) than exchanged (\(text(exchanged)))")
    }
    if shareOfR(pair.0) > shareOfR(pair.1) {
      let (first, second) = (Int(100 * shareOfR(pair.0)), Int(100 * shareOfR(pair.1)))
      signs.append("R makes \(first) % of the QRS in \(pair.0.name) and less, \(second) %, in \(pair.1.name)")
    }
    return signs
  }

  /// Which of P, QRS and T are negative in a lead that they ought to be positive in.
  private func inverted(_ lead: Lead) -> [String] {
    let waves = Wave.allCases.filter { net($0, lead) < ($0 == .p ? -Self.visible : 0) }.map(\.name)
    guard let last = waves.last else { return [] }
    let list = waves.count == 1 ? last : waves.dropLast().joined(separator: ", ") + " and " + last
    return ["\(list) \(waves.count == 1 ? "is" : "are") negative in \(lead.name)"]
  }

  /// A P wave below this mean size, in units of the limb leads' root mean square, may be noise.
  private static let visible: Float = 0.04

  private enum Wave: CaseIterable {
    case p, qrs, t

    var name: String {
      switch self {
      case .p: "P"
      case .qrs: "QRS"
      case .t: "T"
      }
    }

    /// Seconds from the middle of the QRS.
    var window: ClosedRange<Double> {
      switch self {
      case .p: -0.2...(-0.085)
      case .qrs: -0.064...0.064
      case .t: 0.14...0.36
      }
    }
  }

  private func points(_ window: ClosedRange<Double>, _ lead: Lead) -> [Float] {
    zip(shape[lead].indices, shape[lead]).filter { window.contains(BeatOutline.seconds(at: $0.0 - shape[lead].startIndex)) }.map(\.1)
  }

  /// A wave's mean, in a P wave above the level just before the QRS.
  private func net(_ wave: Wave, _ lead: Lead) -> Float {
    let values = points(wave.window, lead)
    let level = wave == .p ? mean(points(-0.08...(-0.06), lead)) : 0
    return mean(values) - level
  }

  private func mean(_ values: [Float]) -> Float { values.reduce(0, +) / Float(max(1, values.count)) }

  /// Pearson's correlation of two leads over the QRS.
  private func correlation(_ first: Lead, _ second: Lead) -> Float {
    let (a, b) = (points(Wave.qrs.window, first), points(Wave.qrs.window, second))
    let (meanA, meanB) = (mean(a), mean(b))
    var (products, squaresA, squaresB): (Float, Float, Float) = (0, 0, 0)
    for (x, y) in zip(a, b) {
      products += (x - meanA) * (y - meanB)
      squaresA += (x - meanA) * (x - meanA)
      squaresB += (y - meanB) * (y - meanB)
    }
    return products / max((squaresA * squaresB).squareRoot(), 1e-9)
  }

  /// The sum over neighbours of one less their correlation.
  private func steps(_ leads: [Lead]) -> Float { zip(leads, leads.dropFirst()).reduce(0) { $0 + 1 - correlation($1.0, $1.1) } }

  /// How much of the QRS's height lies above the baseline.
  private func shareOfR(_ lead: Lead) -> Float {
    let values = points(Wave.qrs.window, lead)
    let (high, low) = (max(values.max() ?? 0, 0), min(values.min() ?? 0, 0))
    return high / max(high - low, 1e-9)
  }

  private func text(_ value: Float) -> String { String(format: "%.2f", value).replacingOccurrences(of: "-", with: "−") }
}
