import Dispatch
import ECG
import ECGSignal
import Synchronization

/// A recording as a network takes it: preprocessed, at 257 Hz, cut into windows of 4096 samples (15.9 s).
///
/// Windows follow equation 4 of the paper: with L samples, P = ⌈(L − 4096) / (4096 − 256)⌉ + 1 windows, the last one flush with the end; a
/// shorter recording is one window with zeros after it. Windows are views, so a long recording is held once.
public struct PreparedRecording: Sendable {
  /// Number of windows, P; at least 1.
  public let windowCount: Int
  /// Leads that hold nothing to go by: neither recorded nor derived, or without a single valid sample.
  ///
  /// They are 0 for the network.
  public let missingLeads: [Lead]

  /// What was done to the signal.
  let preprocessing: Preprocessing
  /// What is known about the patient.
  let patient: Patient
  /// Samples in a lead, L.
  let sampleCount: Int
  /// The leads one after the other, each `sampleCount` long.
  let samples: [Float]
  /// For each lead, how its samples came from the filtered signal: `sample = (filtered − mean) / deviation`.
  let standardisations: [Standardisation]
  /// Leads that are neither missing nor flat.
  let liveLeads: [Bool]

  private let resampling: LinearResampling
  private let durationSeconds: Double

  /// Preprocesses a recording.
  ///
  /// Missing samples are bridged by straight lines first, so NaN reaches neither filter nor network.
  ///
  /// - Throws: ``PredictorError/unusableRecording(record:reason:)``.
  init(_ recording: Recording, preprocessing: Preprocessing) throws(PredictorError) {
    self.preprocessing = preprocessing
    patient = recording.patient
    durationSeconds = recording.durationSeconds
    let pipeline: Pipeline
    do throws(SignalError) {
      pipeline = try Pipeline(recording, preprocessing: preprocessing)
    } catch {
      throw .unusableRecording(record: recording.name, reason: error.description)
    }
    resampling = pipeline.resampling
    let count = resampling.targetCount
    var samples: [Float] = []
    samples.reserveCapacity(count * Lead.allCases.count)
    var standardisations: [Standardisation] = []
    var liveLeads: [Bool] = []
    var missingLeads: [Lead] = []
    let results = Mutex<[PreparedLead?]>(Array(repeating: nil, count: Lead.allCases.count))
    DispatchQueue.concurrentPerform(iterations: Lead.allCases.count) { index in
      let lead = Lead.allCases[index]
      let known = recording[source: lead] == .absent ? nil : MissingSamples.interpolated(recording[lead])
      let result = pipeline.run(known)
      results.withLock { $0[index] = result }
    }
    for (lead, result) in zip(Lead.allCases, results.withLock { $0 }) {
      guard let result else { continue }
      if result.isMissing { missingLeads.append(lead) }
      samples.append(contentsOf: result.samples)
      standardisations.append(result.standardisation)
      liveLeads.append(result.isLive)
    }
    self.samples = samples
    self.standardisations = standardisations
    self.liveLeads = liveLeads
    self.missingLeads = missingLeads
    sampleCount = count
    windowCount = Self.windowCount(sampleCount: count)
  }

  /// P of equation 4.
  static func windowCount(sampleCount: Int) -> Int {
    let (length, step) = (NetworkShape.windowLength, NetworkShape.windowLength - 256)
    return sampleCount <= length ? 1 : (sampleCount - length + step - 1) / step + 1
  }

  /// First sample of a window.
  ///
  /// - Precondition: `window` is one of the ``windowCount`` windows.
  func windowStart(_ window: Int) -> Int {
    precondition((0..<windowCount).contains(window), "window \(window) of \(windowCount)")
    guard windowCount > 1 else { return 0 }
    let room = sampleCount - NetworkShape.windowLength
    return window == windowCount - 1 ? room : window * (room / (windowCount - 1))
  }

