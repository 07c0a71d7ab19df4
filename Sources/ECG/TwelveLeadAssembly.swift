/// Why a record's signals do not make a 12-lead electrocardiogram.
public enum RecordingError: Error, Equatable, CustomStringConvertible {
  /// No signal carries the name of a standard lead.
  case noLeads(record: String, signalNames: [String])
  /// Two signals claim one lead.
  case duplicateLead(record: String, lead: Lead, signalNames: [String])
  /// A lead's unit is not a voltage.
  case notAVoltage(record: String, lead: Lead, unit: String)

  /// One line: which record, which lead, what was expected.
  public var description: String {
    switch self {
    case .noLeads(let record, let names):
      "\(record): none of its signals (\(names.joined(separator: ", "))) is one of the twelve leads I, II, III, aVR, aVL, aVF, V1…V6"
    case .duplicateLead(let record, let lead, let names):
      "\(record): the signals \(names.map { "\"\($0)\"" }.joined(separator: " and ")) both stand for lead \(lead.name); expected one"
    case .notAVoltage(let record, let lead, let unit):
      "\(record): lead \(lead.name) has the unit \"\(unit)\"; expected a voltage such as mV, uV or V"
    }
  }
}

extension Recording {
  /// Finds the twelve leads among a file's signals, derives missing limb leads, and converts all to millivolts.
  ///
  /// Names are matched by ``Lead/init(signalName:)``; other signals are listed in ``extraSignals``. Where two limb leads are present the other
  /// four are derived from them (``LimbLeads``). A lead with several samples a frame is averaged to one a frame, as the WFDB library does.
  ///
  /// - Throws: ``RecordingError``.
  public init(_ record: SignalRecord) throws {
    var signalOfLead: [Lead: Signal] = [:]
    var extraSignals: [String] = []
    for signal in record.signals {
      guard let lead = Lead(signalName: signal.name) else {
        extraSignals.append(signal.name)
        continue
      }
      if let other = signalOfLead[lead] {
        throw RecordingError.duplicateLead(record: record.name, lead: lead, signalNames: [other.name, signal.name])
      }
      signalOfLead[lead] = signal
    }
    guard !signalOfLead.isEmpty else {
      throw RecordingError.noLeads(record: record.name, signalNames: record.signals.map(\.name))
    }

    let count = record.frameCount
    var sources = [LeadSource](repeating: .absent, count: Lead.allCases.count)
    var scales: [Lead: Double] = [:]
    for (lead, signal) in signalOfLead {
      guard let scale = Self.millivoltsPerUnit(signal.unit) else {
        throw RecordingError.notAVoltage(record: record.name, lead: lead, unit: signal.unit)
      }
      scales[lead] = scale
      sources[lead.rawValue] = .recorded
    }
    let known = Lead.limb.filter { signalOfLead[$0] != nil }
    let derived = known.count >= 2 ? Lead.limb.filter { signalOfLead[$0] == nil } : []
    for lead in derived { sources[lead.rawValue] = .derived }

    let millivolts = [Float](unsafeUninitializedCapacity: count * Lead.allCases.count) { buffer, filled in
      buffer.initialize(repeating: 0)
      for (lead, signal) in signalOfLead {
        let target = UnsafeMutableBufferPointer(rebasing: buffer[lead.rawValue * count..<(lead.rawValue + 1) * count])
        signal.writeFrames(to: target, scale: scales[lead] ?? 1)
      }
      for lead in derived {
        guard let weights = LimbLeads.combination(for: lead, from: known[0], and: known[1]) else { continue }
        let (first, second) = (known[0].rawValue * count, known[1].rawValue * count)
        for index in 0..<count {
          let value = weights.first * Double(buffer[first + index]) + weights.second * Double(buffer[second + index])
          buffer[lead.rawValue * count + index] = Float(value)
        }
      }
      filled = count * Lead.allCases.count
    }
    var warnings = record.warnings
    if let contradiction = LimbLeadConsistency(millivolts: millivolts, count: count, sources: sources) {
      warnings.append(RecordWarning(contradiction.description))
    }
    self.init(
      name: record.name, samplingRateHertz: record.samplingRateHertz, millivolts: millivolts, sources: sources, patient: record.patient,
      diagnoses: record.diagnoses, extraSignals: extraSignals, warnings: warnings
    )
  }

  /// Millivolts in one of a file's voltage unit; nil for a unit that is no voltage.
  package static func millivoltsPerUnit(_ unit: String) -> Double? {
    switch unit.trimmingWhitespace().lowercased() {
    case "", "mv", "millivolt", "millivolts": 1
    case "uv", "µv", "μv", "microvolt", "microvolts": 0.001
    case "nv", "nanovolt", "nanovolts": 0.000_001
    case "v", "volt", "volts": 1000
    default: nil
    }
  }
}

extension Signal {
  /// Writes one millivolt value a frame; several samples in a frame are averaged, and a missing sample makes its frame missing.
  fileprivate func writeFrames(to target: UnsafeMutableBufferPointer<Float>, scale: Double) {
    if samplesPerFrame == 1, case .digital(let values, let gain, let baseline) = samples {
      let factor = scale / gain
      let zero = Double(baseline)
      for index in target.indices {
        let value = values[index]
        target[index] = value == SignalSamples.missing ? .nan : Float((Double(value) - zero) * factor)
      }
      return
    }
    for frame in target.indices {
      var sum = 0.0
      for offset in 0..<samplesPerFrame { sum += samples.physicalValue(at: frame * samplesPerFrame + offset) }
      target[frame] = Float(sum / Double(samplesPerFrame) * scale)
    }
  }
}
