/// Looks at the twelve leads of a recording for what their reader should know before trusting them.
struct RecordingCheck {
  private let millivolts: [Float]
  private let count: Int
  private let sources: [LeadSource]
  private let rateHertz: Double

  /// Seconds below which a recording is hardly a rhythm, and no window of the network is half full.
  static let shortestSeconds = 2.0
  /// Shares of missing samples: worth a line, and half of all.
  private static let notableShare = 0.01
  private static let mostShare = 0.5
  /// Median over leads of the largest less the smallest value: no ECG, in whatever condition, is outside.
  private static let plausibleRangeMillivolts: ClosedRange<Float> = 0.02...50

  /// The leads of a recording, 12 × `count` samples.
  init(_ millivolts: [Float], count: Int, sources: [LeadSource], rateHertz: Double) {
    self.millivolts = millivolts
    self.count = count
    self.sources = sources
    self.rateHertz = rateHertz
  }

  /// All that is suspicious.
  var warnings: [RecordWarning] {
    let leads = Lead.allCases.filter { sources[$0.rawValue] == .recorded }.map { (lead: $0, extent: extent(of: $0)) }
    return [contradiction, length, presence, missing(leads), flat(leads), gain(leads)].compactMap { $0 }
  }

  /// What the samples of a lead span, and how many are there.
  private struct Extent {
    var valid = 0
    var lowest = Float.infinity
    var highest = -Float.infinity
  }

  private func extent(of lead: Lead) -> Extent {
    var extent = Extent()
    millivolts.withUnsafeBufferPointer { samples in
      for value in samples[lead.rawValue * count..<(lead.rawValue + 1) * count] where value == value {
        extent.valid += 1
        extent.lowest = min(extent.lowest, value)
        extent.highest = max(extent.highest, value)
      }
    }
    return extent
  }

  private var length: RecordWarning? {
    let seconds = Double(count) / rateHertz
    guard seconds < Self.shortestSeconds else { return nil }
    let text = Self.text(seconds, digits: 3)
    return RecordWarning("only \(text) s long; expected at least \(Int(Self.shortestSeconds)) s", kind: .short, caution: "only \(text) s")
  }

  private var presence: RecordWarning? {
    let recorded = sources.count { $0 == .recorded }
    guard recorded < Lead.allCases.count / 2 else { return nil }
    return RecordWarning(
      "\(recorded) of the twelve leads were recorded", kind: .fewLeads, caution: "\(recorded) of 12 leads")
  }

  private func missing(_ leads: [(lead: Lead, extent: Extent)]) -> RecordWarning? {
    guard count > 0, !leads.isEmpty else { return nil }
    let total = leads.count * count
    let share = 1 - Double(leads.reduce(0) { $0 + $1.extent.valid }) / Double(total)
    let worst = leads.min { $0.extent.valid < $1.extent.valid } ?? leads[0]
    let worstShare = 1 - Double(worst.extent.valid) / Double(count)
    guard worstShare >= Self.notableShare else { return nil }
    let most = share >= Self.mostShare
    return RecordWarning(
      "\(Self.percent(share)) of the samples are missing, of lead \(worst.lead.name) \(Self.percent(worstShare))", kind: .missingSamples,
      caution: most || worstShare >= Self.mostShare ? "\(Self.percent(share)) missing" : nil)
  }

  private func flat(_ leads: [(lead: Lead, extent: Extent)]) -> RecordWarning? {
    let flat = leads.filter { $0.extent.valid > 1 && $0.extent.lowest == $0.extent.highest }.map(\.lead.name)
    guard !flat.isEmpty else { return nil }
    let names = flat.joined(separator: " ")
    let which = flat.count == leads.count ? "no recorded lead ever changes" : names + (flat.count == 1 ? " never changes" : " never change")
    return RecordWarning(
      "\(which); expected a signal in each lead", kind: .flatLeads, caution: (flat.count > 2 ? "\(flat.count) leads" : names) + " flat")
  }

  private func gain(_ leads: [(lead: Lead, extent: Extent)]) -> RecordWarning? {
    let ranges = leads.filter { $0.extent.valid > 1 }.map { $0.extent.highest - $0.extent.lowest }.filter { $0 > 0 }.sorted()
    guard Double(count) / rateHertz >= Self.shortestSeconds, !ranges.isEmpty else { return nil }
    let median = ranges[ranges.count / 2]
    guard !Self.plausibleRangeMillivolts.contains(median) else { return nil }
    return RecordWarning(
      "half of the leads span \(median) mV or \(median < 1 ? "less" : "more"): the gain or the unit is wrong", kind: .gain,
      caution: "gain wrong?")
  }

  private var contradiction: RecordWarning? {
    LimbLeadConsistency(millivolts: millivolts, count: count, sources: sources).map {
      RecordWarning($0.description, kind: .leadContradiction, caution: "limb leads contradict")
    }
  }

  /// A share in percent, never rounded to all or to nothing.
  private static func percent(_ share: Double) -> String {
    let tenths = share >= 1 ? 1000 : min(999, max(share > 0 ? 1 : 0, Int((share * 1000).rounded())))
    return "\(tenths / 10)\(tenths % 10 == 0 ? "" : ".\(tenths % 10)") %"
  }

  private static func text(_ value: Double, digits: Int) -> String {
    let scale = [1.0, 10, 100, 1000][digits]
    let rounded = (value * scale).rounded() / scale
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
