import ECG

/// Two electrodes exchanged for one another: a pair of limb electrodes, or two neighbours on the chest.
///
/// An exchange of limb electrodes keeps Einthoven's and Goldberger's relations, so it cannot be seen in sums of leads; the shapes of the waves
/// have to tell. It leaves Wilson's terminal, the mean of the three limb potentials, and with it the chest leads, as they are.
public enum LeadSwap: String, CaseIterable, Sendable, Hashable {
  case rightArmLeftArm = "RA-LA"
  case rightArmLeftLeg = "RA-LL"
  case leftArmLeftLeg = "LA-LL"
  case v1V2 = "V1-V2"
  case v2V3 = "V2-V3"
  case v3V4 = "V3-V4"
  case v4V5 = "V4-V5"
  case v5V6 = "V5-V6"

  /// The least score, 0 to 1, at which this swap is suspected; docs/lead-swaps.md has what is found and how often that is wrong.
  ///
  /// Right arm swaps are hardly ever suspected wrongly; left arm and left leg, and neighbours on the chest, look exchanged where only the heart
  /// is odd.
  public var threshold: Double { self == .rightArmLeftArm || self == .rightArmLeftLeg ? 0.6 : 0.9 }

  /// Whether two limb electrodes are exchanged, not two on the chest.
  public var isLimbSwap: Bool { self == .rightArmLeftArm || self == .rightArmLeftLeg || self == .leftArmLeftLeg }

  /// The electrodes in words: `right arm and left arm`, `V1 and V2`.
  public var words: String {
    switch self {
    case .rightArmLeftArm: "right arm and left arm"
    case .rightArmLeftLeg: "right arm and left leg"
    case .leftArmLeftLeg: "left arm and left leg"
    case .v1V2, .v2V3, .v3V4, .v4V5, .v5V6: chestPair.map { "\($0.name) and \($1.name)" } ?? rawValue
    }
  }

  /// The two chest leads that are exchanged; nil for a swap of limb electrodes.
  public var chestPair: (Lead, Lead)? {
    switch self {
    case .rightArmLeftArm, .rightArmLeftLeg, .leftArmLeftLeg: nil
    case .v1V2: (.v1, .v2)
    case .v2V3: (.v2, .v3)
    case .v3V4: (.v3, .v4)
    case .v4V5: (.v4, .v5)
    case .v5V6: (.v5, .v6)
    }
  }

  /// Where each of the twelve leads comes from once the two electrodes are exchanged, in the standard order.
  ///
  /// An exchange undoes itself, so these also lead back from the recording to the leads as they should have been.
  public var places: [LeadPlace] {
    let moved: [LeadPlace] =
      switch self {
      case .rightArmLeftArm:
        [
          LeadPlace(.i, from: .i, sign: -1), LeadPlace(.ii, from: .iii), LeadPlace(.iii, from: .ii), LeadPlace(.aVR, from: .aVL),
          LeadPlace(.aVL, from: .aVR),
        ]
      case .rightArmLeftLeg:
        [
          LeadPlace(.i, from: .iii, sign: -1), LeadPlace(.ii, from: .ii, sign: -1), LeadPlace(.iii, from: .i, sign: -1),
          LeadPlace(.aVR, from: .aVF), LeadPlace(.aVF, from: .aVR),
        ]
      case .leftArmLeftLeg:
        [
          LeadPlace(.i, from: .ii), LeadPlace(.ii, from: .i), LeadPlace(.iii, from: .iii, sign: -1), LeadPlace(.aVL, from: .aVF),
          LeadPlace(.aVF, from: .aVL),
        ]
      case .v1V2, .v2V3, .v3V4, .v4V5, .v5V6:
        chestPair.map { [LeadPlace($0, from: $1), LeadPlace($1, from: $0)] } ?? []
      }
    return Lead.allCases.map { lead in moved.first { $0.lead == lead } ?? LeadPlace(lead, from: lead) }
  }

  /// The recording as it would be with the two electrodes exchanged: what was swapped is put right, what was right is swapped.
  public func exchanged(in recording: Recording) -> Recording {
    var millivolts: [Float] = []
    millivolts.reserveCapacity(recording.millivolts.count)
    for place in places { millivolts += recording[place.source].map { $0 * place.sign } }
    return Recording(
      name: recording.name, samplingRateHertz: recording.samplingRateHertz, millivolts: millivolts,
      sources: places.map { recording[source: $0.source] }, patient: recording.patient, diagnoses: recording.diagnoses,
      extraSignals: recording.extraSignals, warnings: recording.warnings)
  }
}

/// Which lead, and with which sign, a lead shows.
public struct LeadPlace: Sendable, Hashable {
  /// The lead as it is named.
  public let lead: Lead
  /// The lead whose samples it has.
  public let source: Lead
  /// 1, or −1 where the samples are turned over.
  public let sign: Float

  /// A lead that shows another, or itself turned over.
  init(_ lead: Lead, from source: Lead, sign: Float = 1) {
    self.lead = lead
    self.source = source
    self.sign = sign
  }
}
