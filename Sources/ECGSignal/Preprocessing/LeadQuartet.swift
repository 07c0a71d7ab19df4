import ECG

/// Four leads of a recording side by side in double precision, so that one instruction of a filter serves several leads.
///
/// A recording is three quartets: the limb leads I…aVR, then aVL…V2, then V3…V6.
public struct LeadQuartet: Sendable {
  /// Quartets in a recording.
  public static let count = Lead.allCases.count / leadCount
  /// Leads in a quartet.
  public static let leadCount = 4

  /// One entry a sample, one place in it a lead, in millivolts.
  ///
  /// Gaps are bridged (``MissingSamples``); a lead of which nothing is known is 0.
  public var samples: [SIMD4<Double>]
  /// Which leads are recorded or derived and hold a valid sample.
  public let isKnown: [Bool]
  /// The smallest value of each lead.
  public let lowest: SIMD4<Double>
  /// The largest value of each lead.
  public let highest: SIMD4<Double>

  /// The leads from `4 · index` on, in the standard order.
  ///
  /// - Precondition: `index` is less than ``count``.
  public init(_ index: Int, of recording: Recording) {
    let leads = Lead.allCases[Self.leadCount * index..<Self.leadCount * (index + 1)]
    var (samples, hasGaps) = Self.sideBySide(recording, from: Self.leadCount * index)
    var isKnown: [Bool] = []
    for (place, lead) in leads.enumerated() {
      let isAbsent = recording[source: lead] == .absent
      let bridged = isAbsent || !hasGaps[place] ? nil : MissingSamples.interpolated(recording[lead])
      isKnown.append(!isAbsent && (!hasGaps[place] || bridged != nil))
      guard isAbsent || hasGaps[place] else { continue }
      for position in samples.indices { samples[position][place] = bridged?[position] ?? 0 }
    }
    var (lowest, highest) = (samples.first ?? .zero, samples.first ?? .zero)
    for values in samples {
      lowest.replace(with: values, where: values .< lowest)
      highest.replace(with: values, where: values .> highest)
    }
    self.samples = samples
    self.isKnown = isKnown
    self.lowest = lowest
    self.highest = highest
  }

  /// The samples as they are, and which leads hold one that is no number.
  private static func sideBySide(_ recording: Recording, from lead: Int) -> ([SIMD4<Double>], hasGaps: [Bool]) {
    let count = recording.sampleCount
    // Stays 0 while all samples are numbers: infinity − infinity is none.
    var residue = SIMD4<Double>.zero
    let samples = recording.millivolts.withUnsafeBufferPointer { source in
      [SIMD4<Double>](unsafeUninitializedCapacity: count) { target, filled in
        for index in 0..<count {
          let place = lead * count + index
          let values = SIMD4(
            Double(source[place]), Double(source[place + count]), Double(source[place + 2 * count]), Double(source[place + 3 * count]))
          residue += values - values
          target.initializeElement(at: index, to: values)
        }
        filled = count
      }
    }
    return (samples, (0..<leadCount).map { residue[$0] != 0 })
  }
}
