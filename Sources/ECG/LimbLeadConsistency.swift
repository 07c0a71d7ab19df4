/// Whether the recorded limb leads obey Einthoven's and Goldberger's relations, and where they do not, which lead is probably wrong and how.
///
/// Six leads that hang on two potentials lie in a plane (``LimbLeads``). How far they leave it, and which single change of one lead or
/// one pair of names would bring them back, follows from the sums of products of the leads: one pass over the samples.
/// An exchange of two electrodes keeps the relations; it is not seen here.
public struct LimbLeadConsistency: Sendable, Equatable {
  /// What would explain a contradiction.
  public enum Explanation: Sendable, Equatable {
    /// One lead is turned over.
    case sign(Lead)
    /// One lead has the right shape and the wrong size, so many times what the others imply.
    case gain(Lead, factor: Double)
    /// Two leads bear one another's names.
    case names(Lead, Lead)
    /// One lead does not show what the others imply, neither in shape nor in size.
    case lead(Lead)
    /// No single lead explains it: several gains or leads are wrong.
    case several
  }

  /// The lead that contradicts ``references`` most.
  public let lead: Lead
  /// Leads I and II, or the first two that are recorded.
  public let references: [Lead]
  /// How far the lead lies from what the references imply: root mean square, as a share of its size.
  public let share: Double
  /// What is probably wrong.
  public let explanation: Explanation

  /// Below this share of a lead's size a difference is rounding, filtering or noise.
  public static let tolerance = 0.1
  /// A change explains a contradiction where what remains is this share of the leads or less, and a fifth of what was.
  private static let explained = 0.05
  private static let mostSamples = 20_000

  /// Judges the recorded limb leads; nil where they agree, or where fewer than three are recorded.
  ///
  /// - Parameter millivolts: twelve leads, one after the other, `count` samples each; NaN where missing.
  public init?(millivolts: [Float], count: Int, sources: [LeadSource]) {
    let leads = Lead.limb.filter { sources[$0.rawValue] == .recorded }
    guard leads.count >= 3, count > 0 else { return nil }
    let products = LeadProducts(millivolts, count: count, step: max(1, count / Self.mostSamples), leads: leads)
    let shares = leads.dropFirst(2).map { (lead: $0, share: products.contradiction(of: $0, from: leads[0], and: leads[1])) }
    guard let worst = shares.max(by: { $0.share < $1.share }), worst.share > Self.tolerance else { return nil }
    lead = worst.lead
    references = Array(leads.prefix(2))
    share = worst.share
    explanation = Self.explanation(of: products, leads: leads)
  }

  /// One line for a person.
  public var description: String {
    let percent = Int((share * 100).rounded())
    let implied = references.map(\.name).joined(separator: " and ")
    let finding = "lead \(lead.name) differs from what leads \(implied) imply by \(percent) % of its size (root mean square)"
    return switch explanation {
    case .sign(let lead): "\(finding): lead \(lead.name) is probably turned over"
    case .gain(let lead, let factor):
      "\(finding): the gain of lead \(lead.name) is probably wrong, about \(Self.twoDigits(factor)) times the right size"
    case .names(let first, let second): "\(finding): leads \(first.name) and \(second.name) probably bear one another's names"
    case .lead(let lead): "\(finding): lead \(lead.name) is probably wrong or disturbed"
    case .several: "\(finding): leads swapped, or wrong gains in several leads"
    }
  }

  private static func twoDigits(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

  private static func explanation(of products: LeadProducts, leads: [Lead]) -> Explanation {
    let limit = min(explained, products.distance(of: leads) / 5)
    var best: (remains: Double, explanation: Explanation) = (limit, .several)
    func offer(_ remains: Double, _ explanation: Explanation) {
      if remains < best.remains { best = (remains, explanation) }
    }
    // With three leads any one can be blamed: only a sign or names are told.
    for lead in leads { offer(products.distance(of: leads, factors: [lead: -1]), .sign(lead)) }
    for (index, first) in leads.enumerated() {
      for second in leads[(index + 1)...] {
        offer(products.distance(of: leads, names: [first: second, second: first]), .names(first, second))
      }
    }
    if case .several = best.explanation, leads.count >= 4 {
      for lead in leads {
        let others = leads.filter { $0 != lead }
        guard products.distance(of: others) < limit, let gain = products.gain(of: lead, from: others[0], and: others[1]) else { continue }
        let isSize = gain.likeness > 0.99 && gain.factor > 0
        offer(products.distance(of: others), isSize ? .gain(lead, factor: gain.factor) : .lead(lead))
      }
    }
    return best.explanation
  }
}

/// Sums of products of limb leads, each less its mean: all that sums of leads need.
private struct LeadProducts {
  /// By pairs of places among the six limb leads.
  private var products = [Double](repeating: 0, count: 36)

