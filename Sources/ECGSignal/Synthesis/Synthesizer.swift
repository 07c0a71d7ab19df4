import ECG

/// Makes 12-lead recordings from recipes; the same seed and recipe give the same samples on every machine.
///
/// The heart is a dipole whose vector is a sum of ``Wave``s, seen by the leads through ``LeadField``. Breathing turns and scales it a little,
/// electrodes add their noise, and the recorder rounds leads I, II and V1 to V6 to converter units and computes the other limb leads from the rounded I
/// and II, as recorders do: III = II - I holds exactly, the halves of the augmented leads are rounded up.
public struct Synthesizer: Sendable {
  private let seed: UInt64

  /// A synthesizer whose recordings all depend on `seed`.
  public init(seed: UInt64) { self.seed = seed }

  /// The recording that a recipe describes.
  public func record(_ recipe: RecordingRecipe) -> SignalRecord {
    var generator = SeededGenerator(seed: seed, name: recipe.name)
    let recorder = recipe.recorder
    let count = Int((recorder.durationSeconds * recorder.samplingRateHertz).rounded())
    let respiration = Respiration(using: &generator)
    let vectors = heartVectors(of: recipe, count: count, respiration: respiration, using: &generator)
    let noise = (0..<Electrode.count).map { _ in
      recipe.noise.electrode(
        sampleCount: count, samplingRateHertz: recorder.samplingRateHertz, respiration: respiration, using: &generator)
    }

    var leads: [Lead: [Int]] = [:]
    for lead in [.i, .ii] + Lead.chest {
      let field = LeadField.vector(of: lead)
      leads[lead] = (0..<count).map { index in
        let millivolts = (field * vectors[index]).sum() + Electrode.difference(for: lead, at: index, in: noise)
        return Int((millivolts * recorder.gain).rounded())
      }
    }
    let (leadI, leadII) = (leads[.i] ?? [], leads[.ii] ?? [])
    for lead in Lead.limb.dropFirst(2) {
      leads[lead] = zip(leadI, leadII).map { LimbLeads.rounded(lead, leadI: $0, leadII: $1) }
    }

    let signals = Lead.allCases.filter { $0 != recorder.missingLead }.map { lead in
      let values = (leads[lead] ?? []).map { Int32(clamping: min(32_767, max(-32_767, $0 + recorder.baseline))) }
      return Signal(name: lead.name, samples: .digital(values, gain: recorder.gain, baseline: recorder.baseline))
    }
    return SignalRecord(
      name: recipe.name, samplingRateHertz: recorder.samplingRateHertz, frameCount: count, signals: signals, patient: recipe.patient,
      diagnoses: recipe.labels.compactMap { Diagnosis.named($0)?.code },
      comments: ["Synthetic: no real patient, made by einthoven synthesize"]
    )
  }

  /// The heart vector at every sample.
  private func heartVectors(
    of recipe: RecordingRecipe, count: Int, respiration: Respiration, using generator: inout SeededGenerator
  ) -> [HeartVector] {
    let rate = recipe.recorder.samplingRateHertz
    let heart = HeartModel(
      conduction: recipe.conduction, qrsAxisDegrees: recipe.qrsAxisDegrees, recovery: recipe.recovery, voltage: recipe.voltage
    ).varied(using: &generator)
    let ectopic = HeartModel(conduction: .ventricularEctopic, qrsAxisDegrees: 78, voltage: recipe.voltage).varied(using: &generator)
    let beats = recipe.rhythm.beats(
      durationSeconds: recipe.recorder.durationSeconds, prematureEvery: recipe.prematureBeatEvery, respiration: respiration,
      using: &generator)

    var tracer = VectorTracer(count: count, samplingRateHertz: rate)
    for beat in beats {
      let breath = respiration.depth(atSeconds: beat.seconds)
      let size = 1 + 0.04 * breath + 0.01 * generator.normal()
      let turn = 1.5 * breath
      let source = beat.isPremature ? ectopic : heart
      // Bazett's relation between the RR interval and the length of the QT, with some memory of the mean rate.
      let interval = 0.5 * beat.precedingInterval + 0.5 * 60 / recipe.rhythm.beatsPerMinute
      if recipe.rhythm.hasPWaves, !beat.isPremature {
        tracer.add(heart.atrialWaves, startSeconds: beat.seconds - recipe.prMilliseconds / 1000, size: size, turnDegrees: turn)
      }
      tracer.add(source.ventricularWaves, startSeconds: beat.seconds, size: size, turnDegrees: turn)
      tracer.add(source.recoveryWaves, startSeconds: beat.seconds, size: size, turnDegrees: turn, stretch: interval.squareRoot())
    }
    if !recipe.rhythm.hasPWaves {
      let unrest = FibrillatoryWaves(using: &generator)
      for index in 0..<count { tracer.vectors[index] += unrest.vector(atSeconds: Double(index) / rate) }
    }
    return tracer.vectors
  }
}

/// Adds up waves on a grid of samples.
private struct VectorTracer {
  var vectors: [HeartVector]
  let samplingRateHertz: Double

  init(count: Int, samplingRateHertz: Double) {
    vectors = Array(repeating: .zero, count: count)
    self.samplingRateHertz = samplingRateHertz
  }

  /// Adds waves that start together; `stretch` lengthens them and the time to their peaks.
  mutating func add(_ waves: [Wave], startSeconds: Double, size: Double, turnDegrees: Double, stretch: Double = 1) {
    for wave in waves {
      let peak = startSeconds + wave.peakMilliseconds * stretch / 1000
      let vector = size * wave.vector.turned(byDegrees: turnDegrees)
      // Beyond five standard deviations a wave is below a hundredth of a microvolt.
      let first = max(0, Int(((peak - 5 * wave.riseMilliseconds * stretch / 1000) * samplingRateHertz).rounded(.up)))
      let end = min(vectors.count, Int(((peak + 5 * wave.fallMilliseconds * stretch / 1000) * samplingRateHertz).rounded(.up)))
      guard first < end else { continue }
      for index in first..<end {
        let milliseconds = (Double(index) / samplingRateHertz - peak) * 1000 / stretch
        vectors[index] += vector * wave.share(millisecondsAfterPeak: milliseconds)
      }
    }
  }
}

/// The nine electrodes that make twelve leads: right arm, left arm, left leg, V1 to V6.
private enum Electrode {
  static let count = 9

  /// What a lead sees of potentials at the electrodes: limb leads against the right arm, chest leads against Wilson's central terminal.
  static func difference(for lead: Lead, at index: Int, in potentials: [[Double]]) -> Double {
    let (rightArm, leftArm, leftLeg) = (potentials[0][index], potentials[1][index], potentials[2][index])
    switch lead {
    case .i: return leftArm - rightArm
    case .ii: return leftLeg - rightArm
    default: return potentials[lead.rawValue - 3][index] - (rightArm + leftArm + leftLeg) / 3
    }
  }
}

extension LimbLeads {
  /// A limb lead in converter units from leads I and II in converter units; a half is rounded up.
  fileprivate static func rounded(_ lead: Lead, leadI: Int, leadII: Int) -> Int {
    guard let weights = weights(of: lead) else { return 0 }
    return Int((weights.leadI * Double(leadI) + weights.leadII * Double(leadII) + 0.5).rounded(.down))
  }
}
