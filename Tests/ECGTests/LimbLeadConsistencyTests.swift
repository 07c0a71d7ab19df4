import ECG
import Foundation
import Testing

@Suite struct LimbLeadConsistencyTests {
  private static let count = 2000

  /// Six limb leads of two made-up potentials, with a little noise of their own, and six empty chest leads.
  private static func leads() -> [[Float]] {
    func wave(_ index: Int, _ phase: Double, _ period: Double) -> Double { pow(sin(Double(index) / period + phase), 7) }
    let one = (0..<count).map { 0.8 * wave($0, 0, 31) + 0.1 * wave($0, 1, 17) }
    let two = (0..<count).map { 0.5 * wave($0, 0.3, 31) + 0.3 * wave($0, 2, 23) }
    return Lead.allCases.map { lead in
      let weights = LimbLeads.weights(of: lead) ?? (0, 0)
      return (0..<count).map { Float(weights.leadI * one[$0] + weights.leadII * two[$0] + 0.004 * sin(Double($0 * (7 + lead.rawValue)))) }
    }
  }

  private static func judge(
    _ leads: [[Float]], sources: [LeadSource] = Array(repeating: .recorded, count: 12)
  ) -> LimbLeadConsistency? {
    LimbLeadConsistency(millivolts: leads.flatMap { $0 }, count: count, sources: sources)
  }

  @Test func leadsThatObeyAndLeadsMovedByAnOffsetAreLeftAlone() {
    var leads = Self.leads()
    #expect(Self.judge(leads) == nil)
    leads[3] = leads[3].map { $0 + 2 }
    leads[1][5] = .nan
    #expect(Self.judge(leads) == nil)
  }

  @Test func aTurnedLeadIsNamed() {
    for lead in Lead.limb {
      var leads = Self.leads()
      leads[lead.rawValue] = leads[lead.rawValue].map { -$0 }
      #expect(Self.judge(leads)?.explanation == .sign(lead))
      #expect(Self.judge(leads)?.description.contains("lead \(lead.name) is probably turned over") == true)
    }
  }

  @Test func aWrongGainIsNamedWithItsFactor() {
    for lead in Lead.limb {
      for factor in [0.5, 2.0] {
        var leads = Self.leads()
        leads[lead.rawValue] = leads[lead.rawValue].map { $0 * Float(factor) }
        guard case .gain(lead, let found) = Self.judge(leads)?.explanation else {
          Issue.record("\(lead) \(factor): \(String(describing: Self.judge(leads)?.explanation))")
          continue
        }
        #expect(abs(found / factor - 1) < 0.05)
      }
    }
  }

  @Test func exchangedNamesAreNamed() {
    for (index, first) in Lead.limb.enumerated() {
      for second in Lead.limb[(index + 1)...] {
        var leads = Self.leads()
        leads.swapAt(first.rawValue, second.rawValue)
        let explanation = Self.judge(leads)?.explanation
        #expect(explanation == .names(first, second), "\(first) \(second)")
      }
    }
  }

  @Test func aDisturbedLeadIsNamedAndSeveralAreNot() {
    var leads = Self.leads()
    leads[4] = (0..<Self.count).map { Float(0.6 * sin(Double($0) / 9)) }
    #expect(Self.judge(leads)?.lead == .aVL)
    #expect(Self.judge(leads)?.explanation == .lead(.aVL))
    leads[1] = (0..<Self.count).map { Float(0.6 * sin(Double($0) / 13)) }
    leads[2] = (0..<Self.count).map { Float(0.6 * sin(Double($0) / 11)) }
    #expect(Self.judge(leads)?.explanation == .several)
    #expect(Self.judge(leads)?.factors == nil)
  }

  /// As in files whose header gives each lead a gain of its own: what was multiplied is found again, but for a common factor.
  @Test func gainsThatAreAllWrongFollowFromTheLeads() throws {
    for gains in [[0.6, 0.9, 0.8, 0.7, 0.75, 1.4], [1, 1, 2.5, 1, 0.4, 1], [5.6, 1, 1.2, 0.9, 1, 1.1]] {
      var leads = Self.leads()
      for (lead, gain) in gains.enumerated() { leads[lead] = leads[lead].map { $0 * Float(gain) + 0.3 } }
      let found = Self.judge(leads)
      let factors = try #require(found?.factors)
      guard case .gains = found?.explanation else {
        Issue.record("\(gains): \(String(describing: found?.explanation))")
        continue
      }
      let products = zip(factors, gains).map { $0 * $1 }
      #expect(products.allSatisfy { abs($0 / products[0] - 1) < 0.03 }, "\(products)")
      #expect(found?.description.contains("the gains of several leads are probably wrong") == true)
    }
  }

  @Test func oneWrongGainIsPutRightAndOtherFaultsAreNot() {
    var leads = Self.leads()
    leads[2] = leads[2].map { $0 * 2 }
    let factors = Self.judge(leads)?.factors ?? []
    #expect(factors.count == 6 && abs(factors[2] - 0.5) < 0.02 && factors[0] == 1)
    leads = Self.leads()
    leads[2] = leads[2].map { -$0 }
    #expect(Self.judge(leads)?.factors == nil)
    // All of one shape: nothing tells their sizes.
    leads = Self.leads()
    for lead in 1..<6 { leads[lead] = leads[0].map { $0 * Float(lead) } }
    if case .gains = Self.judge(leads)?.explanation { Issue.record("gains from leads of one shape") }
  }

  @Test func derivedAndAbsentLeadsDoNotCount() {
    var leads = Self.leads()
    leads[5] = leads[5].map { -$0 }
    var sources = [LeadSource](repeating: .recorded, count: 12)
    sources[5] = .derived
    #expect(Self.judge(leads, sources: sources) == nil)
    sources = sources.enumerated().map { $0.offset < 2 ? .recorded : .absent }
    #expect(Self.judge(leads, sources: sources) == nil)
    #expect(LimbLeadConsistency(millivolts: [], count: 0, sources: [LeadSource](repeating: .recorded, count: 12)) == nil)
  }
}
