import ECG
import ECGPaper
import ECGSignal

extension DeskState {
  /// What a reader must know of the recording before a verdict, a few words each; the panel of the recording has the whole text.
  var cautions: [String] {
    guard let recording else { return [] }
    var cautions: [String] = []
    let missing = recording.absentLeads.count
    if missing > 0 { cautions.append("\(Lead.allCases.count - missing) of 12 leads") }
    let flat = Lead.allCases.filter(isFlat)
    if !flat.isEmpty { cautions.append(flat.count > 2 ? "\(flat.count) leads flat" : flat.map(\.name).joined(separator: " ") + " flat") }
    if recording.durationSeconds < Self.shortSeconds { cautions.append("only \(ClockText.length(recording.durationSeconds))") }
    if !recording.warnings.isEmpty {
      cautions.append(recording.warnings.count == 1 ? "! warning" : "! \(recording.warnings.count) warnings")
    }
    return cautions
  }

  /// What was measured and casts doubt on the leads: electrodes that look exchanged, then noise; nothing where the study hides measurements.
  var measuredCautions: [String] {
    guard !isHidden(.measurements), let findings = display?.findings else { return [] }
    var cautions: [String] = []
    if let suspicion = findings.swap.suspicion { cautions.append("\(suspicion.swap.rawValue) swap?") }
    for flaw in [LeadFlaw.noisy, .clipped] {
      let leads = Lead.allCases.filter { findings.quality[$0].contains(flaw) }
      guard !leads.isEmpty else { continue }
      cautions.append((leads.count > 2 ? "\(leads.count) leads" : leads.map(\.name).joined(separator: " ")) + " \(flaw.rawValue)")
    }
    return cautions
  }

  /// Recordings below this length say little about a rhythm, and nothing about most intervals.
  private static let shortSeconds = 2.0
}
