/// One of the twelve leads of the standard electrocardiogram, in the standard order I, II, III, aVR, aVL, aVF, V1…V6.
public enum Lead: Int, CaseIterable, Sendable, Hashable, Comparable {
  // swift-format-ignore: AlwaysUseLowerCamelCase
  case i, ii, iii, aVR, aVL, aVF, v1, v2, v3, v4, v5, v6

  /// The canonical name: `I`, `aVR`, `V1`.
  public var name: String { Self.names[rawValue] }

  /// The three bipolar limb leads and the three augmented ones; each of the six follows from any two of them.
  public static let limb: [Lead] = [.i, .ii, .iii, .aVR, .aVL, .aVF]

  /// The six chest leads.
  public static let chest: [Lead] = [.v1, .v2, .v3, .v4, .v5, .v6]

  /// Whether this is one of the six limb leads.
  public var isLimb: Bool { rawValue < 6 }

  /// The lead that a file's signal name stands for, whatever its sign; nil for any other signal.
  ///
  /// See ``LeadName``.
  public init?(signalName: String) {
    guard let name = LeadName(signalName) else { return nil }
    self = name.lead
  }

  /// Leads compare in the standard order.
  public static func < (left: Lead, right: Lead) -> Bool { left.rawValue < right.rawValue }

  private static let names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
}

/// How a lead came into a recording.
public enum LeadSource: String, Sendable, Hashable {
  /// The file holds the lead.
  case recorded
  /// Computed from two other limb leads by Einthoven's and Goldberger's relations.
  case derived
  /// Neither in the file nor derivable: zero for the network, drawn as absent.
  case absent
}
