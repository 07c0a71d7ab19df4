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
    /// Several leads have the right shape and the wrong size; see ``LimbLeadGains``.
    case gains(LimbLeadGains)
    /// Nothing of the above explains it: several leads are wrong.
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
    let products = LimbLeadProducts(millivolts, count: count, step: max(1, count / Self.mostSamples), leads: leads)
    let shares = leads.dropFirst(2).map { (lead: $0, share: products.contradiction(of: $0, from: leads[0], and: leads[1])) }
    guard let worst = shares.max(by: { $0.share < $1.share }), worst.share > Self.tolerance else { return nil }
    lead = worst.lead
    references = Array(leads.prefix(2))
    share = worst.share
    explanation = Self.explanation(of: products, leads: leads)
  }

  /// What to multiply the six limb leads by, in the standard order, so that they obey the relations; nil where other than sizes are wrong.
  ///
  /// Only the leads' sizes among themselves follow from the relations; the factors' median is 1.
  public var factors: [Double]? {
    switch explanation {
    case .gain(let lead, let factor): Lead.limb.map { $0 == lead ? 1 / factor : 1 }
    case .gains(let gains): gains.factors
    case .sign, .names, .lead, .several: nil
    }
  }

  /// One line for a person.
  public var description: String {
    let percent = Int((share * 100).rounded())
    let implied = references.map(\.name).joined(separator: " and ")
    let finding = "lead \(lead.name) differs from what leads \(implied) imply by \(percent) % of its size (root mean square)"
    return switch explanation {
    case .sign(let lead): "\(finding): lead \(lead.name) is probably turned over"
    case .gain(let lead, let factor):
      "\(finding): the gain of lead \(lead.name) is probably wrong, about \(Self.twoDigits(factor)) times the right size; axes are taken with the right one"
    case .names(let first, let second): "\(finding): leads \(first.name) and \(second.name) probably bear one another's names"
    case .lead(let lead): "\(finding): lead \(lead.name) is probably wrong or disturbed"
    case .gains(let gains):
      "\(finding): the gains of several leads are probably wrong; multiplied by "
        + zip(Lead.limb, gains.factors).map { "\(Self.twoDigits($1)) (\($0.name))" }.joined(separator: ", ")
        + " they agree, and axes are taken so"
    case .several: "\(finding): leads swapped or disturbed"
    }
  }

  private static func twoDigits(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

  private static func explanation(of products: LimbLeadProducts, leads: [Lead]) -> Explanation {
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
    if case .several = best.explanation, let gains = LimbLeadGains(products, leads: leads), gains.remains < limit { return .gains(gains) }
    return best.explanation
  }
}
