import ECG
import ECGSignal
import Foundation
import SEResNet
import Synchronization

/// The measurements that networks of this program take beside the signal: the one table of them.
///
/// None is a voltage: nothing tells whether a recording's voltages are true (PTB-XL as the challenge has it is not), so amplitudes enter only as
/// shares of others in the same lead, or in the frontal plane, whose leads hang together. A direction is a sine and a cosine, so that −180° and
/// 180° are one. What cannot be measured is unknown; only of the P wave is it told that there is none, because that is a finding.
public struct MeasuredFeatures: RecordMeasuring {
  /// The list's name: changed whenever a name or a definition changes.
  public static let version = "measured-2"

  private let measurers = MeasurerPool()

  /// All of the table.
  public init() {}

  /// The list's name.
  public var version: String { Self.version }
  /// What is measured, in order.
  public var names: [String] { Self.table.map(\.name) }

  /// Measures a recording, as if some leads had not been recorded.
  public func values(of recording: Recording, without leftOut: Set<Lead>) -> [Double?] {
    values(of: measurers.measure(leftOut.isEmpty ? recording : recording.without(leftOut)))
  }

  /// Measures a recording as if some leads had not been recorded; what each lead decides by itself is done once, as soon as the first is left out.
  public func values(of recording: Recording) -> @Sendable (Set<Lead>) -> [Double?] {
    let again = MeasuringAgain(recording, by: measurers)
    return { leftOut in leftOut.isEmpty ? values(of: recording, without: []) : values(of: again.measurements(without: leftOut)) }
  }

  /// The values of a recording that was measured before.
  public func values(of measurements: Measurements) -> [Double?] {
    Self.table.map { entry in entry.value(measurements).flatMap { $0.isFinite ? $0 : nil } }
  }

  private typealias Entry = (name: String, value: @Sendable (Measurements) -> Double?)

  private static let table: [Entry] = [
    rhythm, intervals, directions, axes, Lead.limb.map(frontalShare), amplitudes, Lead.chest.map(progression),
  ].flatMap { $0 }

  // MARK: Rhythm and intervals

  private static let rhythm: [Entry] = [
    ("rate_bpm", { $0[.heartRate].value }),
    ("rr_variation", { $0.rhythm?.successiveVariation }),
    ("irregular", { $0.rhythm.map { $0.isIrregular ? 1 : 0 } }),
    ("rr_shortest_share", { ratio($0[.rrMinimum].value, $0[.rrMedian].value) }),
    ("rr_longest_share", { ratio($0[.rrMaximum].value, $0[.rrMedian].value) }),
    ("no_p_waves", { $0[.pDuration].reason == .noPWaves ? 1 : $0[.pDuration].value.map { _ in 0 } }),
    ("ventricular_share", { kindShare(.ventricular, $0) }),
    ("supraventricular_share", { kindShare(.supraventricular, $0) }),
    ("paced_share", { kindShare(.paced, $0) }),
  ]

  private static let intervals: [Entry] = [
    MeasuredQuantity.pDuration, .prInterval, .qrsDuration, .qtInterval, .qtcFridericia,
  ].map { quantity -> Entry in (quantity.key, { measurements in measurements[quantity].value }) }

  private static func kindShare(_ kind: ECGSignal.BeatKind, _ measurements: Measurements) -> Double? {
    measurements.beats.isEmpty ? nil : Double(measurements.beats.count { $0.kind == kind }) / Double(measurements.beats.count)
  }

  private static func ratio(_ part: Double?, _ whole: Double?) -> Double? {
    guard let part, let whole, whole > 0 else { return nil }
    return part / whole
  }

  // MARK: Axes

  private static let axes: [Entry] = [
    ("qrs_axis_uncertainty", { measurements in measurements.qrsAxisInterval.map { width($0) } }),
    ("qrs_t_angle_cos", { angle($0[.qrsAxis].value, $0[.tAxis].value).map { cos($0 * .pi / 180) } }),
  ]

