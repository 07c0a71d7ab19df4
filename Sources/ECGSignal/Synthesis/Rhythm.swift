import ECG

/// What paces the heart.
public enum Rhythm: Sendable, Hashable {
  /// The sinus node; `respiratoryVariation` is the share by which breathing lengthens and shortens the RR interval (respiratory sinus arrhythmia).
  case sinus(beatsPerMinute: Double, respiratoryVariation: Double = 0.03)
  /// Atrial fibrillation: irregularly irregular, fibrillatory waves instead of P waves.
  case atrialFibrillation(beatsPerMinute: Double)

  /// The mean heart rate, premature beats aside: their pause makes up for them.
  public var beatsPerMinute: Double {
    switch self {
    case .sinus(let rate, _), .atrialFibrillation(let rate): rate
    }
  }

  /// Whether the atria contract, so that P waves precede the beats.
  public var hasPWaves: Bool {
    if case .sinus = self { true } else { false }
  }
}

/// One beat of a recording.
struct Beat {
  /// Start of the QRS complex, in seconds.
  var seconds: Double
  /// The RR interval before it, in seconds; it sets the length of the beat's QT interval.
  var precedingInterval: Double
  /// Whether a ventricular focus fired ahead of time.
  var isPremature: Bool
}

extension Rhythm {
  /// The beats of a recording, from before its start to after its end, so that no wave is cut off at the edges.
  ///
  /// A premature beat comes after 0.62 of an interval and the next sinus beat when two have passed: a full compensatory pause.
  func beats(
    durationSeconds: Double, prematureEvery: Int?, respiration: Respiration, using generator: inout SeededGenerator
  ) -> [Beat] {
    func isPremature(_ index: Int) -> Bool { prematureEvery.map { index % $0 == $0 - 1 } ?? false }
    let mean = 60 / beatsPerMinute
    var time = -2 * mean + generator.uniform(in: 0.15...0.85) * mean
    var last = mean
    var beats: [Beat] = []
    while time < durationSeconds + 1 {
      let index = beats.count
      beats.append(Beat(seconds: time, precedingInterval: last, isPremature: isPremature(index)))
      let regular = interval(afterSeconds: time, mean: mean, respiration: respiration, using: &generator)
      if isPremature(index + 1) {
        last = 0.62 * regular
      } else if isPremature(index) {
        last = 2 * regular - last
      } else {
        last = regular
      }
      time += last
    }
    return beats
  }

  private func interval(
    afterSeconds time: Double, mean: Double, respiration: Respiration, using generator: inout SeededGenerator
  ) -> Double {
    switch self {
    case .sinus(_, let variation):
      return mean * (1 + variation * respiration.depth(atSeconds: time) + 0.008 * generator.normal())
    case .atrialFibrillation:
      return max(0.36, mean * (1 + 0.20 * generator.normal()))
    }
  }
}
