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
    if let warning = Self.einthovenWarning(millivolts, count: count, sources: sources) { warnings.append(warning) }
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

  /// Tells of recorded limb leads that contradict III = II − I and Goldberger's relations by more than a tenth of their size.
  static func einthovenWarning(_ millivolts: [Float], count: Int, sources: [LeadSource]) -> RecordWarning? {
    func recorded(_ lead: Lead) -> Bool { sources[lead.rawValue] == .recorded }
    let others: [Lead] = [.iii, .aVR, .aVL, .aVF]
    guard recorded(.i), recorded(.ii), count > 0, others.contains(where: recorded) else { return nil }
    // The four leads that follow from I and II side by side, for this walks through every recording that is read.
    let weights = others.map { LimbLeads.weights(of: $0) ?? (0, 0) }
    let (weightsI, weightsII) = (SIMD4(weights.map(\.leadI)), SIMD4(weights.map(\.leadII)))
    var (residual, size) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    millivolts.withUnsafeBufferPointer { samples in
      for index in stride(from: 0, to: count, by: max(1, count / 20_000)) {
        let (leadI, leadII) = (Double(samples[index]), Double(samples[index + count]))
        let expected = weightsI * leadI + weightsII * leadII
        let actual = SIMD4(
          Double(samples[index + 2 * count]), Double(samples[index + 3 * count]), Double(samples[index + 4 * count]),
          Double(samples[index + 5 * count]))
        let difference = actual - expected
        // Not 0 where a sample is missing.
        let isKnown = difference - difference .== 0
        residual.replace(with: residual + difference * difference, where: isKnown)
        size.replace(with: size + (expected * expected + actual * actual), where: isKnown)
      }
    }
    let shares = (residual / (size / 2)).squareRoot()
    let worst = others.indices.filter { recorded(others[$0]) && shares[$0] > 0.1 }.max { shares[$0] < shares[$1] }
    guard let worst else { return nil }
    let percent = Int((shares[worst] * 100).rounded())
    return RecordWarning(
      "lead \(others[worst].name) differs from what leads I and II imply by \(percent) % of its size (root mean square): leads swapped, or wrong gains"
    )
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
