import ECG
import ECGSignal

/// How a window is changed before the network sees it.
struct InputVariant: Sendable {
  /// Leads that are 0.
  var leftOut: Set<Lead> = []
  /// An electrode that reads the mean of the others; what it replaces touches no lead that is left out.
  var replacement: ElectrodeReplacement?
  /// Whether all measurements are unknown.
  var hidesMeasurements = false

  /// Writes a window of a recording, so changed, into a workspace, and zeros where the recording has ended.
  ///
  /// Without a lead everything is measured anew; for a replaced electrode measurements stay those of the recording.
  func fill(_ workspace: Workspace, from recording: PreparedRecording, window: Int, _ metadata: ModelMetadata) {
    let start = recording.windowStart(window)
    let count = min(NetworkShape.windowLength, recording.sampleCount - start)
    let leads = Lead.allCases.count
    let target = workspace.input.firstRow
    recording.samples.withUnsafeBufferPointer { samples in
      for lead in 0..<leads {
        let source = lead * recording.sampleCount + start
        for index in 0..<count { target[index * leads + lead] = samples[source + index] }
      }
    }
    (target + count * leads).update(repeating: 0, count: (NetworkShape.windowLength - count) * leads)
    workspace.endRecording(atRow: count)
    for lead in leftOut {
      for index in 0..<count { target[index * leads + lead.rawValue] = 0 }
    }
    replacement?.apply(to: target, rows: count)
    recording.fillDemographics(workspace.demographics.pointer, ageKnownSlot: metadata.ageKnownSlot)
    metadata.measurements?.fill(
      workspace.measured.pointer, values: hidesMeasurements ? nil : recording.measurements?.values(without: leftOut))
  }
}

/// All leads that hang on an electrode, recomputed as if it read the mean of the other electrodes.
///
/// With potentials φ against Wilson's terminal (``Electrode/potential(of:)``) electrode e changes by δ = mean of the other φ − φₑ, and a
/// lead that shows the share c of that electrode (``Electrode/weight(in:)``) changes by c·δ. For RA, LA and LL those are the limb leads
/// and, through Wilson's terminal, all chest leads (c = −1/3); for V1…V6 the one chest lead. Leads that do not hang on the electrode stay
/// as recorded. The change is made to the filtered signal, and the changed leads get a z-score anew over the whole recording, as if they
/// had been recorded so.
struct ElectrodeReplacement: Sendable {
  let electrode: Electrode
  /// Filtered value = mean + deviation · sample, for each lead.
  private let before: [Standardisation]
  /// δ as a combination of the filtered leads.
  private let change: [Double]
  /// The changed leads: how much of δ each takes up, and its new mean and deviation.
  private let changed: [(lead: Int, share: Double, after: Standardisation)]

  /// The electrodes of a recording whose potential is known and can be compared with others, each ready to be replaced.
  ///
  /// Leads that are left out are as good as missing: they tell no potential, and stay 0.
  static func all(for recording: PreparedRecording, without leftOut: Set<Lead> = []) -> [ElectrodeReplacement] {
    let live = Lead.allCases.map { recording.liveLeads[$0.rawValue] && !leftOut.contains($0) }
    let known = Electrode.allCases.filter { $0.requiredLeads.allSatisfy { live[$0.rawValue] } }
    guard known.count > 1 else { return [] }
    let covariances = LeadCovariances(of: recording)
    return known.map { ElectrodeReplacement($0, among: known, live: live, of: recording, covariances: covariances) }
  }

  private init(
    _ electrode: Electrode, among known: [Electrode], live: [Bool], of recording: PreparedRecording, covariances: LeadCovariances
  ) {
    self.electrode = electrode
    before = recording.standardisations
    let others = Double(known.count - 1)
    let change = Lead.allCases.map { lead in
      known.reduce(0) { $0 + $1.potential(of: lead) * ($1 == electrode ? -1 : 1 / others) }
    }
    self.change = change
    let means = recording.standardisations.map(\.mean)
    changed = Lead.allCases.compactMap { lead in
      let share = electrode.weight(in: lead)
      guard share != 0, live[lead.rawValue] else { return nil }
      guard recording.preprocessing != .paper else { return (lead.rawValue, share, .identity) }
      // The new lead is a combination of the old ones, so its mean and variance follow from theirs.
      var combination = change.map { $0 * share }
      combination[lead.rawValue] += 1
      let mean = zip(combination, means).reduce(0) { $0 + $1.0 * $1.1 }
      return (lead.rawValue, share, Standardisation(mean: mean, deviation: covariances.deviation(of: combination)))
    }
  }

  /// Changes rows of twelve samples.
  func apply(to target: UnsafeMutablePointer<Float>, rows: Int) {
    let leads = change.count
    for index in 0..<rows {
      let row = target + index * leads
      var delta = 0.0
      for lead in 0..<leads where change[lead] != 0 { delta += change[lead] * filtered(row[lead], lead) }
      for (lead, share, after) in changed { row[lead] = Float(after.standardised(filtered(row[lead], lead) + share * delta)) }
    }
  }

  private func filtered(_ sample: Float, _ lead: Int) -> Double { before[lead].mean + before[lead].deviation * Double(sample) }
}

/// The covariances of the filtered leads over a whole recording.
private struct LeadCovariances {
  private let values: [[Double]]

  init(of recording: PreparedRecording) {
    let (leads, count) = (Lead.allCases.count, recording.sampleCount)
    var values = Array(repeating: Array(repeating: 0.0, count: leads), count: leads)
    recording.samples.withUnsafeBufferPointer { samples in
      for first in 0..<leads {
        for second in 0...first {
          var sum = 0.0
          for index in 0..<count { sum += Double(samples[first * count + index]) * Double(samples[second * count + index]) }
          let scale = recording.standardisations[first].deviation * recording.standardisations[second].deviation
          values[first][second] = scale * sum / Double(count)
          values[second][first] = values[first][second]
        }
      }
    }
    self.values = values
  }

  /// The standard deviation of a combination of leads; 0 where it is no more than rounding.
  func deviation(of combination: [Double]) -> Double {
    var (variance, size) = (0.0, 0.0)
    for (first, a) in combination.enumerated() {
      size += a * a * values[first][first]
      for (second, b) in combination.enumerated() { variance += a * b * values[first][second] }
    }
    return variance > 1e-9 * size ? variance.squareRoot() : 0
  }
}