  /// The span of a window in the recording's own time, in seconds from its start.
  ///
  /// A window that is filled up with zeros ends with the recording.
  ///
  /// - Precondition: `window` is one of the ``windowCount`` windows.
  public func windowSeconds(_ window: Int) -> ClosedRange<Double> {
    let start = windowStart(window)
    let end = start + NetworkShape.windowLength
    let endSeconds = end >= sampleCount ? durationSeconds : resampling.sourceSeconds(ofTarget: end)
    let startSeconds = min(resampling.sourceSeconds(ofTarget: start), endSeconds)
    return startSeconds...endSeconds
  }

  /// Writes age and sex as a model takes them: age / 100, age known, female, male, sex known.
  func fillDemographics(_ target: UnsafeMutablePointer<Float>, ageKnownSlot: AgeKnownSlot) {
    target[0] = patient.ageYears.map { Float($0) / 100 } ?? 0
    target[1] = patient.ageYears != nil && ageKnownSlot == .flag ? 1 : 0
    target[2] = patient.sex == .female ? 1 : 0
    target[3] = patient.sex == .male ? 1 : 0
    target[4] = patient.sex == nil ? 0 : 1
  }
}

/// One lead as a network takes it.
private struct PreparedLead: Sendable {
  let samples: [Float]
  let standardisation: Standardisation
  /// Neither missing nor flat.
  let isLive: Bool
  /// Neither recorded nor derived, or without a single valid sample.
  var isMissing = false
}

/// What is done to each lead of one recording.
private struct Pipeline: Sendable {
  let preprocessing: Preprocessing
  let filter: ButterworthBandPass?
  let resampling: LinearResampling

  /// Microvolts beyond this (one volt) come from no heart and could overflow the network; they are clipped.
  static let clipMicrovolts = 1e6
  /// Share of a signal's largest value below which its deviation is a filter's rounding noise.
  static let flatShare = 1e-9

  init(_ recording: Recording, preprocessing: Preprocessing) throws(SignalError) {
    self.preprocessing = preprocessing
    resampling = try LinearResampling(
      sourceCount: recording.sampleCount, from: recording.samplingRateHertz, to: NetworkShape.samplingRateHertz)
    switch preprocessing {
    case .paper: filter = nil
    case .zscore05to40:
      filter = try ButterworthBandPass(order: 4, lowerHertz: 0.5, upperHertz: 40, samplingRateHertz: recording.samplingRateHertz)
    }
  }

  /// Preprocesses one lead's millivolts; nil stands for a missing lead.
  func run(_ millivolts: [Double]?) -> PreparedLead {
    guard let millivolts, let first = millivolts.first, millivolts.contains(where: { $0 != first }) else {
      return flat(millivolts?.first ?? 0, isMissing: millivolts == nil)
    }
    guard let filter else {
      let samples = resampling.apply(to: millivolts).map { Float(max(-Self.clipMicrovolts, min(Self.clipMicrovolts, $0 * 1000))) }
      return PreparedLead(samples: samples, standardisation: .identity, isLive: true)
    }
    let largest = millivolts.reduce(0) { max($0, abs($1)) }
    let filtered = resampling.apply(to: filter.zeroPhase(millivolts))
    let standardisation = Standardisation(of: filtered, flatBelow: Self.flatShare * largest)
    guard standardisation.deviation > 0 else { return flat(0, isMissing: false) }
    return PreparedLead(samples: filtered.map { Float(standardisation.standardised($0)) }, standardisation: standardisation, isLive: true)
  }

  /// A lead that never changes: its level without normalisation, else 0.
  private func flat(_ millivolts: Double, isMissing: Bool) -> PreparedLead {
    let level = filter == nil ? Float(max(-Self.clipMicrovolts, min(Self.clipMicrovolts, millivolts * 1000))) : 0
    let standardisation = filter == nil ? .identity : Standardisation(mean: 0, deviation: 0)
    return PreparedLead(
      samples: Array(repeating: level, count: resampling.targetCount), standardisation: standardisation, isLive: false, isMissing: isMissing
    )
  }
}