  init(_ millivolts: [Float], count: Int, step: Int, leads: [Lead]) {
    var sums = [Double](repeating: 0, count: 6)
    var used = 0.0
    var values = [Double](repeating: 0, count: 6)
    millivolts.withUnsafeBufferPointer { samples in
      for index in stride(from: 0, to: count, by: step) {
        var total = 0.0
        for lead in leads {
          let value = Double(samples[lead.rawValue * count + index])
          values[lead.rawValue] = value
          total += value
        }
        // Not a number where any lead misses the sample.
        guard (total - total) == 0 else { continue }
        used += 1
        for row in 0..<6 {
          sums[row] += values[row]
          for column in row..<6 { products[6 * row + column] += values[row] * values[column] }
        }
      }
    }
    guard used > 0 else { return }
    for row in 0..<6 {
      for column in row..<6 {
        products[6 * row + column] -= sums[row] * sums[column] / used
        products[6 * column + row] = products[6 * row + column]
      }
    }
  }

  private subscript(_ first: Lead, _ second: Lead) -> Double { products[6 * first.rawValue + second.rawValue] }

  /// How far a lead lies from what two others imply, as a share of the mean of both sizes.
  func contradiction(of lead: Lead, from first: Lead, and second: Lead) -> Double {
    guard let weights = LimbLeads.combination(for: lead, from: first, and: second) else { return 0 }
    let (a, b) = weights
    let expected = a * a * self[first, first] + b * b * self[second, second] + 2 * a * b * self[first, second]
    let both = a * self[first, lead] + b * self[second, lead]
    let size = (expected + self[lead, lead]) / 2
    return size > 0 ? (max(0, expected + self[lead, lead] - 2 * both) / size).squareRoot() : 0
  }

  /// The size of a lead against what two others imply, and the correlation of both.
  func gain(of lead: Lead, from first: Lead, and second: Lead) -> (factor: Double, likeness: Double)? {
    guard let weights = LimbLeads.combination(for: lead, from: first, and: second) else { return nil }
    let (a, b) = weights
    let expected = a * a * self[first, first] + b * b * self[second, second] + 2 * a * b * self[first, second]
    let both = a * self[first, lead] + b * self[second, lead]
    guard expected > 0, self[lead, lead] > 0 else { return nil }
    return (both / expected, both / (expected * self[lead, lead]).squareRoot())
  }

  /// How far leads lie together from the nearest ones that obey the relations, as a share of their size (root mean squares).
  ///
  /// - Parameters:
  ///   - names: leads to be taken for another.
  ///   - factors: leads to be multiplied.
  func distance(of leads: [Lead], names: [Lead: Lead] = [:], factors: [Lead: Double] = [:]) -> Double {
    func product(_ first: Lead, _ second: Lead) -> Double { self[first, second] * (factors[first] ?? 1) * (factors[second] ?? 1) }
    // Least squares: with W the leads' weights of I and II, the share outside W (WᵀW)⁻¹ Wᵀ.
    let weights = leads.map { LimbLeads.weights(of: names[$0] ?? $0) ?? (0, 0) }
    var (aa, ab, bb) = (0.0, 0.0, 0.0)
    for (a, b) in weights {
      aa += a * a
      ab += a * b
      bb += b * b
    }
    let determinant = aa * bb - ab * ab
    guard determinant > 1e-9 else { return 0 }
    var (all, inside) = (0.0, 0.0)
    for (first, (a, b)) in zip(leads, weights) {
      all += product(first, first)
      for (second, (c, d)) in zip(leads, weights) {
        inside += (a * (bb * c - ab * d) + b * (aa * d - ab * c)) / determinant * product(first, second)
      }
    }
    return all > 0 ? (max(0, all - inside) / all).squareRoot() : 0
  }
}
