import ECG
import Foundation

extension Criterion {
  /// What was measured that the diagnosis' criteria look at, in a few words: `axis +35° (+29 to +41), II net +0.40 mV`; empty where nothing was.
  public static func words(for diagnosis: Diagnosis, _ facts: MeasuredFacts) -> String {
    parts(for: diagnosis, facts).joined(separator: ", ")
  }

  private static func parts(for diagnosis: Diagnosis, _ facts: MeasuredFacts) -> [String] {
    switch diagnosis.abbreviation {
    case "LAD": axisWords(facts) + net(.ii, facts)
    case "LAnFB": axisWords(facts) + net(.ii, facts) + net(.iii, facts) + figure("QRS", .qrsDuration, facts)
    case "RAD": axisWords(facts) + net(.i, facts)
    case "SB", "Brady", "STach": figure("rate", .heartRate, facts) + waves(facts)
    case "SNR": waves(facts) + figure("P axis", .pAxis, facts)
    case "IAVB", "LPR": facts[.prInterval] == nil ? waves(facts) : figure("PR", .prInterval, facts)
    case "LQT": figure("QTcF", .qtcFridericia, facts) + figure("QTcB", .qtcBazett, facts)
    case "LBBB", "CRBBB", "IRBBB", "NSIVCB": figure("QRS", .qrsDuration, facts) + net(.v1, facts) + net(.v6, facts)
    case "AF", "AFL", "SA":
      (facts.isIrregular.map { [$0 ? "irregular" : "not irregular"] } ?? []) + waves(facts) + figure("rate", .heartRate, facts)
    case "PAC": ["\(facts.beats[.supraventricular]) of \(facts.beats.all) beats supraventricular premature"]
    case "PVC": ["\(facts.beats[.ventricular]) of \(facts.beats.all) beats ventricular"]
    case "PR": ["\(facts.beats[.paced]) of \(facts.beats.all) beats paced"]
    case "LQRSV": voltages(facts)
    case "TInv", "TAb": deepest("T", \.tMillivolts, facts)
    case "QAb": deepest("Q", \.qMillivolts, facts)
    default: []
    }
  }

  /// `axis +35° (+29 to +41)`.
  private static func axisWords(_ facts: MeasuredFacts) -> [String] {
    guard let axis = facts[.qrsAxis] else { return ["no axis can be told"] }
    return ["axis \(signed(axis))°" + (facts.axisInterval.map { " (\(signed($0.low)) to \(signed($0.high)))" } ?? "")]
  }

  private static func net(_ lead: Lead, _ facts: MeasuredFacts) -> [String] {
    guard facts.hasVoltages else { return facts.netShare(lead).map { ["\(lead.name) net \(signed(100 * $0)) % of its height"] } ?? [] }
    return facts[lead].netQRSMillivolts.map { ["\(lead.name) net \(signed($0, digits: 2)) mV"] } ?? []
  }

  private static func figure(_ name: String, _ quantity: MeasuredQuantity, _ facts: MeasuredFacts) -> [String] {
    facts[quantity].map { ["\(name) \(String(format: "%.0f", $0)) \(quantity.unit)".replacing(" °", with: "°")] } ?? []
  }

  private static func waves(_ facts: MeasuredFacts) -> [String] { ["P before \(facts.beats.withP) of \(facts.beats.all) beats"] }

  private static func voltages(_ facts: MeasuredFacts) -> [String] {
    guard facts.hasVoltages else { return ["the leads were brought to one size and have no voltages"] }
    func largest(_ leads: [Lead], _ name: String) -> [String] {
      leads.compactMap { facts.height($0) }.max().map { ["largest \(name) QRS \(String(format: "%.2f", $0)) mV"] } ?? []
    }
    return largest(Lead.limb, "limb") + largest(Lead.chest, "chest")
  }

  /// The leads in which something is most negative.
  private static func deepest(_ wave: String, _ value: KeyPath<LeadAmplitudes, Double?>, _ facts: MeasuredFacts) -> [String] {
    let leads = Lead.allCases.filter { $0 != .aVR && $0 != .v1 }
    let found = leads.compactMap { lead in facts.share(facts[lead][keyPath: value], of: lead).map { (lead, $0) } }
    return found.sorted { $0.1 < $1.1 }.prefix(2).map { "\(wave) in \($0.0.name) \(signed(100 * $0.1)) % of its QRS" }
  }

  private static func signed(_ value: Double, digits: Int = 0) -> String {
    let text = String(format: "%+.\(digits)f", value)
    // Nothing is no direction.
    return text.allSatisfy({ "+-0.".contains($0) })
      ? text.replacing("-", with: "").replacing("+", with: "") : text.replacing("-", with: "−")
  }
}
