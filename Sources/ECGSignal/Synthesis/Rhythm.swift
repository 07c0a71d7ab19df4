import Foundation

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

/// Breathing: slow, nearly regular, and visible in amplitude, axis, baseline and heart rate.
struct Respiration {
  private let breathsPerSecond: Double
  private let phase: Double

  init(using generator: inout SeededGenerator) {
    breathsPerSecond = generator.uniform(in: 0.20...0.30)
    phase = generator.uniform(in: 0...2 * Double.pi)
  }

  /// Depth of breath, -1 to 1.
  func depth(atSeconds time: Double) -> Double { sin(2 * .pi * breathsPerSecond * time + phase) }
}

extension Rhythm {
  /// The beats of a recording, from before its start to after its end, so that no wave is cut off at the edges.
  ///
  /// A premature beat comes after 0.62 of an interval and the next sinus beat when two have passed: a full compensatory pause.
  func beats(
    durationSeconds: Double, prematureEvery: Int?, respiration: Respiration, using generator: inout SeededGenerator
  ) -> [Beat] {
    let mean = 60 / beatsPerMinute
    var time = -2 * mean + generator.uniform(in: 0.15...0.85) * mean
    var last = mean
    var beats: [Beat] = []
    while time < durationSeconds + 1 {
      let isPremature = prematureEvery.map { beats.count % $0 == $0 - 1 } ?? false
      beats.append(Beat(seconds: time, precedingInterval: last, isPremature: isPremature))
      let next = interval(afterSeconds: time, mean: mean, respiration: respiration, using: &generator)
      let nextIsPremature = prematureEvery.map { beats.count % $0 == $0 - 1 } ?? false
      last = nextIsPremature ? 0.62 * next : isPremature ? 2 * next - last : next
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

/// The unrest of fibrillating atria: four to eight waves a second that drift in rate and size, largest in V1.
struct FibrillatoryWaves {
  private let hertz: Double
  private let driftHertz: Double
  private let phase: Double
  private let vector: HeartVector

  init(using generator: inout SeededGenerator) {
    hertz = generator.uniform(in: 5.2...6.8)
    driftHertz = generator.uniform(in: 0.25...0.45)
    phase = generator.uniform(in: 0...2 * Double.pi)
    vector = HeartVector(millivolts: 0.075, frontalDegrees: 100, posteriorDegrees: -55)
  }

  func vector(atSeconds time: Double) -> HeartVector {
    let slow = 2 * Double.pi * driftHertz * time + phase
    let angle = 2 * Double.pi * hertz * time + 2.4 * sin(slow) + 1.1 * sin(2.7 * slow)
    let size = 1 + 0.35 * sin(1.6 * slow + 1)
    return vector * (size * (sin(angle) + 0.35 * sin(2 * angle + 0.7)))
  }
}