  private static let directions: [Entry] = [MeasuredQuantity.qrsAxis, .pAxis, .tAxis].flatMap { quantity -> [Entry] in
    let name = quantity.key.replacing("_deg", with: "")
    return [
      (name + "_sin", { measurements in measurements[quantity].value.map { sin($0 * .pi / 180) } }),
      (name + "_cos", { measurements in measurements[quantity].value.map { cos($0 * .pi / 180) } }),
    ]
  }

  /// The width of the interval that holds the axis of 95 of 100 beats, as a share of the circle.
  private static func width(_ interval: DegreeInterval) -> Double {
    let width = interval.high - interval.low
    return (width < 0 ? width + 360 : width) / 360
  }

  private static func angle(_ first: Double?, _ second: Double?) -> Double? {
    guard let first, let second else { return nil }
    return first - second
  }

  // MARK: Amplitudes, as shares

  private static let amplitudes: [Entry] = Lead.allCases.flatMap { lead -> [Entry] in
    [share(lead, of: \.stJ60Millivolts, named: "st"), share(lead, of: \.tMillivolts, named: "t")]
  }

  /// A limb lead's net QRS as a share of all six without regard to sign.
  private static func frontalShare(_ lead: Lead) -> Entry {
    (
      "net_qrs_\(lead.name)",
      { measurements in
        let nets = zip(Lead.limb, measurements.limbFactors).compactMap { lead, factor in
          measurements.leads[lead.rawValue].netQRSMillivolts.map { factor * $0 }
        }
        guard nets.count == Lead.limb.count else { return nil }
        return ratio(nets[lead.rawValue], nets.reduce(0) { $0 + abs($1) })
      }
    )
  }

  /// A level or a wave of a lead as a share of its QRS complex, from its lowest to its highest point.
  private static func share(_ lead: Lead, of value: KeyPath<LeadAmplitudes, Double?> & Sendable, named name: String) -> Entry {
    (
      "\(name)_\(lead.name)",
      { measurements in
        let amplitudes = measurements.leads[lead.rawValue]
        return ratio(amplitudes[keyPath: value], height(amplitudes))
      }
    )
  }

  /// A chest lead's R wave as a share of its QRS complex.
  private static func progression(_ lead: Lead) -> Entry {
    ("r_share_\(lead.name)", { ratio($0.leads[lead.rawValue].rMillivolts, height($0.leads[lead.rawValue])) })
  }

  private static func height(_ amplitudes: LeadAmplitudes) -> Double? {
    guard let r = amplitudes.rMillivolts, let q = amplitudes.qMillivolts, let s = amplitudes.sMillivolts else { return nil }
    return r - min(q, s)
  }
}

/// One recording, measured again and again without other leads, on several threads.
private final class MeasuringAgain: Sendable {
  private let recording: Recording
  private let measurers: MeasurerPool
  /// What each lead decides by itself, once somebody asked; inside, nil of a recording that is too long to keep it.
  private let leads = Mutex<EncodedLeads??>(nil)

  init(_ recording: Recording, by measurers: MeasurerPool) { (self.recording, self.measurers) = (recording, measurers) }

  func measurements(without leftOut: Set<Lead>) -> Measurements {
    let encoded = leads.withLock { leads in
      if let leads { return leads }
      let encoded = EncodedLeads(of: recording)
      leads = .some(encoded)
      return encoded
    }
    return measurers.measure(recording.without(leftOut), encoded: encoded)
  }
}

extension Recording {
  /// The same without some leads, as if they had not been recorded.
  fileprivate func without(_ leftOut: Set<Lead>) -> Recording {
    var (millivolts, sources) = (millivolts, sources)
    for lead in leftOut {
      sources[lead.rawValue] = .absent
      for index in lead.rawValue * sampleCount..<(lead.rawValue + 1) * sampleCount { millivolts[index] = 0 }
    }
    return Recording(
      name: name, samplingRateHertz: samplingRateHertz, millivolts: millivolts, sources: sources, patient: patient, diagnoses: diagnoses,
      extraSignals: extraSignals, warnings: warnings)
  }
}
