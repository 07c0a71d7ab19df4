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
  package let preprocessing: Preprocessing
  /// What the recording measures; nil where nobody measured it.
  var measurements: RecordMeasurements?
  /// What is known about the patient.
  let patient: Patient
  /// Samples in a lead, L.
  package let sampleCount: Int
  /// The leads one after the other, each `sampleCount` long.
  package let samples: [Float]
  /// For each lead, how its samples came from the filtered signal: `sample = (filtered − mean) / deviation`.
  let standardisations: [Standardisation]
  /// Leads that are neither missing nor flat.
  package let liveLeads: [Bool]

  private let resampling: LinearResampling
  private let durationSeconds: Double

  /// Preprocesses a recording; a long one on several threads where `threads` is more than 1.
  ///
  /// Missing samples are bridged by straight lines first, so NaN reaches neither filter nor network.
  ///
  /// - Throws: ``PredictorError/unusableRecording(record:reason:)``, also where no lead has a valid sample: the network would judge zeros.
  package init(_ recording: Recording, preprocessing: Preprocessing, threads: Int = 1) throws(PredictorError) {
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
    sampleCount = pipeline.resampling.targetCount
    windowCount = Self.windowCount(sampleCount: sampleCount)
    let quartets = pipeline.run(recording, threads: threads)
    samples = quartets.flatMap(\.samples)
    standardisations = quartets.flatMap(\.standardisations)
    liveLeads = quartets.flatMap(\.isLive)
    missingLeads = zip(Lead.allCases, quartets.flatMap(\.isKnown)).filter { !$0.1 }.map { $0.0 }
    guard missingLeads.count < Lead.allCases.count else {
      throw .unusableRecording(record: recording.name, reason: "no lead has a valid sample; expected a signal to judge")
    }
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

  /// The same with measurements, whatever leads are left out.
  package func measured(_ values: [Double?]) -> PreparedRecording {
    var recording = self
    recording.measurements = RecordMeasurements(values)
    return recording
  }

  /// Writes age and sex as a model takes them: age / 100, age known, female, male, sex known.
  package func fillDemographics(_ target: UnsafeMutablePointer<Float>, ageKnownSlot: AgeKnownSlot) {
    target[0] = patient.ageYears.map { Float($0) / 100 } ?? 0
    target[1] = patient.ageYears != nil && ageKnownSlot == .flag ? 1 : 0
    target[2] = patient.sex == .female ? 1 : 0
    target[3] = patient.sex == .male ? 1 : 0
    target[4] = patient.sex == nil ? 0 : 1
  }

  /// Age and sex as a model takes them.
  package func demographics(_ ageKnownSlot: AgeKnownSlot) -> [Float] {
    var result = [Float](repeating: 0, count: NetworkShape.demographicCount)
    result.withUnsafeMutableBufferPointer { values in
      if let base = values.baseAddress { fillDemographics(base, ageKnownSlot: ageKnownSlot) }
    }
    return result
  }
}

/// Four leads as a network takes them.
private struct PreparedQuartet: Sendable {
  /// The leads one after the other.
  let samples: [Float]
  let standardisations: [Standardisation]
  /// Neither missing nor flat.
  let isLive: [Bool]
  /// Recorded or derived, with at least one valid sample.
  let isKnown: [Bool]
}

/// What is done to the leads of one recording.
private struct Pipeline: Sendable {
  let filter: ButterworthBandPass?
  let resampling: LinearResampling

  /// Microvolts beyond this (one volt) come from no heart and could overflow the network; they are clipped.
  static let clipMicrovolts = 1e6
  /// Share of a signal's largest value below which its deviation is a filter's rounding noise.
  static let flatShare = 1e-9
  /// Samples in a lead from which on it pays to wake other threads: some three minutes.
  static let longRecording = 100_000

  init(_ recording: Recording, preprocessing: Preprocessing) throws(SignalError) {
    resampling = try LinearResampling(
      sourceCount: recording.sampleCount, from: recording.samplingRateHertz, to: NetworkShape.samplingRateHertz)
    switch preprocessing {
    case .paper: filter = nil
    case .zscore05to40:
      filter = try ButterworthBandPass(order: 4, lowerHertz: 0.5, upperHertz: 40, samplingRateHertz: recording.samplingRateHertz)
    }
  }

  /// Preprocesses all leads.
  func run(_ recording: Recording, threads: Int) -> [PreparedQuartet] {
    guard threads > 1, recording.sampleCount >= Self.longRecording else {
      return (0..<LeadQuartet.count).map { run(LeadQuartet($0, of: recording)) }
    }
    let results = Mutex<[Int: PreparedQuartet]>([:])
    DispatchQueue.concurrentPerform(iterations: LeadQuartet.count) { index in
      let result = run(LeadQuartet(index, of: recording))
      results.withLock { $0[index] = result }
    }
    return results.withLock { results in (0..<LeadQuartet.count).compactMap { results[$0] } }
  }

  /// Preprocesses four leads.
  private func run(_ quartet: consuming LeadQuartet) -> PreparedQuartet {
    let places = quartet.isKnown.indices
    var isLive = places.map { quartet.isKnown[$0] && quartet.lowest[$0] < quartet.highest[$0] }
    var standardisations = places.map { _ in Standardisation.identity }
    let samples: [Float]
    if let filter {
      if isLive.contains(true) { filter.filterZeroPhase(&quartet.samples) }
      let signal = resampling.apply(to: quartet.samples)
      var largest = SIMD4<Double>.zero
      for place in places { largest[place] = max(abs(quartet.lowest[place]), abs(quartet.highest[place])) }
      standardisations = Standardisation.of(signal, flatBelow: Self.flatShare * largest)
      for place in places {
        isLive[place] = isLive[place] && standardisations[place].deviation > 0
        if !isLive[place] { standardisations[place] = Standardisation(mean: 0, deviation: 0) }
      }
      samples = Self.standardised(signal, standardisations)
    } else {
      let limit = SIMD4(repeating: Self.clipMicrovolts)
      samples = Self.leadAfterLead(resampling.apply(to: quartet.samples)) { pointwiseMax(-limit, pointwiseMin(limit, $0 * 1000)) }
    }
    return PreparedQuartet(samples: samples, standardisations: standardisations, isLive: isLive, isKnown: quartet.isKnown)
  }

  /// The z-scores of four leads; 0 in a flat one.
  private static func standardised(_ signal: [SIMD4<Double>], _ standardisations: [Standardisation]) -> [Float] {
    var (mean, factor) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    for (place, standardisation) in standardisations.enumerated() where standardisation.deviation > 0 {
      (mean[place], factor[place]) = (standardisation.mean, 1 / standardisation.deviation)
    }
    var samples = leadAfterLead(signal) { ($0 - mean) * factor }
    for (place, standardisation) in standardisations.enumerated() where standardisation.deviation == 0 {
      for index in place * signal.count..<(place + 1) * signal.count { samples[index] = 0 }
    }
    return samples
  }

  /// Four leads that lie side by side, changed and laid one after the other.
  private static func leadAfterLead(_ signal: [SIMD4<Double>], _ change: (SIMD4<Double>) -> SIMD4<Double>) -> [Float] {
    let count = signal.count
    return [Float](unsafeUninitializedCapacity: 4 * count) { target, filled in
      for index in 0..<count {
        let values = change(signal[index])
        target[index] = Float(values.x)
        target[index + count] = Float(values.y)
        target[index + 2 * count] = Float(values.z)
        target[index + 3 * count] = Float(values.w)
      }
      filled = 4 * count
    }
  }
}
