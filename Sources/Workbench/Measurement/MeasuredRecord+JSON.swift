import ECG
import ECGSignal
import PlainText

extension MeasuredRecord {
  /// The record as one JSON object, its keys always the same and in the same order.
  ///
  /// - Parameter isDetailed: Whether each lead has its own boundaries of every beat.
  public func json(isDetailed: Bool = false) -> JSONValue {
    let interval = measurements.qrsAxisInterval
    var members: [(String, JSONValue)] = [("record", .string(name)), ("path", .string(path))]
    for quantity in MeasuredQuantity.allCases {
      members.append((quantity.key, JSONValue(measurements[quantity].value)))
      if quantity == .qrsAxis {
        members += [("qrs_axis_low_deg", JSONValue(interval?.low)), ("qrs_axis_high_deg", JSONValue(interval?.high))]
      }
    }
    members += [
      ("r_peaks", .array(measurements.rPeaks.map { .integer($0) })),
      ("beats", .array(measurements.beats.map(Self.json))),
      ("leads", .object(Lead.allCases.map { ($0.name, json(of: $0, isDetailed: isDetailed)) })),
      ("quality", .string(quality.record.rawValue)),
      ("irregular", measurements.rhythm.map { .bool($0.isIrregular) } ?? .null),
      ("low_voltage", lowVoltage),
      ("lead_swap", swap), ("limb_gains", limbGains),
      ("reasons", .object(reasons.map { ($0.key, .string($0.words)) })),
      ("recording_digest", .string(digest.description)),
    ]
    return .object(members)
  }

  private static func json(_ beat: MeasuredBeat) -> JSONValue {
    let waves = beat.waves
    return .object([
      ("r", .integer(beat.rPeak)), ("p_on", JSONValue(waves.p?.onset)), ("p_peak", JSONValue(waves.p?.peak)),
      ("p_off", JSONValue(waves.p?.offset)), ("qrs_on", JSONValue(waves.qrs?.onset)), ("qrs_off", JSONValue(waves.qrs?.offset)),
      ("t_on", JSONValue(waves.t?.onset)), ("t_peak", JSONValue(waves.t?.peak)), ("t_off", JSONValue(waves.t?.offset)),
      ("kind", .string(beat.kind.rawValue)),
    ])
  }

  private func json(of lead: Lead, isDetailed: Bool) -> JSONValue {
    let amplitudes = measurements.leads[lead.rawValue]
    var members = Self.amplitudes.map { ($0.key, JSONValue(amplitudes[keyPath: $0.value])) }
    members.append(("quality", JSONValue(flaws(of: lead))))
    if isDetailed { members.append(("beats", .array(measurements.beats.map { Self.json($0[lead]) }))) }
    return .object(members)
  }

  private static func json(_ waves: BeatWaves) -> JSONValue {
    .object(
      [("p", waves.p), ("qrs", waves.qrs), ("t", waves.t)].flatMap { name, marks in
        [
          ("\(name)_on", JSONValue(marks?.onset)), ("\(name)_peak", JSONValue(marks?.peak)), ("\(name)_off", JSONValue(marks?.offset)),
        ]
      })
  }

  private var lowVoltage: JSONValue {
    func value(_ isLow: Bool?) -> JSONValue { isLow.map { .bool($0) } ?? .null }
    return .object([("limb", value(measurements.lowVoltage?.limb)), ("chest", value(measurements.lowVoltage?.chest))])
  }

  /// What the limb leads were multiplied by for axes; null where their gains agree.
  private var limbGains: JSONValue {
    let factors = measurements.limbFactors
    guard factors.contains(where: { $0 != 1 }) else { return .null }
    return .object(zip(Lead.limb, factors).map { ($0.name, JSONValue($1)) })
  }

  private var swap: JSONValue {
    guard let suspicion = leadSwap.suspicion else { return .null }
    return .object([
      ("swap", .string(suspicion.swap.rawValue)), ("score", JSONValue(suspicion.score)), ("reasons", JSONValue(suspicion.reasons)),
    ])
  }
}
