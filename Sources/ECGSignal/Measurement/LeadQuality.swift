import ECG

/// What is wrong with a lead's signal.
public enum LeadFlaw: String, CaseIterable, Sendable, Hashable {
  /// Recorded without a signal: missing for half of the time or more, or one value throughout.
  case off
  /// Less than 0.05 mV from peak to trough (a P wave of half a millimetre), or one value for half of the time or more.
  case flat
  /// Cut off at the top or the bottom: the lead stays at its extreme value for 10 ms or more, again and again.
  case clipped
  /// Noise above 25 Hz between the beats of 0.04 mV root mean square or more, and of a twentieth of the lead's height or more.
  case noisy
  /// The baseline moves by 0.5 mV or more, and by a third of the lead's height or more, within 10 s.
  case wandering
  /// A line at 50 Hz of 0.03 mV amplitude or more that stands three times above its neighbourhood.
  case mains50 = "mains-50-hz"
  /// The same at 60 Hz.
  case mains60 = "mains-60-hz"
}

/// How far a recording can be trusted.
public enum RecordQuality: String, Sendable, Hashable, Comparable {
  case poor, fair, good

  /// Poor is less than fair, fair less than good.
  public static func < (left: RecordQuality, right: RecordQuality) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .poor: 0
    case .fair: 1
    case .good: 2
    }
  }
}

/// The quality of each lead and of the record.
///
/// In the manner of the Computing in Cardiology Challenge 2011 (Silva, Moody and Celi, Comput Cardiol 38:273–276), whose readers graded
/// 12-lead records from excellent to unacceptable, but with bounds of our own, stated at ``LeadFlaw``. Up to twelve stretches of 10 s,
/// spread evenly, are looked at, so hours cost no more than two minutes do.
public struct LeadQuality: Sendable, Equatable {
  /// The flaws of each lead in the standard order, each list in the order of ``LeadFlaw``; empty for leads without, and for leads that were not recorded.
  public let flaws: [[LeadFlaw]]
  /// Leads neither recorded nor derived.
  public let absent: [Lead]

  private static let mostStretches = 12
  private static let stretchSeconds = 10.0

  /// Looks at a recording.
  public init(of recording: Recording) {
    let rate = recording.samplingRateHertz
    guard rate > 0, rate <= 1_000_000, recording.sampleCount > 0 else {
      // Without a rate or samples there is nothing to go by.
      flaws = Lead.allCases.map { recording[source: $0] == .absent ? [] : [.off] }
      absent = recording.absentLeads
      return
    }
    let length = max(1, min(Int(Self.stretchSeconds * rate), recording.sampleCount))
    let count = min(Self.mostStretches, recording.sampleCount / length)
    let starts = (0..<count).map { count == 1 ? 0 : $0 * (recording.sampleCount - length) / (count - 1) }
    flaws = Lead.allCases.map { lead in
      guard recording[source: lead] != .absent else { return [] }
      let samples = recording[lead]
      let findings = starts.map { start in
        LeadFindings(samples[samples.startIndex + start..<samples.startIndex + start + length], rate: rate)
      }
      return LeadFindings.flaws(findings)
    }
    absent = recording.absentLeads
  }

  /// The flaws of one lead.
  public subscript(lead: Lead) -> [LeadFlaw] { flaws[lead.rawValue] }

  /// Whether a lead has a signal that can be measured: it is there, and neither off nor flat.
  public func isUsable(_ lead: Lead) -> Bool { !absent.contains(lead) && !self[lead].contains(.off) && !self[lead].contains(.flat) }

  /// Poor where fewer than two limb leads or fewer than seven leads can be measured without noise or clipping; fair where any lead is
  /// absent, off, flat, clipped or noisy, or a quarter of the leads or more wander or carry mains; else good.
  public var record: RecordQuality {
    let clean = Lead.allCases.filter { isUsable($0) && !self[$0].contains(.noisy) && !self[$0].contains(.clipped) }
    if clean.count < 7 || clean.filter(\.isLimb).count < 2 { return .poor }
    let restless = flaws.filter { !$0.isEmpty }.count
    return clean.count < Lead.allCases.count || restless >= 3 ? .fair : .good
  }
}
