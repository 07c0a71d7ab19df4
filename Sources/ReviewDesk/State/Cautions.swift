import ECG
import ECGPaper
import ECGSignal

extension DeskState {
  /// What a reader must know of the recording before a verdict, a few words each, the gravest first.
  ///
  /// The top line shows them; ``RecordPage`` has the whole text.
  var cautions: [String] { [swapCaution].compactMap { $0 } + qualityCautions + fileCautions }

  /// That electrodes look exchanged; nil where the study hides measurements, for it is told by the axis.
  var swapCaution: String? {
    guard !isHidden(.measurements) else { return nil }
    return display?.findings.swap.suspicion.map { "\($0.swap.rawValue) swap?" }
  }

  /// How far the signal can be trusted: that it is poor, else which leads are noisy or cut off.
  private var qualityCautions: [String] {
    guard let quality = display?.findings.quality else { return [] }
    guard quality.record > .poor else { return ["signal poor"] }
    return [LeadFlaw.noisy, .clipped].compactMap { flaw in
      let leads = Lead.allCases.filter { quality[$0].contains(flaw) }
      return leads.isEmpty ? nil : Self.names(leads) + " \(flaw.rawValue)"
    }
  }

  /// What was noticed when the file was read.
  private var fileCautions: [String] {
    guard let recording else { return [] }
    var cautions = recording.warnings.cautions
    let missing = recording.absentLeads.count
    if missing > 0, !recording.warnings.contains(where: { $0.kind == .fewLeads }) {
      cautions.append("\(Lead.allCases.count - missing) of 12 leads")
    }
    let flat = Lead.allCases.filter(isFlat)
    if flat.isEmpty || recording.warnings.contains(where: { $0.kind == .flatLeads }) { return cautions }
    return cautions + [Self.names(flat) + " flat"]
  }

  private static func names(_ leads: [Lead]) -> String {
    leads.count > 2 ? "\(leads.count) leads" : leads.map(\.name).joined(separator: " ")
  }

  /// How little of an ECG the model's answer rests on, in a few words; nil where it is enough.
  var weakGround: String? {
    guard let recording else { return nil }
    let kinds: Set<RecordWarning.Kind> = [.short, .fewLeads, .missingSamples]
    var words = recording.warnings.filter { kinds.contains($0.kind) }.cautions
    // A lead that never changes tells a network as little as one that is absent.
    let recorded = Lead.allCases.filter { recording[source: $0] == .recorded }
    let flat = recorded.filter(isFlat)
    if !flat.isEmpty, 2 * (recorded.count - flat.count) < Lead.allCases.count { words.append(Self.names(flat) + " flat") }
    return words.isEmpty ? nil : "weak ground: " + words.joined(separator: ", ")
  }

  /// What casts doubt on the recording, in whole sentences: electrodes that look exchanged, and leads that cannot be trusted.
  var doubts: [String] {
    guard let findings = display?.findings else { return [] }
    var doubts = isHidden(.measurements) ? [] : findings.swap.suspicion.map { ["! " + $0.description] } ?? []
    let flaws = LeadFlaw.allCases.compactMap { flaw -> String? in
      let leads = Lead.allCases.filter { findings.quality[$0].contains(flaw) }
      guard !leads.isEmpty else { return nil }
      return flaw.words + " " + (leads.count == Lead.allCases.count ? "all leads" : leads.map(\.name).joined(separator: " "))
    }
    if findings.quality.record != .good || !flaws.isEmpty {
      doubts.append((["signal \(findings.quality.record.rawValue)"] + flaws).joined(separator: ", "))
    }
    return doubts
  }
}

extension LeadFlaw {
  /// In a word, before the leads that have it.
  var words: String {
    switch self {
    case .mains50: "50 Hz in"
    case .mains60: "60 Hz in"
    case .off, .flat, .clipped, .noisy, .wandering: rawValue
    }
  }
}
