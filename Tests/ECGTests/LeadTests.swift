import ECG
import Testing

@Suite struct LeadTests {
  @Test(arguments: [
    ("I", Lead.i), ("i", .i), ("Lead I", .i), ("lead_ii", .ii), ("LEAD-III", .iii), ("AVR", .aVR), ("avr", .aVR), ("aVL", .aVL),
    ("avf", .aVF),
    ("V1", .v1), ("v6", .v6), ("ECG V3", .v3), (" II ", .ii), ("EKG I", .i), ("ECG Lead I", .i), ("MDC_ECG_LEAD_aVF", .aVF),
    ("ECG-V1", .v1),
    ("ECG - V2", .v2),
  ])
  func knowsTheNamesOfTheWild(name: String, lead: Lead) {
    #expect(Lead(signalName: name) == lead)
  }

  @Test(arguments: ["MLII", "MLI", "MCL1", "V", "V7", "V3R", "VX", "vx", "", "lead", "IV", "ECG", "ECG 1", "sig 0", "aV", "PLETH"])
  func leavesOtherSignalsAlone(name: String) {
    #expect(Lead(signalName: name) == nil)
  }

  @Test(arguments: [
    ("-aVR", true), ("\u{2212}aVR", true), ("ECG -aVR", true), ("- aVR", true), ("aVR-", true), ("aVR -", true), ("aVR\u{2212}", true),
    ("\u{2013}aVR", true), ("aVR \u{2013}", true), ("-Lead aVR", true), ("lead aVR_-", true), ("I-", true), ("-II", true),
    ("aVR", false), ("ECG-aVR", false), ("lead_aVR", false), ("ECG - aVR", false), ("V-1", false),
  ])
  func aMinusBeforeOrBehindTheLeadIsASignAndAHyphenBetweenWordsIsNone(name: String, isInverted: Bool) throws {
    #expect(try #require(LeadName(name)).isInverted == isInverted)
  }

  @Test(arguments: [
    "--aVR", "-aVR-", "(-)aVR", "aVR (-)", "minus aVR", "neg. aVR", "aVR inverted", "I-II", "II - I", "I II", "aVR-V1", "~aVR", "¬aVR",
  ])
  func whatSaysMinusOtherwiseIsNotTakenForTheLead(name: String) {
    #expect(LeadName(name) == nil)
  }

  @Test func namesAreInTheStandardOrder() {
    #expect(Lead.allCases.map(\.name) == ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"])
    #expect(Lead.limb + Lead.chest == Lead.allCases)
  }

  @Test func anyTwoLimbLeadsGiveTheOthers() throws {
    let leadI = 0.7
    let leadII = -0.3
    func value(_ lead: Lead) throws -> Double {
      let weights = try #require(LimbLeads.weights(of: lead))
      return weights.leadI * leadI + weights.leadII * leadII
    }
    let (leadIII, aVR, aVL, aVF) = (try value(.iii), try value(.aVR), try value(.aVL), try value(.aVF))
    #expect(abs(leadIII - (leadII - leadI)) < 1e-12)
    #expect(abs(aVR + (leadI + leadII) / 2) < 1e-12)
    #expect(abs(aVL - (leadI - leadII / 2)) < 1e-12)
    #expect(abs(aVF - (leadII - leadI / 2)) < 1e-12)
    for first in Lead.limb {
      for second in Lead.limb where second != first {
        for target in Lead.limb {
          let weights = try #require(LimbLeads.combination(for: target, from: first, and: second))
          let combined = try weights.first * value(first) + weights.second * value(second)
          let expected = try value(target)
          #expect(abs(combined - expected) < 1e-12)
        }
      }
    }
    #expect(LimbLeads.combination(for: .v1, from: .i, and: .ii) == nil)
    #expect(LimbLeads.combination(for: .iii, from: .ii, and: .ii) == nil)
  }
}
