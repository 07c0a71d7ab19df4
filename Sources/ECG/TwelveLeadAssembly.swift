/// Why a record's signals do not make a 12-lead electrocardiogram.
public enum RecordingError: Error, Equatable, CustomStringConvertible {
  /// No signal carries the name of a standard lead.
  case noLeads(record: String, signalNames: [String])
  /// Two signals claim one lead.
  case duplicateLead(record: String, lead: Lead, signalNames: [String])
  /// A lead's unit is not a voltage.
  case notAVoltage(record: String, lead: Lead, unit: String)
  /// Twelve leads of its length would take more memory than its files justify: few leads, in few bits, and very long.
  case tooLong(record: String, samples: Int, byteCount: Int, limit: Int)

  /// One line: which record, which lead, what was expected.
  public var description: String {
    switch self {
    case .noLeads(let record, let names):
      "\(record): none of its signals (\(names.joined(separator: ", "))) is one of the twelve leads I, II, III, aVR, aVL, aVF, V1…V6"
    case .duplicateLead(let record, let lead, let names):
      "\(record): the signals \(names.map { "\"\($0)\"" }.joined(separator: " and ")) both stand for lead \(lead.name); expected one"
    case .notAVoltage(let record, let lead, let unit):
      "\(record): lead \(lead.name) has the unit \"\(unit)\"; expected a voltage such as mV, uV or V"
    case .tooLong(let record, let samples, let byteCount, let limit):
      "\(record): twelve leads of \(samples) samples take \(byteCount >> 20) MB; expected at most \(limit >> 20) MB, 16 times its files and 64 MB"
    }
  }
}

extension Recording {
  /// Finds the twelve leads among a file's signals, derives missing limb leads, and converts all to millivolts.
  ///
  /// Names are matched by ``LeadName``; other signals are listed in ``extraSignals``. A lead with the opposite sign is turned over. Where two
  /// limb leads are present the other four are derived from them (``LimbLeads``). Leads with several samples a frame are an ECG at their own
  /// rate; where leads differ in it, the slower ones are interpolated linearly to the rate of the fastest. ``warnings`` says what was done.
  ///
  /// - Throws: ``RecordingError``.
  public init(_ record: consuming SignalRecord) throws {
    var (found, extraSignals) = try Self.leads(of: record)
    guard !found.isEmpty else { throw RecordingError.noLeads(record: record.name, signalNames: record.signals.map(\.name)) }
    var sources = [LeadSource](repeating: .absent, count: Lead.allCases.count)
    for lead in found.keys { sources[lead.rawValue] = .recorded }
    let known = Lead.limb.filter { found[$0] != nil }
    let derived = known.count >= 2 ? Lead.limb.filter { found[$0] == nil } : []
    for lead in derived { sources[lead.rawValue] = .derived }

    let width = found.values.map(\.signal.samplesPerFrame).max() ?? 1
    let count = record.frameCount * width
    // The signals go as their leads come, so that the last of them at most stands beside all twelve.
    let byteCount = Lead.allCases.count * count * MemoryLayout<Float>.size + (found.values.map(\.signal.samples.byteCount).max() ?? 0)
    if let limit = record.memoryLimit, byteCount > limit {
      throw RecordingError.tooLong(record: record.name, samples: count, byteCount: byteCount, limit: limit)
    }
    let rate = record.samplingRateHertz * Double(width)
    var warnings = record.warnings
    for lead in Lead.allCases { if let found = found[lead] { warnings += found.warnings(as: lead, width: width, rateHertz: rate) } }
    record.signals = []
    let millivolts = [Float](unsafeUninitializedCapacity: count * Lead.allCases.count) { buffer, filled in
      for lead in Lead.allCases {
        let target = UnsafeMutableBufferPointer(rebasing: buffer[lead.rawValue * count..<(lead.rawValue + 1) * count])
        guard let signal = found.removeValue(forKey: lead) else {
          target.initialize(repeating: 0)
          continue
        }
        signal.signal.write(to: target, samplesPerFrame: width, scale: signal.scale)
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
    warnings += RecordingCheck(millivolts, count: count, sources: sources, rateHertz: rate).warnings
    self.init(
      name: record.name, samplingRateHertz: rate, millivolts: millivolts, sources: sources, patient: record.patient,
      diagnoses: record.diagnoses, extraSignals: extraSignals, warnings: warnings
    )
  }

  /// The signals that are leads, and the names of the others.
  private static func leads(of record: SignalRecord) throws -> (found: [Lead: LeadSignal], others: [String]) {
    var found: [Lead: LeadSignal] = [:]
    var others: [String] = []
    for signal in record.signals {
      guard let name = LeadName(signal.name) else {
        others.append(signal.name)
        continue
      }
      let lead = name.lead
      if let other = found[lead] {
        throw RecordingError.duplicateLead(record: record.name, lead: lead, signalNames: [other.signal.name, signal.name])
      }
      guard let scale = VoltageUnit.millivolts(in: signal.unit) else {
        throw RecordingError.notAVoltage(record: record.name, lead: lead, unit: signal.unit)
      }
      found[lead] = LeadSignal(signal: signal, scale: name.isInverted ? -scale : scale)
    }
    return (found, others)
  }
}

/// A signal that is a lead.
private struct LeadSignal {
  let signal: Signal
  /// Millivolts in one of its unit, negative where its sign is the opposite.
  let scale: Double

  func warnings(as lead: Lead, width: Int, rateHertz: Double) -> [RecordWarning] {
    var warnings: [RecordWarning] = []
    if scale < 0 { warnings.append(.inverted(signal: signal.name, lead: lead)) }
    if signal.samplesPerFrame < width {
      warnings.append(
        RecordWarning(
          "lead \(lead.name) has \(signal.samplesPerFrame) of the \(width) samples a frame that others have; interpolated to \(rateHertz) Hz",
          kind: .rate))
    }
    return warnings
  }
}

extension RecordWarning {
  /// A signal that holds a lead with the opposite sign.
  package static func inverted(signal: String, lead: Lead) -> RecordWarning {
    RecordWarning("the signal \"\(signal)\" is lead \(lead.name) with the opposite sign; turned over", kind: .invertedLead)
  }
}

extension Signal {
  /// Writes values in millivolts at a number of samples a frame that is at least the signal's own.
  ///
  /// Between the signal's own samples values lie on a line, missing where one of its ends is; after its last one they stay.
  fileprivate func write(to target: UnsafeMutableBufferPointer<Float>, samplesPerFrame width: Int, scale: Double) {
    if samplesPerFrame == width, case .digital(let values, let gain, let baseline) = samples {
      let factor = scale / gain
      let zero = Double(baseline)
      for index in target.indices {
        let value = values[index]
        // The sum makes the negative zero of a lead that is turned over a zero.
        target[index] = value == SignalSamples.missing ? .nan : Float((Double(value) - zero) * factor) + 0
      }
      return
    }
    let last = samples.count - 1
    for index in target.indices {
      let (whole, part) = (index * samplesPerFrame).quotientAndRemainder(dividingBy: width)
      var value = samples.physicalValue(at: whole)
      if part > 0 {
        let next = samples.physicalValue(at: min(last, whole + 1))
        value += (next - value) * Double(part) / Double(width)
      }
      target[index] = Float(value * scale) + 0
    }
  }
}
