import ECG

/// One of the nine electrodes of the twelve leads that carry signal (the tenth, on the right leg, is the amplifier's reference).
public enum Electrode: Int, CaseIterable, Sendable, Hashable {
  case rightArm, leftArm, leftLeg, v1, v2, v3, v4, v5, v6

  /// The usual label: RA, LA, LL, V1…V6.
  public var name: String { Self.names[rawValue] }

  private static let names = ["RA", "LA", "LL", "V1", "V2", "V3", "V4", "V5", "V6"]

  /// The lead that has this as its exploring electrode: aVR, aVL and aVF for the limbs, and the chest lead of the same name.
  public var unipolarLead: Lead { Lead.allCases[Lead.aVR.rawValue + rawValue] }

  /// How much of this electrode's potential a lead shows.
  ///
  /// I = LA − RA, II = LL − RA, III = LL − LA; the augmented leads are a limb minus the mean of the other two; a chest lead is its
  /// electrode minus Wilson's terminal, (RA + LA + LL) / 3.
  func weight(in lead: Lead) -> Double {
    if rawValue >= Self.v1.rawValue { return lead.rawValue - Lead.v1.rawValue == rawValue - Self.v1.rawValue ? 1 : 0 }
    guard lead.isLimb else { return -1.0 / 3 }
    switch (self, lead) {
    case (.rightArm, .i), (.rightArm, .ii), (.leftArm, .iii): return -1
    case (.rightArm, .iii), (.leftArm, .ii), (.leftLeg, .i): return 0
    case (.leftArm, .i), (.leftLeg, .ii), (.leftLeg, .iii): return 1
    case (.rightArm, .aVR), (.leftArm, .aVL), (.leftLeg, .aVF): return 1
    default: return -0.5
    }
  }

  /// This electrode's potential against Wilson's terminal as a combination of leads I, II and V1…V6.
  ///
  /// RA = −(I + II) / 3, LA = (2·I − II) / 3, LL = (2·II − I) / 3, and a chest electrode is its lead.
  func potential(of lead: Lead) -> Double {
    switch (self, lead) {
    case (.rightArm, .i), (.rightArm, .ii), (.leftArm, .ii), (.leftLeg, .i): -1.0 / 3
    case (.leftArm, .i), (.leftLeg, .ii): 2.0 / 3
    default: rawValue >= Self.v1.rawValue ? weight(in: lead) : 0
    }
  }

  /// The leads that must be known for this electrode's potential to be.
  var requiredLeads: [Lead] {
    if rawValue < Self.v1.rawValue { return [.i, .ii] }
    return Lead.chest.filter { weight(in: $0) == 1 }
  }
}

/// Leads that are left out together.
public enum LeadGroup: String, CaseIterable, Sendable, Hashable {
  /// The six limb leads.
  case frontalPlane = "frontal plane"
  /// The six chest leads.
  case chest
  /// II, III, aVF.
  case inferior
  /// I, aVL, V5, V6.
  case lateral
  /// V1, V2.
  case septal
  /// V3, V4.
  case anterior

  /// The group's leads.
  public var leads: [Lead] {
    switch self {
    case .frontalPlane: Lead.limb
    case .chest: Lead.chest
    case .inferior: [.ii, .iii, .aVF]
    case .lateral: [.i, .aVL, .v5, .v6]
    case .septal: [.v1, .v2]
    case .anterior: [.v3, .v4]
    }
  }
}
