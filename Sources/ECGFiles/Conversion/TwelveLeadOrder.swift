import ECG

/// The order and names in which a record is converted.
enum TwelveLeadOrder {
  /// A twelve-lead record with its leads in the standard order under their canonical names, missing limb leads derived, leads of the opposite sign turned
  /// over, and other signals after them.
  ///
  /// A record that lacks a lead which cannot be derived, or whose leads are no voltages, is returned as it is: it is not a twelve-lead record.
  ///
  /// - Parameters:
  ///   - record: the record as its file has it.
  ///   - inMillivolts: whether the leads' calibration is changed so that their values are in mV. The samples themselves stay.
  /// - Throws: ``RecordingError/duplicateLead(record:lead:signalNames:)`` where two signals stand for one lead.
  static func arranged(_ record: SignalRecord, inMillivolts: Bool) throws -> SignalRecord {
    var recorded: [Lead: Signal] = [:]
    var others: [Signal] = []
    var warnings: [RecordWarning] = []
    for signal in record.signals {
      guard let name = LeadName(signal.name) else {
        others.append(signal)
        continue
      }
      if let first = recorded[name.lead] {
        throw RecordingError.duplicateLead(record: record.name, lead: name.lead, signalNames: [first.name, signal.name])
      }
      recorded[name.lead] = name.isInverted ? signal.turnedOver : signal
      if name.isInverted { warnings.append(.inverted(signal: signal.name, lead: name.lead)) }
    }
    let known = Lead.limb.filter { recorded[$0] != nil }
    guard known.count >= 2, Lead.chest.allSatisfy({ recorded[$0] != nil }) else { return record }
    guard recorded.values.allSatisfy({ VoltageUnit.millivolts(in: $0.unit) != nil }) else { return record }

    var result = record
    result.signals = Lead.allCases.compactMap { lead in
      var signal = recorded[lead] ?? derived(lead, from: known.prefix(2).compactMap { recorded[$0] }, leads: known)
      signal?.name = lead.name
      return inMillivolts ? signal?.inMillivolts : signal
    }
    result.signals += others
    result.warnings += warnings
    return result
  }

  /// A limb lead from two others; exact where they share one calibration.
  private static func derived(_ lead: Lead, from sources: [Signal], leads: [Lead]) -> Signal? {
    guard sources.count == 2, let weights = LimbLeads.combination(for: lead, from: leads[0], and: leads[1]) else { return nil }
    let (first, second) = (sources[0], sources[1])
    if let samples = exactSum(first, second, weights: weights) {
      return Signal(name: lead.name, unit: first.unit, samplesPerFrame: first.samplesPerFrame, samples: samples)
    }
    let isOneUnit = first.unit == second.unit
    let left = (isOneUnit ? first : first.inMillivolts).averagedToFrames
    let right = (isOneUnit ? second : second.inMillivolts).averagedToFrames
    let count = min(left.samples.count, right.samples.count)
    let values = (0..<count).map {
      weights.first * left.samples.physicalValue(at: $0) + weights.second * right.samples.physicalValue(at: $0)
    }
    return Signal(name: lead.name, unit: left.unit, samples: .physical(values))
  }

  /// The weighted sum in the converter's own steps, or in up to twelfths of them; nil where the two differ in calibration.
  private static func exactSum(_ first: Signal, _ second: Signal, weights: (first: Double, second: Double)) -> SignalSamples? {
    guard first.unit == second.unit, first.samplesPerFrame == second.samplesPerFrame,
      case .digital(let left, let gain, let leftZero) = first.samples, case .digital(let right, gain, let rightZero) = second.samples
    else { return nil }
    func isWhole(_ value: Double) -> Bool { (value - value.rounded()).magnitude < 1e-9 }
    guard let fineness = [1.0, 2, 3, 4, 6, 12].first(where: { isWhole($0 * weights.first) && isWhole($0 * weights.second) }) else {
      return nil
    }
    let a = Int((weights.first * fineness).rounded())
    let b = Int((weights.second * fineness).rounded())
    var sums: [Int32] = []
    sums.reserveCapacity(left.count)
    for (p, q) in zip(left, right) {
      if p == SignalSamples.missing || q == SignalSamples.missing {
        sums.append(SignalSamples.missing)
      } else {
        guard let sum = Int32(exactly: a * (Int(p) - leftZero) + b * (Int(q) - rightZero)), sum != SignalSamples.missing else { return nil }
        sums.append(sum)
      }
    }
    return .digital(sums, gain: gain * fineness, baseline: 0)
  }
}

extension Signal {
  /// The samples with the opposite sign: about the same zero, in the converter's own steps.
  var turnedOver: Signal {
    var signal = self
    switch samples {
    case .digital(let values, let gain, let baseline):
      signal.samples = .digital(values.map { $0 == SignalSamples.missing ? $0 : -$0 }, gain: gain, baseline: -baseline)
    case .physical(let values): signal.samples = .physical(values.map { 0 - $0 })
    }
    return signal
  }

  /// The same samples, calibrated in millivolts; a signal that is no voltage stays as it is.
  var inMillivolts: Signal {
    guard let scale = VoltageUnit.millivolts(in: unit) else { return self }
    var signal = self
    signal.unit = "mV"
    guard scale != 1 else { return signal }
    switch samples {
    case .digital(let values, let gain, let baseline):
      signal.samples = .digital(values, gain: scale < 1 ? gain * (1 / scale).rounded() : gain / scale, baseline: baseline)
    case .physical(let values): signal.samples = .physical(values.map { $0 * scale })
    }
    return signal
  }

  /// One value a frame: the mean of the frame's samples, missing where one of them is.
  ///
  /// The mean of the converter's integers is cut towards zero, as the WFDB library and wfdb-python do.
  var averagedToFrames: Signal {
    guard samplesPerFrame > 1 else { return self }
    let width = samplesPerFrame
    var signal = self
    signal.samplesPerFrame = 1
    switch samples {
    case .digital(let values, let gain, let baseline):
      let means = (0..<values.count / width).map { frame in
        let samples = values[frame * width..<(frame + 1) * width]
        return samples.contains(SignalSamples.missing) ? SignalSamples.missing : Int32(samples.reduce(0) { $0 + Int($1) } / width)
      }
      signal.samples = .digital(means, gain: gain, baseline: baseline)
    case .physical(let values):
      let means = (0..<values.count / width).map { frame in
        values[frame * width..<(frame + 1) * width].reduce(0, +) / Double(width)
      }
      signal.samples = .physical(means)
    }
    return signal
  }
}
